import type { Body, Value } from "../model/value.ts";
import { Secret, redacted } from "../secrets/secret.ts";
import { resolveShape, type Shape } from "./canonical.ts";
import { isRecord, setOwn } from "../value/record.ts";
import type { Kind } from "../kinds/kind.ts";
import { getSecretNames, type IsSecretName } from "./secret-names.ts";

interface Context {
  readonly definitions: Readonly<Record<string, Shape>>;
  readonly isSecretName: IsSecretName;
}

/** A place within an entity, as its schema sees it. */
interface Spot {
  readonly shape: Shape;
  readonly isSecret: boolean;
}

const indices = /^\d+$/;

/**
 * Wraps every scalar of a body as a file has it that stands where the schema has a secret, so that from here on nobody
 * prints it by mistake. Whatever else is there, lists and maps included, is handed on as it is.
 */
export function wrapSecrets(kind: Kind, body: Body): Body {
  const context = makeContext(kind);
  return wrapValue(context, makeEntitySpot(context), body) as Body;
}

/** Whether the schema has a place for a secret anywhere in the kind. */
export function hasSecrets(kind: Kind): boolean {
  const context = makeContext(kind);
  return mayHoldSecret(context, context.definitions["entity"]!);
}

/** Whether what stands at a path of the kind's file, the entity's name first, is a secret. */
export function isSecretPath(kind: Kind, [name, ...path]: readonly string[]): boolean {
  return name !== undefined && name !== "_meta" && placeAt(kind, path).isSecret;
}

/** What the schema says of a place within an entity. */
export interface FieldPlace {
  readonly isSecret: boolean;
  readonly type: Shape["type"];
}

/** The place at a path within an entity. */
export function placeAt(kind: Kind, path: readonly string[]): FieldPlace {
  const context = makeContext(kind);
  const { isSecret, shape } = path.reduce(
    (spot, step) => stepInto(context, spot, step),
    makeEntitySpot(context),
  );
  return { isSecret, type: shape.type };
}

function makeContext(kind: Kind): Context {
  const definitions = kind.schema.$defs as Readonly<Record<string, Shape>>;
  return { definitions, isSecretName: getSecretNames(kind) };
}

function makeEntitySpot({ definitions }: Context): Spot {
  return { shape: resolveShape(definitions, definitions["entity"]!), isSecret: false };
}

function stepInto({ definitions, isSecretName }: Context, { shape, isSecret }: Spot, step: string): Spot {
  if (shape.additionalProperties === true)
    return { shape, isSecret: indices.test(step) ? isSecret : isSecretName(step, isSecret) };
  const { properties = {}, additionalProperties: entry, items } = shape;
  const known = Object.hasOwn(properties, step) ? properties[step] : entry || items;
  const field = resolveShape(definitions, known ?? {});
  return { shape: field, isSecret: isSecret || field["x-secret"] === true };
}

function wrapValue(context: Context, spot: Spot, value: Value): Value {
  if (!spot.isSecret && !mayHoldSecret(context, spot.shape)) return value;
  if (Array.isArray(value))
    return value.map((item, index) => wrapValue(context, stepInto(context, spot, String(index)), item));
  if (isRecord(value)) {
    const result: { [key: string]: Value } = {};
    for (const [name, item] of Object.entries(value))
      setOwn(result, name, wrapValue(context, stepInto(context, spot, name), item));
    return result;
  }
  return spot.isSecret ? wrapScalar(value) : value;
}

/** Shapes within which a secret may stand; the same few are asked for with every entity. */
const secretHolders = new WeakMap<Shape, boolean>();

function mayHoldSecret(context: Context, reference: Shape): boolean {
  const shape = resolveShape(context.definitions, reference);
  const known = secretHolders.get(shape);
  if (known !== undefined) return known;
  const { properties = {}, additionalProperties: entry, items } = shape;
  const inner = [...Object.values(properties), entry, items].filter((field) => typeof field === "object");
  const holds =
    shape["x-secret"] === true || entry === true || inner.some((field) => mayHoldSecret(context, field));
  secretHolders.set(shape, holds);
  return holds;
}

/** What says that there is none, or that it cannot be seen, hides nothing. */
function wrapScalar(value: Value): Value {
  if (value === null || value === "" || value === redacted || value instanceof Secret) return value;
  return new Secret(String(value), undefined, { isWritten: true });
}
