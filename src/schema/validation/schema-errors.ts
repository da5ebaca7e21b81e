import type { ErrorObject } from "ajv";

/** One violation of a schema, and its place. */
export type SchemaError = ErrorObject;

/**
 * Finds the parts of a value that a schema forbids. osac loads the validator late: most runs need none, and
 * compiling takes time.
 */
export async function findSchemaErrors(schema: object, value: unknown): Promise<SchemaError[]> {
  // The default export, because a split bundle has no other exports of a package that is imported late.
  const {
    default: { Ajv2020 },
  } = await import("ajv/dist/2020.js");
  const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);
  return validate(value) ? [] : (validate.errors ?? []);
}

/** Describes the first error. */
export async function describeFirstSchemaError(schema: object, value: object): Promise<string | undefined> {
  const [first] = await findSchemaErrors(schema, value);
  return first && `${first.instancePath || "it"} ${first.message}`;
}
