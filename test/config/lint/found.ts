import { contentFindings } from "../../../src/config/validate.ts";
import type { Body, Declared, Directory, Finding, KindName } from "../../../src/model.ts";

/** Entities by kind and name. */
export type Bodies = { readonly [Kind in KindName]?: { readonly [name: string]: Body } };

/** What is found wrong with entities beyond their references. */
export function findingsOn(bodies: Bodies): Finding[] {
  return contentFindings(directoryOf(bodies));
}

/** The same, each by its severity and code. */
export function codesOn(bodies: Bodies): string[] {
  return findingsOn(bodies).map(({ severity, code }) => `${severity} ${code}`);
}

function directoryOf(bodies: Bodies): Directory {
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
