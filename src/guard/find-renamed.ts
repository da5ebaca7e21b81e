import { formatAddress } from "../kinds/address.ts";
import { isSameValue } from "../value/equal.ts";
import type { Change } from "../model/change.ts";

/**
 * Finds deleted entities that the same plan creates with equal content under another name. Returns addresses.
 */
export function findRenamed(changes: readonly Change[]): Set<string> {
  const created = changes.filter((change) => change.action === "create");
  const renamed = changes.filter((change) => {
    if (change.action !== "delete") return false;
    const index = created.findIndex(
      ({ kind, after }) => kind === change.kind && isSameValue(after, change.before),
    );
    // Each new entity counts as the new name of one deleted entity only.
    return index >= 0 && created.splice(index, 1).length > 0;
  });
  return new Set(renamed.map(formatAddress));
}
