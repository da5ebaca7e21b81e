import type { Change } from "../model/change.ts";
import type { DestructiveEffect } from "../model/plan.ts";
import { formatAddress } from "./address.ts";
import { valueAtPath } from "../value/path.ts";
import { isSameValue } from "../value/equal.ts";
import { kinds } from "./index.ts";

/** The sorts of destructive changes, the worst first. */
export type DestructiveSort = "deletion" | "revoked-permissions" | "authentication";

/** Returns the sort of a destructive change; undefined for all other changes. */
export function findDestructiveSort(change: Change): DestructiveSort | undefined {
  if (change.action === "delete") return "deletion";
  if (findDestructiveEffects(change).length > 0) return "revoked-permissions";
  return changesLogin(change) ? "authentication" : undefined;
}

/** True if a change decides how callers authenticate, or how the server judges all their permissions. */
function changesLogin(change: Change): boolean {
  const [before, after] = [
    change.action === "create" ? {} : change.before,
    change.action === "delete" ? {} : change.after,
  ];
  const { loginPaths = [] } = kinds[change.kind];
  return loginPaths.some((path) => !isSameValue(valueAtPath(before, path), valueAtPath(after, path)));
}

/** `2 deletions and 1 revocation`. */
export function countDestructiveEffects(effects: readonly DestructiveEffect[]): string {
  const deletions = effects.filter(({ isDeletion }) => isDeletion).length;
  const revocations = effects.length - deletions;
  return [
    deletions > 0 ? `${deletions} deletion${deletions === 1 ? "" : "s"}` : "",
    revocations > 0 ? `${revocations} revocation${revocations === 1 ? "" : "s"}` : "",
  ]
    .filter((part) => part !== "")
    .join(" and ");
}

/** Lists the entity that a change deletes, or the permissions that it revokes. */
export function findDestructiveEffects(change: Change): DestructiveEffect[] {
  const { action, kind, name } = change;
  if (action === "create") return [];
  if (action === "delete")
    return [{ kind, address: formatAddress(change), what: "is deleted", isDeletion: true }];
  const { grants, isSingle } = kinds[kind];
  if (!grants) return [];
  const left = new Set(grants.list(change.after));
  return grants
    .list(change.before)
    .filter((path) => !left.has(path))
    .map((path) => ({
      kind,
      address: `${kind}/${isSingle ? path : name}`,
      what: grants.loss,
      isDeletion: false,
    }));
}
