import type { Declared, Finding, Json, KindName } from "../../model.ts";
import { kinds } from "../../kinds/index.ts";
import { declaredIn } from "../declared.ts";
import { dumpYaml } from "../yaml/dump.ts";
import { noValues } from "../placeholders/sources.ts";
import { contentFindings } from "../validate.ts";

/** The entities of one file, before it is written. */
interface Content {
  readonly kind: KindName;
  readonly content: { readonly [name: string]: Json };
}

/**
 * The errors for which a directory with these entities would be refused when it is read again. A cluster can hold
 * more than a file may: securityadmin stores names and values that neither REST nor a login takes.
 */
export function refusedEntities(path: string, files: readonly Content[]): Finding[] {
  const read = files.flatMap(({ kind, content: { _meta: header, ...bodies } }) =>
    Object.entries(bodies).map(([name, body]) => readAgain(kind, name, { _meta: header!, [name]: body })),
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
  return findings.filter(({ severity }) => severity === "error");
}

function readAgain(
  kind: KindName,
  name: string,
  content: Content["content"],
): { declared: Declared[]; findings: Finding[] } {
  const { declared = [], findings } = declaredIn(kinds[kind], kinds[kind].file, dumpYaml(content), noValues);
  // The name in a file may be a placeholder; what is refused is the cluster's entity.
  return {
    declared: declared.map((one) => ({ ...one, name })),
    findings: findings.map((one) => ({ ...one, kind, name })),
  };
}
