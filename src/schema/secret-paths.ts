import type { Body, Value } from "../model/value.ts";
import { Secret, redacted } from "../secrets/secret.ts";
import { childShape, entityShape, type Shape } from "./shape.ts";
import { mapItems } from "../value/walk.ts";
import type { Kind } from "../kinds/kind.ts";
import { getSecretNames, type IsSecretName } from "./secret-names.ts";
import { memoize } from "../value/memoize.ts";

/** A place within an entity, and its part of the schema. */
interface Spot {
  readonly shape: Shape;
  readonly isSecret: boolean;
}

const indices = /^\d+$/;

/**
 * Creates the function that wraps the scalars at the secret places of the schema in a body from a file, so that
 * osac cannot print them by mistake. All other values, lists and maps included, stay as they are. The function
 * visits only the fields that may have secrets.
 */
export function createSecretWrapper(kind: Kind): (body: Body) => Body {
  const isSecretName = getSecretNames(kind);
  const entity = makeEntitySpot(kind);
  const fields = Object.keys(entity.shape.properties ?? {})
    .map((name) => [name, stepInto(isSecretName, entity, name)] as const)
    .filter(([, { shape }]) => mayHoldSecret(shape));
  if (fields.length === 0) return (body) => body;
  return (body) => {
    const wrapped = { ...body };
    for (const [name, spot] of fields)
      if (Object.hasOwn(body, name)) wrapped[name] = wrapValue(isSecretName, spot, body[name]!);
    return wrapped;
  };
}

/** True if the schema has a place for a secret anywhere in the kind. */
export function hasSecrets(kind: Kind): boolean {
  return mayHoldSecret(entityShape(kind));
}

/** True if the value at a path of the kind's file, the entity's name first, is a secret. */
export function isSecretPath(kind: Kind, [name, ...path]: readonly string[]): boolean {
  return name !== undefined && name !== "_meta" && placeAt(kind, path).isSecret;
}

/** The facts of the schema about a place within an entity. */
export interface FieldPlace {
  readonly isSecret: boolean;
  readonly type: Shape["type"];
}

/** Returns the facts about the place at a path within an entity. */
export function placeAt(kind: Kind, path: readonly string[]): FieldPlace {
  const isSecretName = getSecretNames(kind);
  const { isSecret, shape } = path.reduce(
    (spot, step) => stepInto(isSecretName, spot, step),
    makeEntitySpot(kind),
  );
  return { isSecret, type: shape.type };
}

function makeEntitySpot(kind: Kind): Spot {
  return { shape: entityShape(kind), isSecret: false };
}

function stepInto(isSecretName: IsSecretName, { shape, isSecret }: Spot, step: string): Spot {
  if (shape.additionalProperties === true)
    return { shape, isSecret: indices.test(step) ? isSecret : isSecretName(step, isSecret) };
  const field = childShape(shape, step) ?? {};
  return { shape: field, isSecret: isSecret || field["x-secret"] === true };
}

function wrapValue(isSecretName: IsSecretName, spot: Spot, value: Value): Value {
  if (!spot.isSecret && !mayHoldSecret(spot.shape)) return value;
  if (typeof value !== "object") return spot.isSecret ? wrapScalar(value) : value;
  return mapItems(value, (item, step) => wrapValue(isSecretName, stepInto(isSecretName, spot, step), item));
}

/** Every entity needs the same few shapes. */
const mayHoldSecret = memoize((shape: Shape): boolean => {
  const { properties = {}, additionalProperties: entry, items } = shape;
  const inner = [...Object.values(properties), entry, items].filter((field) => typeof field === "object");
  return shape["x-secret"] === true || entry === true || inner.some((field) => mayHoldSecret(field));
});

/**
 * An empty text means "no secret", and the redacted mark means that it cannot be seen: both stay as they are.
 */
function wrapScalar(value: Value): Value {
  if (value === "" || value === redacted) return value;
  return new Secret(String(value), undefined, { isWritten: true });
}
