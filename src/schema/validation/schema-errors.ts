import type { ErrorObject, ValidateFunction } from "ajv";

/** One violation of a schema, and its place. */
export type SchemaError = ErrorObject;

/** Compiling takes longer than reading, and many files may have the same schema. */
const validators = new WeakMap<object, ValidateFunction>();

/** Finds the parts of a value that a schema forbids. */
export async function findSchemaErrors(schema: object, value: unknown): Promise<SchemaError[]> {
  const validate = validators.get(schema) ?? (await compileSchema(schema));
  return validate(value) ? [] : (validate.errors ?? []);
}

/** Compiles a schema. osac loads the validator late, because most runs need none. */
async function compileSchema(schema: object): Promise<ValidateFunction> {
  // The default export, because a split bundle has no other exports of a package that is imported late.
  const {
    default: { Ajv2020 },
  } = await import("ajv/dist/2020.js");
  const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);
  validators.set(schema, validate);
  return validate;
}

/** Describes the first error. */
export async function describeFirstSchemaError(schema: object, value: object): Promise<string | undefined> {
  const [first] = await findSchemaErrors(schema, value);
  return first && `${first.instancePath || "it"} ${first.message}`;
}
