import type { CodeOptions, ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { vocabulary } from "../shape.ts";
import type { Kind } from "../../kinds/kind.ts";

let ajv: Ajv2020 | undefined;

/** The validator of one entity of a kind, compiled on first use. The bundled command line has them ready instead (`.ci/bundle.mjs`). */
export function getValidator(kind: Kind): ValidateFunction {
  // Without the optimizer: it takes longer than it saves on the few thousand entities of a large directory.
  ajv ??= createAjv({ optimize: false });
  if (!ajv.getSchema(kind.schema.$id)) ajv.addSchema(kind.schema);
  return ajv.getSchema(entitySchemaId(kind))!;
}

/**
 * Does not check the schemas themselves, which never change: a test does that, once.
 *
 * @public for bundling
 */
export function createAjv(code: CodeOptions): Ajv2020 {
  const options = {
    allErrors: true,
    strict: true,
    strictTypes: false,
    code,
    meta: false,
    validateSchema: false,
  };
  return new Ajv2020(options).addVocabulary([...vocabulary]);
}

/**
 * Returns the id of the schema of one entity of a kind.
 *
 * @public for bundling
 */
export function entitySchemaId({ schema }: Kind): string {
  return `${schema.$id}#/$defs/entity`;
}
