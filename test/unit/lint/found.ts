import { contentFindings } from "../../../src/lint/check-directory.ts";
import { ownIndexFindings } from "../../../src/lint/open-doors.ts";
import type { Declared, Directory } from "../../../src/model/entity.ts";
import type { Finding, LintFinding } from "../../../src/model/finding.ts";
import type { KindName } from "../../../src/model/kind-name.ts";
import type { Body } from "../../../src/model/value.ts";

/** Entities by kind and name. */
export type Bodies = { readonly [Kind in KindName]?: { readonly [name: string]: Body } };

/** What is found wrong with entities beyond their references. */
export function findingsOn(bodies: Bodies): Finding[] {
  return contentFindings(makeDirectory(bodies));
}

/** What is found about a mapping of `own_index`. */
export function ownIndexFindingsOn(bodies: Bodies): LintFinding[] {
  const declared = [...makeDirectory(bodies).kinds.values()];
  return declared.flatMap((entities) => [...entities.values()].flatMap(ownIndexFindings));
}

/** The findings on entities, each by its severity and code. */
export function codesOn(bodies: Bodies): string[] {
  return findingsOn(bodies).map(({ severity, code }) => `${severity} ${code}`);
}

function makeDirectory(bodies: Bodies): Directory {
  const at = { file: "it.yml", line: 1, column: 1 };
  const kinds = Object.entries(bodies) as [KindName, { readonly [name: string]: Body }][];
  return {
    path: "",
    ignored: [],
    findings: [],
    kinds: new Map(
      kinds.map(([kind, entities]) => [
        kind,
        new Map(
          Object.entries(entities).map(([name, body]): [string, Declared] => [
            name,
            { kind, name, body, at },
          ]),
        ),
      ]),
    ),
  };
}
