import { allKinds, kinds } from "../kinds/index.ts";
import type { Change, KindName, PatchRequest } from "../model.ts";
import { operationsOf, stubOperation } from "./patch.ts";

/**
 * From how many pairs of new role and touched mapping or user it pays to create the roles empty first.
 * The server reads all roles anew for each touched mapping: 1,000 beside 1,000 take a minute, beside
 * 1,000 empty ones some seconds (docs/server.md).
 */
const stubPairsMin = 20_000;

/**
 * The requests that carry out the changes: creations and updates down the list of kinds, deletions up it.
 * One PATCH a kind each way, more where the server's cost asks for chunks.
 */
export function orderRequests(changes: readonly Change[]): PatchRequest[] {
  const blocking = deletionsInTheWay(changes);
  const deletions = changes.filter((change) => change.action === "delete" && !blocking.includes(change));
  const writes = changes.filter(({ action }) => action !== "delete");
  return [
    ...requestsOf(blocking),
    ...(needsStubs(writes) ? writesAfterStubs(writes) : requestsOf(writes)),
    ...requestsOf(deletions).toReversed(),
  ];
}

/** An action group cannot take the name of a role that still exists. */
function deletionsInTheWay(changes: readonly Change[]): Change[] {
  const created = new Set(changes.filter(({ kind, action }) => kind === "actiongroups" && action === "create").map(({ name }) => name));
  return changes.filter(({ kind, action, name }) => kind === "roles" && action === "delete" && created.has(name));
}

function needsStubs(writes: readonly Change[]): boolean {
  const roles = writes.filter(({ kind, action }) => kind === "roles" && action === "create").length;
  const readers = writes.filter(({ kind }) => kind === "rolesmapping" || kind === "internalusers").length;
  return roles * readers >= stubPairsMin;
}

/** Roles empty, then all that refers to them, then the roles in full: nobody gains anything before the end. */
function writesAfterStubs(writes: readonly Change[]): PatchRequest[] {
  const roles = writes.filter(({ kind }) => kind === "roles");
  const stubs = roles.filter(({ action }) => action === "create");
  const referred = new Set<KindName>(["tenants", "actiongroups"]);
  const referring = new Set<KindName>(["rolesmapping", "internalusers"]);
  const rest = (kind: KindName) => kind !== "roles" && !referred.has(kind) && !referring.has(kind);
  return [
    ...requestsOf(writes.filter(({ kind }) => referred.has(kind))),
    stubRequest(stubs),
    ...requestsOf(writes.filter(({ kind }) => referring.has(kind))),
    ...requestsOf(roles),
    ...requestsOf(writes.filter(({ kind }) => rest(kind))),
  ];
}

function stubRequest(changes: readonly Change[]): PatchRequest {
  const operations = changes.map(({ name }) => stubOperation(kinds.roles, name));
  return { kind: "roles", changes, operations, isStub: true };
}

function requestsOf(changes: readonly Change[]): PatchRequest[] {
  return allKinds.flatMap((kind) => {
    const ours = changes.filter((change) => change.kind === kind.name);
    return chunks(ours, kind.chunkSize ?? Infinity).map((chunk) => ({
      kind: kind.name,
      changes: chunk,
      operations: chunk.flatMap((change) => operationsOf(kind, change)),
      isStub: false,
    }));
  });
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / Math.min(size, items.length || 1));
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
