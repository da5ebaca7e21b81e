import type { KindName } from "../../model/kind-name.ts";
import type { Body, Value } from "../../model/value.ts";
import type { Documents } from "../documents.ts";
import {
  can,
  identifyCaller,
  loadAccess,
  type Access,
  type Answer,
  type Caller,
  type Link,
  type Missing,
  type Target,
} from "../effective/index.ts";

/** An entry to add to a list. */
export interface Addition {
  /** The list that gets the entry. */
  readonly to: Pick<Link, "kind" | "name" | "pointer">;
  readonly entry: Value;
}

/** A change after which the answer is yes. osac knows no smaller one. */
export interface Proposal {
  readonly additions: readonly Addition[];
}

/** An operation that a caller wants to do. */
interface Wish {
  readonly caller: Caller;
  readonly what: string;
  readonly target: Target;
  readonly answer: Answer;
  /** True if osac may change the entity. */
  readonly isOwn: (kind: KindName, name: string) => boolean;
}

/**
 * Proposes the smallest change that permits the operation: entries in a role that the caller has, or a
 * mapping to a role that permits it. osac tries each proposal, so each one helps.
 */
export function proposeChange(access: Access, wish: Wish): Proposal | undefined {
  const { decision } = wish.answer;
  if (decision.verdict !== "denied" && decision.verdict !== "partly") return undefined;
  const missing = decision.missing;
  if (missing.length === 0 || missing.some(({ need }) => need === "login" || need === "rule"))
    return undefined;
  const candidates = [
    ...extendedRoles(access, wish, missing),
    ...newMappings(access, wish),
    ...newRole(wish, missing),
  ];
  return candidates.find((proposal) => isGranted(access, wish, proposal));
}

function isGranted(access: Access, { caller, what, target }: Wish, { additions }: Proposal): boolean {
  const documents = additions.reduce(addTo, access.documents);
  const changed = withDocuments(access, documents);
  return can(changed, identifyCaller(changed, caller.subject), what, target).decision.verdict === "allowed";
}

/** Returns the access data of the same cluster with other documents. */
function withDocuments(access: Access, documents: Documents): Access {
  const { version, settings, keepsOrder } = access;
  const changed = loadAccess({ documents, version, facts: { settings }, keepsOrder });
  return { ...changed, names: access.names };
}

/** Adds the missing entries to each role of the caller that osac may change. */
function extendedRoles(
  { documents }: Access,
  { caller, isOwn }: Wish,
  missing: readonly Missing[],
): Proposal[] {
  const certain = caller.roles.filter(({ doubt }) => !doubt).map(({ name }) => name);
  const own = certain.filter((name) => documents.get("roles")?.has(name) && isOwn("roles", name));
  return own.map((name) => ({ additions: listAdditions(name, missing) }));
}

/** Missing permissions on the same names become one entry. */
function listAdditions(role: string, missing: readonly Missing[]): Addition[] {
  const onIndices = missing.filter(({ need }) => need === "index-permission");
  const lists = new Set(onIndices.map(({ names }) => JSON.stringify(names)));
  const sameNames = [...lists].map((list) => onIndices.filter(({ names }) => JSON.stringify(names) === list));
  return [
    ...missing
      .filter(({ need }) => need === "cluster-permission")
      .map(({ what }) => addition(role, "/cluster_permissions", what)),
    ...sameNames.flatMap((same) => indexAdditions(role, same)),
    ...missing.filter(({ need }) => need === "tenant").map((one) => tenantAddition(role, one)),
  ];
}

function tenantAddition(role: string, { what, names }: Missing): Addition {
  return addition(role, "/tenant_permissions", {
    tenant_patterns: [...names],
    allowed_actions: [what === "write" ? "kibana_all_write" : "kibana_all_read"],
  });
}

/** Adds the actions to a block that already covers the names, if there is one. */
function indexAdditions(role: string, missing: readonly Missing[]): Addition[] {
  const actions = missing.map(({ what }) => what);
  const { names, nearest } = missing[0]!;
  const covering = nearest.find(
    ({ kind, name, pointer }) => kind === "roles" && name === role && pointer.includes("/index_patterns/"),
  );
  const isCovering = covering !== undefined && covers(covering, names);
  if (!isCovering)
    return [
      addition(role, "/index_permissions", { index_patterns: [...names], allowed_actions: [...actions] }),
    ];
  const block = covering.pointer.replace(/\/index_patterns\/\d+$/, "");
  return actions.map((action) => addition(role, `${block}/allowed_actions`, action));
}

function covers({ value, fits }: Link, names: readonly string[]): boolean {
  return value === "*" || (names.length === 1 && (fits ?? value) === names[0]);
}

function addition(name: string, pointer: string, entry: Value): Addition {
  return { to: { kind: "roles", name, pointer }, entry };
}

/**
 * Maps the caller to each of the other roles, the shortest first. Built-in roles are left out, because they
 * permit too much.
 */
function newMappings({ documents }: Access, { caller, isOwn }: Wish): Proposal[] {
  const held = new Set(caller.roles.map(({ name }) => name));
  const others = [...(documents.get("roles") ?? [])].filter(
    ([name]) => !held.has(name) && isOwn("roles", name),
  );
  return others
    .toSorted(([, a], [, b]) => JSON.stringify(a).length - JSON.stringify(b).length)
    .flatMap(([name]) => toMapping(caller, name).map((mapping) => ({ additions: [mapping] })));
}

/** Proposes a new role with only the missing permissions. */
function newRole({ caller }: Wish, missing: readonly Missing[]): Proposal[] {
  const name = "new_role";
  return toMapping(caller, name).map((mapping) => ({
    additions: [...listAdditions(name, missing), mapping],
  }));
}

/** Returns the entry that maps the caller to a role; undefined if no entry can name only this caller. */
function toMapping(caller: Caller, role: string): Addition[] {
  const entry = findMappingEntry(caller);
  if (entry === undefined) return [];
  return [{ to: { kind: "rolesmapping", name: role, pointer: `/${entry.field}` }, entry: entry.value }];
}

function findMappingEntry({
  subject,
}: Caller): { readonly field: "users" | "backend_roles"; readonly value: string } | undefined {
  if (subject.kind === "user" || subject.kind === "external") return { field: "users", value: subject.name };
  if (subject.kind === "backend-role") return { field: "backend_roles", value: subject.name };
  return subject.kind === "everybody" ? { field: "users", value: "*" } : undefined;
}

/** Adds one entry at the end of a list, and creates the list if it does not exist. */
function addTo(documents: Documents, { to, entry }: Addition): Documents {
  const entities = documents.get(to.kind) ?? new Map<string, Body>();
  const body = structuredClone(entities.get(to.name) ?? {});
  const steps = to.pointer.split("/").slice(1);
  const field = steps.pop()!;
  const holder = steps.reduce<Value>(
    (value, step) => (value as Record<string, Value>)[step]!,
    body,
  ) as Record<string, Value>;
  holder[field] = [...((holder[field] as Value[] | undefined) ?? []), entry];
  return new Map<KindName, ReadonlyMap<string, Body>>([
    ...documents,
    [to.kind, new Map([...entities, [to.name, body]])],
  ]);
}
