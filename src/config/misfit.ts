/** The first thing in a value that a schema does not allow. The validator is loaded late, as compiling takes time. */
export async function misfit(schema: object, value: object): Promise<string | undefined> {
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
  if (validate(value)) return undefined;
  const [error] = validate.errors ?? [];
  return `${error?.instancePath || "it"} ${error?.message}`;
}
