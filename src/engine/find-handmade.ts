import { findShipped } from "../access/escalation/shipped.ts";
import { builtInNames } from "../kinds/built-in.ts";
import { findIgnored } from "../kinds/ignore-rules.ts";
import type { Change } from "../model/change.ts";
import type { Directory, LiveEntity, LiveKind } from "../model/entity.ts";
import type { KindName } from "../model/kind-name.ts";
import type { IgnoreRule } from "../model/plan.ts";
import { isSameValue } from "../value/equal.ts";

/**
 * Lists everything in the cluster that no file declares, no rule ignores and no server ships, as the changes
 * that made it. Only kinds that the files declare count. A hidden entity counts, although it is built-in.
 */
export function listHandmade(
  live: ReadonlyMap<KindName, LiveKind>,
  { kinds }: Directory,
  ignore: readonly IgnoreRule[],
): Change[] {
  return [...kinds].flatMap(([kind, declared]) => {
    const answer = live.get(kind);
    if (!answer?.readable) return [];
    const known = builtInNames(kind);
    return [...answer.entities.values()]
      .filter(({ name, builtIn }) => !declared.has(name) && !(known.has(name) && builtIn !== undefined))
      .filter(({ name, builtIn }) => builtIn !== "static" && !findIgnored(ignore, kind, name).whole)
      .flatMap((entity) => toChange(kind, entity));
  });
}

function toChange(kind: KindName, { name, body, raw }: LiveEntity): Change[] {
  const before = findShipped(kind, name, body);
  if (before === undefined)
    return [
      { kind, name, action: "create", after: raw["hidden"] === true ? { ...body, hidden: true } : body },
    ];
  return isSameValue(before, body) ? [] : [{ kind, name, action: "update", before, after: body }];
}
