import type { Kind } from "../kinds/kind.ts";
import type { Value } from "../model/value.ts";

/** The part of JSON Schema that carries meaning for the canonical form; see docs/architecture.md. */
export interface Shape {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly additionalProperties?: boolean | Shape;
  readonly patternProperties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly default?: Value;
  readonly "x-defaults"?: Readonly<Record<string, Value>>;
  readonly "x-set"?: boolean;
  readonly "x-none"?: string;
  readonly "x-none-since"?: string;
  readonly "x-upper"?: boolean;
  readonly "x-secret"?: boolean;
  readonly "x-secret-names"?: object;
  readonly "x-redacted"?: string;
  readonly "x-flag"?: boolean;
  readonly "x-values-since"?: Readonly<Record<string, string>>;
  readonly "x-since"?: string;
  readonly "x-until"?: string;
  readonly "x-dropped-since"?: string;
  readonly "x-no-effect"?: boolean;
  readonly "x-null-is-default"?: boolean;
}

/** The keywords of the schemas that have a meaning here, and none for a validator. */
export const vocabulary: readonly (keyof Shape)[] = [
  "x-defaults",
  "x-set",
  "x-none",
  "x-none-since",
  "x-upper",
  "x-secret",
  "x-secret-names",
  "x-redacted",
  "x-flag",
  "x-values-since",
  "x-since",
  "x-until",
  "x-dropped-since",
  "x-no-effect",
  "x-null-is-default",
];

/** Schemas are read once: every entity needs the same few shapes. */
const followed = new WeakMap<object, Shape>();

/** Returns the shape of an entity of a kind, with every reference within it resolved. */
export function entityShape({ schema: { $defs } }: Pick<Kind, "schema">): Shape {
  return followReferences($defs, $defs.entity);
}

/**
 * Resolves every `$ref` of a shape and its parts within the `$defs` of the schema. No schema refers to
 * itself.
 */
function followReferences(definitions: Readonly<Record<string, Shape>>, reference: Shape): Shape {
  const known = followed.get(reference);
  if (known) return known;
  const { $ref, ...own } = reference;
  const target = $ref === undefined ? {} : definitions[$ref.replace("#/$defs/", "")];
  if (!target) throw new Error(`the schema refers to ${$ref}, which it does not define`);
  const follow = (inner: Shape): Shape => followReferences(definitions, inner);
  const whole = { ...($ref === undefined ? {} : follow(target)), ...own };
  const { properties, additionalProperties: entry, items } = whole;
  const shape: Shape = {
    ...whole,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, field]) => [name, follow(field)]),
      ),
    }),
    ...(typeof entry === "object" && { additionalProperties: follow(entry) }),
    ...(items && { items: follow(items) }),
  };
  followed.set(reference, shape);
  return shape;
}

/**
 * Returns the shape of a field of a record, an entry of a map or an item of a list; undefined if the schema
 * has none.
 */
export function childShape(
  { properties, additionalProperties: entry, items }: Shape,
  step: string,
): Shape | undefined {
  if (properties && Object.hasOwn(properties, step)) return properties[step];
  return typeof entry === "object" ? entry : items;
}
