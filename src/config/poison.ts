import { isFields } from "../kinds/canonical.ts";
import { isWithin } from "../kinds/version.ts";
import type { Finding, KindName, Value, Version } from "../model.ts";
import { listenerRule, listenerTypeRule } from "./lint/listeners.ts";
import { onBehalfOfRule } from "./lint/on-behalf-of.ts";
import { listTextRule } from "./lint/list-texts.ts";
import type { Poison, Remark, Rule } from "./lint/remark.ts";

const rules: readonly Rule[] = [listTextRule, listenerRule, listenerTypeRule, onBehalfOfRule];

/** What there is of a kind, or will be: entities by name. */
type Documents = ReadonlyMap<KindName, { readonly [name: string]: Value }>;

/** What a cluster holds although a server of its version cannot load it, by everything that is known to be so. */
export function poisonFindings(documents: Documents, version: Version): Finding[] {
  const nowhere = { path: "", kinds: new Map(), ignored: [], findings: [] };
  return [...documents].flatMap(([kind, entities]) =>
    Object.entries(entities).flatMap(([name, body]) => {
      if (!isFields(body)) return [];
      const entity = { kind, name, body, at: { file: "", line: 1, column: 1 } };
      return rules
        .flatMap((rule) => rule(entity, nowhere))
        .flatMap((remark) => (isPoison(remark, version) ? [finding(remark, kind, name)] : []));
    }),
  );
}

function isPoison(remark: Remark, version: Version): remark is Remark & { readonly poison: Poison } {
  return remark.poison !== undefined && isWithin(version, remark.poison);
}

function finding(
  { code, message, hint, poison }: Remark & { readonly poison: Poison },
  kind: KindName,
  name: string,
): Finding {
  const { onceThat } = poison;
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
