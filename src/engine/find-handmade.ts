import { findShipped } from "../access/escalation/shipped.ts";
import { builtInNames } from "../kinds/built-in.ts";
import { findIgnored } from "../kinds/ignore-rules.ts";
import type { Change } from "../model/change.ts";
import type { Directory, LiveEntity, LiveState } from "../model/entity.ts";
import type { KindName } from "../model/kind-name.ts";
import type { IgnoreRule } from "../model/plan.ts";
import { isSameValue } from "../value/equal.ts";
import { listTexts } from "../value/texts.ts";
import type { Body } from "../model/value.ts";

const memberFields = ["users", "backend_roles", "and_backend_roles", "hosts"];

/**
 * Lists everything in the cluster that no file declares, no rule ignores and no server ships, as the changes
 * that made it. Only kinds that the files declare count. A hidden entity counts, although it is built-in.
 */
export function listHandmade(live: LiveState, { kinds }: Directory, ignore: readonly IgnoreRule[]): Change[] {
  return [...kinds].flatMap(([kind, declared]) => {
    const answer = live.get(kind);
    if (!answer?.readable) return [];
    return [...answer.entities.values()]
      .filter((entity) => !declared.has(entity.name) && !isAsShipped(kind, entity))
      .filter(({ name }) => !findIgnored(ignore, kind, name).whole)
      .filter((entity) => !isShippedByService(kind, entity))
      .flatMap((entity) => toChange(kind, entity));
  });
}

/**
 * True if an entity counts as shipped by its name. The flags `reserved` and `hidden` prove nothing for an entity
 * whose shipped content osac knows: whoever has the admin certificate can set them.
 */
function isAsShipped(kind: KindName, { name, body, builtIn }: LiveEntity): boolean {
  if (builtIn === "static") return true;
  if (builtIn === undefined || !builtInNames(kind).has(name)) return false;
  const isFlagged = builtIn === "reserved" || builtIn === "hidden";
  return !(isFlagged && findShipped(kind, name, body) !== undefined);
}

/**
 * True for what the managed service itself brings: its own entities, the roles of its administrators, and a
 * mapping to such a role that has no more than the one member that the service gives it.
 */
function isShippedByService(kind: KindName, { name, body, builtIn, isKey }: LiveEntity): boolean {
  if (builtIn === "owned by the service") return true;
  if (isKey !== true) return false;
  return kind === "roles" || countAddedMembers(body, findShipped(kind, name, body)) <= 1;
}

function countAddedMembers(body: Body, shipped: Body | undefined): number {
  return memberFields.flatMap((field) => {
    const known = listTexts(shipped?.[field]);
    return listTexts(body[field]).filter((member) => !known.includes(member));
  }).length;
}

function toChange(kind: KindName, { name, body, raw }: LiveEntity): Change[] {
  const before = findShipped(kind, name, body);
  if (before === undefined)
    return [
      { kind, name, action: "create", after: raw["hidden"] === true ? { ...body, hidden: true } : body },
    ];
  return isSameValue(before, body) ? [] : [{ kind, name, action: "update", before, after: body }];
}
