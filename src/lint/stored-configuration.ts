import { isRecord } from "../value/record.ts";
import { isWithin } from "../value/version.ts";
import type { Finding, LintFinding, Unloadable, Version } from "../model/finding.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Body } from "../model/value.ts";
import { listenerRule, listenerTypeRule } from "./listeners.ts";
import { onBehalfOfRule } from "./on-behalf-of.ts";
import { listTextRule } from "./list-texts.ts";
import type { Rule } from "./rule.ts";

const rules: { readonly [Kind in KindName]?: readonly Rule[] } = {
  actiongroups: [listTextRule],
  config: [listenerRule, listenerTypeRule, onBehalfOfRule],
  nodesdn: [listTextRule],
  roles: [listTextRule],
  rolesmapping: [listTextRule],
};

/** The live or the desired entities of each kind, by name. */
type Documents = ReadonlyMap<KindName, Body>;

/**
 * Finds entities that a cluster stores although a server of its version cannot load them, as far as osac
 * knows.
 */
export function unloadableFindings(documents: Documents, version: Version): Finding[] {
  const nowhere = { path: "", kinds: new Map(), ignored: [], findings: [] };
  return [...documents].flatMap(([kind, entities]) =>
    Object.entries(entities).flatMap(([name, body]) => {
      if (!isRecord(body)) return [];
      const entity = { kind, name, body, at: { file: "", line: 1, column: 1 } };
      return (rules[kind] ?? [])
        .flatMap((rule) => rule(entity, nowhere))
        .flatMap((remark) => (isUnloadable(remark, version) ? [storedFinding(remark, kind, name)] : []));
    }),
  );
}

function isUnloadable(
  remark: LintFinding,
  version: Version,
): remark is LintFinding & { readonly unloadable: Unloadable } {
  return remark.unloadable !== undefined && isWithin(version, remark.unloadable);
}

function storedFinding(
  { code, message, hint, unloadable }: LintFinding & { readonly unloadable: Unloadable },
  kind: KindName,
  name: string,
): Finding {
  const { onceThat } = unloadable;
  const effect =
    onceThat === undefined ? "the cluster cannot load this" : `the cluster cannot load this once ${onceThat}`;
  const advice = `${hint}; do that before any node is restarted: nobody could log in afterwards`;
  return {
    code,
    severity: onceThat === undefined ? "error" : "warning",
    message: `${message}; ${effect}`,
    hint: advice,
    kind,
    name,
  };
}
