import { isError } from "../errors.ts";
import type { Declared } from "../model/entity.ts";
import type { Finding } from "../model/finding.ts";
import type { KindName } from "../model/kind-name.ts";
import type { JsonObject } from "../model/value.ts";
import { kinds } from "../kinds/index.ts";
import { parseEntities } from "../files/parse-entities.ts";
import { dumpYaml } from "../files/yaml/dump.ts";
import { noValues } from "../files/placeholders/sources.ts";
import { contentFindings } from "../lint/check-directory.ts";

/** The entities of one file before osac writes it. */
interface Content {
  readonly kind: KindName;
  readonly content: JsonObject;
}

/**
 * Returns the errors for which osac would refuse a directory with these entities when it reads it again. A
 * cluster can hold more than a file may: securityadmin stores names and values that neither REST nor a login
 * accepts.
 */
export function refusedEntityFindings(path: string, files: readonly Content[]): Finding[] {
  const read = files.flatMap(({ kind, content: { _meta: header, ...bodies } }) =>
    Object.entries(bodies).map(([name, body]) => parseAgain(kind, name, { _meta: header!, [name]: body })),
  );
  const declared = new Map(
    files.map(({ kind }): [KindName, ReadonlyMap<string, Declared>] => [
      kind,
      new Map(
        read
          .flatMap((one) => one.declared)
          .filter((one) => one.kind === kind)
          .map((one) => [one.name, one]),
      ),
    ]),
  );
  const findings = [
    ...read.flatMap((one) => one.findings),
    ...contentFindings({ path, kinds: declared, ignored: [], findings: [] }),
  ];
  return findings.filter(isError);
}

function parseAgain(
  kind: KindName,
  name: string,
  content: Content["content"],
): { declared: Declared[]; findings: Finding[] } {
  const { file } = kinds[kind];
  const { declared = [], findings } = parseEntities(kinds[kind], file, dumpYaml(content), noValues);
  // The name in a file may be a placeholder. The finding names the cluster's entity.
  return {
    declared: declared.map((one) => ({ ...one, name })),
    findings: findings.map((one) => ({ ...one, kind, name })),
  };
}
