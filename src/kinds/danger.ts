import type { Change, Danger } from "../model.ts";
import { kinds } from "./index.ts";

/** What a change deletes, or takes away although the entity stays. */
export function dangersOf(change: Change): Danger[] {
  const { action, kind, name } = change;
  if (action === "create") return [];
  if (action === "delete")
    return [{ kind, address: `${kind}/${name}`, what: "is deleted", isDeletion: true }];
  const { powers, isSingle } = kinds[kind];
  if (!powers) return [];
  const left = new Set(powers.of(change.after));
  return powers
    .of(change.before)
    .filter((path) => !left.has(path))
    .map((path) => ({
      kind,
      address: `${kind}/${isSingle ? path : name}`,
      what: powers.loss,
      isDeletion: false,
    }));
}
