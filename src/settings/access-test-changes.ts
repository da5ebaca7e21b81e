import { readFilesAt } from "../git/file-at.ts";
import { accessTestsFolder, loadAccessTests, parseAccessTests } from "../files/access-tests.ts";
import { listFiles } from "../files/list-files.ts";
import type { AccessTest } from "../model/access-test.ts";
import type { Layer } from "../model/layers.ts";
import type { SettingChange } from "../model/plan.ts";
import { compareByCodeUnit } from "../value/record.ts";

/**
 * Lists what the access tests at a git reference say, and those of the files do not say any more. A pull request
 * that removes a test would otherwise pass without it.
 *
 * @param layers the layers at the reference, and those of the files
 */
export async function listDroppedTests(
  reference: string,
  directory: string,
  layers: { readonly before: readonly Layer[]; readonly after: readonly Layer[] },
): Promise<SettingChange[]> {
  const texts = await readFilesAt(reference, directory, (file) => isAccessTest(file, layers.before));
  if (texts.size === 0) return [];
  const now = await loadAccessTests(directory, (await listFiles(directory, layers.after)).accessTests);
  const kept = new Set(now.tests.flatMap(listStatements).map(({ key }) => key));
  const dropped = await Promise.all(
    [...texts].map(async ([file, text]) => {
      const { tests } = await parseAccessTests(file, text);
      const gone = tests.flatMap(listStatements).filter(({ key }) => !kept.has(key));
      return [...new Set(gone.map((one) => one.text))].map((before): SettingChange => ({
        name: file,
        before,
      }));
    }),
  );
  return dropped.flat();
}

function isAccessTest(file: string, layers: readonly Layer[]): boolean {
  return layers.some(({ folder }) => {
    const parent = `${folder === "" ? "" : `${folder}/`}${accessTestsFolder}/`;
    return file.startsWith(parent) && /^[^/]+\.yml$/.test(file.slice(parent.length));
  });
}

/** One thing that a test says. Tests that say it in other words or files have the same key. */
interface Statement {
  readonly key: string;
  readonly text: string;
}

/** Lists what a test says. A list `only` is one statement: a longer list says less. */
function listStatements(test: AccessTest): Statement[] {
  const said = (list: string): Said[] =>
    test.expectations
      .filter((one) => one.list === list)
      .flatMap(({ operation, targets }) => targets.map((target): Said => [operation, target]));
  const only = said("only").toSorted(compareSaid);
  const groups: readonly (readonly [string, readonly Said[]])[] = [
    ...said("can").map((one) => ["can", [one]] as const),
    ...said("cannot").map((one) => ["cannot", [one]] as const),
    ...(only.length === 0 ? [] : [["can only", only] as const]),
  ];
  const caller = listCallerFacts(test);
  return groups.map(([verb, ones]) => ({
    key: JSON.stringify([caller, verb, ones]),
    text: `${formatCaller(caller)} ${verb} ${ones.map((one) => one.join(": ")).join("; ")}`,
  }));
}

type Said = readonly [operation: string, target: string];

function compareSaid(one: Said, other: Said): number {
  return compareByCodeUnit(JSON.stringify(one), JSON.stringify(other));
}

function listCallerFacts({ subject, backendRoles, attributes = {}, address }: AccessTest): string[][] {
  return [
    [subject],
    backendRoles.toSorted(compareByCodeUnit).map((role) => `backend role ${role}`),
    Object.entries(attributes)
      .map(([name, value]) => `${name}=${value}`)
      .toSorted(compareByCodeUnit),
    address === undefined ? [] : [`from ${address}`],
  ];
}

function formatCaller([[subject = ""] = [], ...rest]: readonly string[][]): string {
  const facts = rest.flat();
  return facts.length === 0 ? subject : `${subject} (${facts.join(", ")})`;
}
