import { allKinds, kinds } from "../kinds/index.ts";
import type { Kind } from "../kinds/kind.ts";
import type { Change, PatchRequest } from "../model/change.ts";
import { makeOperations, makeStubOperation } from "./patch.ts";

/**
 * The number of pairs of new role and written mapping from which osac creates the roles empty first. The
 * server reads all roles again for each written mapping: 1,000 roles and 1,000 mappings take a minute, with
 * empty roles some seconds (docs/server.md).
 */
const stubPairsMin = 20_000;

/**
 * The most bytes of the operations of one request. Amazon OpenSearch Service refuses more than 10 MiB on its
 * smaller nodes; hashed passwords add a little.
 */
const requestBytesMax = 9 * 2 ** 20;

/** New roles that are created empty in one request, together with the mappings that wait for them. */
const stubsMax = 100;

/**
 * Orders the changes for display: creations and updates in the order of the kinds, then deletions in reverse
 * order.
 */
export function orderChanges(changes: readonly Change[]): Change[] {
  const blocking = findBlockingDeletions(changes);
  const others = changes.filter((change) => !blocking.includes(change));
  const [deletions, writes] = partition(others, ({ action }) => action === "delete");
  return [...blocking, ...byKind(writes).flat(), ...byKind(deletions).toReversed().flat()];
}

function byKind(changes: readonly Change[]): Change[][] {
  return allKinds.map((kind) => {
    const own = changes.filter((change) => change.kind === kind.name);
    return partition(own, (change) => !isCostly(kind, change)).flat();
  });
}

/**
 * Makes the requests for the changes: creations and updates in the order of the kinds, deletions in reverse
 * order. Each kind has one PATCH in each direction, and several if a single one would cost the server too
 * much. Changes with `isLast` concern entities that exist, so no other change depends on them.
 */
export function orderRequests(
  changes: readonly Change[],
  isLast: (change: Change) => boolean = () => false,
): PatchRequest[] {
  const blocking = findBlockingDeletions(changes);
  const isBlocking = new Set(blocking);
  const [last, first] = partition(
    changes.filter((change) => !isBlocking.has(change)),
    isLast,
  );
  return [...makeRequests(blocking), ...orderByKind(first), ...orderByKind(last)];
}

function orderByKind(changes: readonly Change[]): PatchRequest[] {
  const [deletions, writes] = partition(changes, ({ action }) => action === "delete");
  return [
    ...(needsStubs(writes) ? orderWithStubs(writes) : makeRequests(writes)),
    ...makeRequests(deletions).toReversed(),
  ];
}

/** An action group cannot take the name of a role that still exists. */
function findBlockingDeletions(changes: readonly Change[]): Change[] {
  const created = new Set(
    changes
      .filter(({ kind, action }) => kind === "actiongroups" && action === "create")
      .map(({ name }) => name),
  );
  return changes.filter(
    ({ kind, action, name }) => kind === "roles" && action === "delete" && created.has(name),
  );
}

function needsStubs(writes: readonly Change[]): boolean {
  const mappings = writes.filter(({ kind }) => kind === "rolesmapping").length;
  return writes.filter(isNewRole).length * mappings >= stubPairsMin;
}

function isNewRole({ kind, action }: Change): boolean {
  return kind === "roles" && action === "create";
}

/**
 * Orders the requests so that roles are created empty and filled last. Users without role lists come first,
 * while the check of the server is cheap. Each chunk of mappings follows its empty roles. No user gains
 * access before the roles are filled.
 */
function orderWithStubs(writes: readonly Change[]): PatchRequest[] {
  const newRoles = new Set(writes.filter(isNewRole).map(({ name }) => name));
  const at = (stage: Stage): Change[] => writes.filter((change) => chooseStage(change, newRoles) === stage);
  const roles = at("roles");
  return [
    ...makeRequests(at("unchecked")),
    ...splitChunks(at("mappings of new roles"), stubsMax).flatMap((mappings) => [
      makeStubRequest(roles, mappings),
      ...makeRequests(mappings),
    ]),
    ...makeRequests(at("users with roles")),
    ...makeRequests(roles),
    ...makeRequests(at("the rest")),
  ];
}

type Stage = "unchecked" | "mappings of new roles" | "users with roles" | "roles" | "the rest";

function chooseStage(change: Change, newRoles: ReadonlySet<string>): Stage {
  switch (change.kind) {
    case "roles":
      return "roles";
    case "rolesmapping":
      return newRoles.has(change.name) ? "mappings of new roles" : "unchecked";
    case "internalusers":
      return change.action === "create" && !isCostly(kinds.internalusers, change)
        ? "unchecked"
        : "users with roles";
    case "tenants":
    case "actiongroups":
      return "unchecked";
    default:
      return "the rest";
  }
}

function makeStubRequest(roles: readonly Change[], mappings: readonly Change[]): PatchRequest {
  const names = new Set(mappings.map(({ name }) => name));
  const changes = roles.filter(({ name }) => names.has(name));
  return {
    kind: "roles",
    changes,
    operations: changes.map(({ name }) => [makeStubOperation(kinds.roles, name)]),
    isStub: true,
  };
}

function makeRequests(changes: readonly Change[]): PatchRequest[] {
  return allKinds.flatMap((kind) => {
    const [costly, cheap] = partition(
      changes.filter((change) => change.kind === kind.name),
      (change) => isCostly(kind, change),
    );
    const [first = [], ...others] = splitChunks(costly, kind.chunk?.size ?? Infinity);
    return [[...cheap, ...first], ...others]
      .filter(({ length }) => length > 0)
      .flatMap((chunk) => splitBySize(makeRequest(kind, chunk)));
  });
}

function makeRequest(kind: Kind, changes: readonly Change[]): PatchRequest {
  const operations = changes.map((change) => makeOperations(kind, change));
  return { kind: kind.name, changes, operations, isStub: false };
}

/** Splits a request that is too long; a single change stays whole. */
function splitBySize(request: PatchRequest): PatchRequest[] {
  const starts = [0];
  let bytes = 0;
  for (const [index, operations] of request.operations.entries()) {
    const size = Buffer.byteLength(JSON.stringify(operations));
    if (bytes > 0 && bytes + size > requestBytesMax) {
      starts.push(index);
      bytes = 0;
    }
    bytes += size;
  }
  return starts.map((start, index) => {
    const end = starts[index + 1];
    return {
      ...request,
      changes: request.changes.slice(start, end),
      operations: request.operations.slice(start, end),
    };
  });
}

/** The server does not check deletions against other entities. */
function isCostly({ chunk }: Kind, change: Change): boolean {
  return chunk !== undefined && change.action !== "delete" && chunk.isCostly(change.after);
}

function partition<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

function splitChunks<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / Math.min(size, items.length || 1));
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
