import { isError } from "../errors.ts";
import { expectationLists, type AccessTest, type Expectation } from "../model/access-test.ts";
import type { Finding, Place } from "../model/finding.ts";
import type { Json } from "../model/value.ts";
import { findSchemaErrors, type SchemaError } from "../schema/validation/schema-errors.ts";
import { escapePointer } from "../value/path.ts";
import { readOwnText } from "./read-file.ts";
import { locateIn } from "./yaml/locate.ts";
import { parseYaml } from "./yaml/parse-yaml.ts";

/** The access tests of a directory, and the findings about their files. */
export interface AccessTests {
  readonly tests: readonly AccessTest[];
  readonly findings: readonly Finding[];
}

/** The folder of access tests, beside the files. */
export const accessTestsFolder = "access_tests";

/** Reads the files of access tests. Never throws for a user's mistake. */
export async function loadAccessTests(path: string, files: readonly string[]): Promise<AccessTests> {
  const read = await Promise.all(files.map(async (file) => loadFile(path, file)));
  return {
    tests: read.flatMap(({ tests }) => tests),
    findings: read.flatMap(({ findings }) => findings),
  };
}

async function loadFile(path: string, file: string): Promise<AccessTests> {
  const content = await readOwnText(path, file);
  if ("finding" in content) return { tests: [], findings: [content.finding] };
  return parseAccessTests(file, content.text);
}

/** Reads the access tests of a text. */
export async function parseAccessTests(file: string, text: string): Promise<AccessTests> {
  const { value, findings } = parseYaml(file, text);
  if (value === undefined || findings.some(isError)) return { tests: [], findings };
  const find = locateIn(file, text);
  const locate = (pointer: string): Place => find(pointer) ?? { file, line: 1, column: 1 };
  const faults = await schemaFindings(value, locate);
  return faults.length > 0 ? { tests: [], findings: faults } : { tests: readTests(value, locate), findings };
}

async function schemaFindings(value: Json, locate: (pointer: string) => Place): Promise<Finding[]> {
  const { default: schema } = await import("../../schemas/access_tests.schema.json", {
    with: { type: "json" },
  });
  return (await findSchemaErrors(schema, value)).map((fault) => schemaFinding(fault, locate));
}

function schemaFinding(
  { instancePath, message, params }: SchemaError,
  locate: (pointer: string) => Place,
): Finding {
  const { additionalProperty: stranger } = params as { additionalProperty?: string };
  const below = stranger === undefined ? "" : `/${escapePointer(stranger)}`;
  return {
    code: "bad-access-test",
    severity: "error",
    message: `the access test ${message ?? "is malformed"}${stranger === undefined ? "" : `: ${stranger}`}`,
    hint: "access_tests.schema.json describes the fields",
    at: locate(instancePath + below),
  };
}

/** A test as the schema declares it. */
interface Written extends Partial<
  Record<Expectation["list"], Readonly<Record<string, string | readonly string[]>>>
> {
  readonly name?: string;
  readonly subject: string;
  readonly backend_roles?: readonly string[];
  readonly attributes?: Readonly<Record<string, string>>;
  readonly address?: string;
}

function readTests(value: Json, locate: (pointer: string) => Place): AccessTest[] {
  const { tests } = value as unknown as { readonly tests: readonly Written[] };
  return tests.map((test, index) => ({
    name: test.name,
    subject: test.subject,
    backendRoles: test.backend_roles ?? [],
    attributes: test.attributes,
    address: test.address,
    expectations: readExpectations(test, (pointer) => locate(`/tests/${index}${pointer}`)),
    at: locate(`/tests/${index}/subject`),
  }));
}

function readExpectations(test: Written, locate: (pointer: string) => Place): Expectation[] {
  return expectationLists.flatMap((list) =>
    Object.entries(test[list] ?? {}).map(([operation, targets]) => ({
      list,
      operation,
      targets: [targets].flat(),
      at: locate(`/${list}/${escapePointer(operation)}`),
    })),
  );
}
