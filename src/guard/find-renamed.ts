import { formatAddress } from "../kinds/address.ts";
import { isSameValue } from "../value/equal.ts";
import type { Change } from "../model/change.ts";

/** Addresses of deleted entities of which the same plan creates one with the same content under another name. */
export function findRenamed(changes: readonly Change[]): Set<string> {
  const created = changes.filter((change) => change.action === "create");
  const renamed = changes.filter((change) => {
    if (change.action !== "delete") return false;
    const index = created.findIndex(
      ({ kind, after }) => kind === change.kind && isSameValue(after, change.before),
    );
    // Each new entity stands for one that goes, and no more.
    return index >= 0 && created.splice(index, 1).length > 0;
  });
  return new Set(renamed.map(formatAddress));
}
