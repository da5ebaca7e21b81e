import { makeFinding } from "../errors.ts";
import { kinds } from "../kinds/index.ts";
import { formatVersion } from "../value/version.ts";
import type { LiveState } from "../model/entity.ts";
import type { Finding, Version } from "../model/finding.ts";
import { findLiveEntity } from "./live-entity.ts";
import { findDisproof } from "./disproof.ts";
import type { Write } from "./writes.ts";

/**
 * Proves the operations of every change before the first write. Returns an error for each change that would
 * not give the desired state: the server shows such an entity in a form that no known server of this version
 * has.
 */
export function disproofFindings(writes: readonly Write[], live: LiveState, version: Version): Finding[] {
  return writes.flatMap(({ change, operations }): Finding[] => {
    const { kind: kindName, name, at } = change;
    const kind = kinds[kindName];
    const raw = findLiveEntity(live, change)?.raw;
    const wrong = findDisproof(kind, change, operations, raw, version);
    if (wrong === undefined) return [];
    const message = `the cluster holds it in a form that OpenSearch ${formatVersion(version)} does not have, and osac cannot build a patch to the declared state: ${wrong}`;
    const hint = "leave out what this server does not have, or change the entity with securityadmin.sh";
    return [makeFinding("unknown-shape", { message, hint, kind: kindName, name, at })];
  });
}
