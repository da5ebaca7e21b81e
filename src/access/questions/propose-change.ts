import { isDeepStrictEqual } from "node:util";
import type { KindName } from "../../model/kind-name.ts";
import type { AccessChange, AccessDifference } from "../../model/access-change.ts";
import type { Change } from "../../model/change.ts";
import type { Body, Value } from "../../model/value.ts";
import { valueAtPath } from "../../value/path.ts";
import { isRecord } from "../../value/record.ts";
import { compareAccess } from "../compare/index.ts";
import { readTexts, type Documents } from "../documents.ts";
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
import { measureRights, weighPatterns } from "./measure-rights.ts";

/** An entry to add to a list. */
export interface Addition {
  /** The list that gets the entry. */
  readonly to: Pick<Link, "kind" | "name" | "pointer">;
  readonly entry: Value;
}

/** A change after which the answer is yes, and everything that it gives. */
export interface Proposal {
  readonly additions: readonly Addition[];
  readonly effects: readonly AccessChange[];
}

/** A proposal that osac has not tried yet. */
interface Candidate {
  /** Of each form, the lightest is proposed: an edit for the caller alone, one for all who have a role, … */
  readonly form: "own" | "shared" | "wide" | "mapping";
  readonly additions: readonly Addition[];
  /** The rights that it gives to everybody who gets them. */
  readonly weight: number;
}

/** An operation that a caller wants to do. */
interface Wish {
  readonly caller: Caller;
  readonly what: string;
  readonly target: Target;
  readonly answer: Answer;
  /** True if osac may change the entity. */
  readonly isOwn: (kind: KindName, name: string) => boolean;
  /** `plugins.security.restapi.roles_enabled`, if it is known. */
  readonly restApiRoles?: readonly string[] | undefined;
}

/**
 * Proposes changes that permit the operation, the one that gives the least rights first: entries for exactly
 * what is missing, a wider entry of the caller's own role, a mapping to a role that permits it. osac tries
 * each of them, so each one helps. None makes anybody an administrator.
 */
export function proposeChanges(access: Access, wish: Wish): Proposal[] {
  const { decision } = wish.answer;
  if (decision.verdict !== "denied" && decision.verdict !== "partly") return [];
  const missing = decision.missing;
  if (missing.length === 0 || missing.some(({ need }) => need === "login" || need === "rule")) return [];
  const candidates = [
    ...extendedRoles(access, wish, missing),
    ...newMappings(access, wish),
    ...newRole(access, wish, missing),
  ].toSorted((a, b) => a.weight - b.weight);
  const found = new Map<Candidate["form"], Proposal>();
  for (const candidate of candidates) {
    const proposal = found.has(candidate.form) ? undefined : tryCandidate(access, wish, candidate);
    if (proposal) found.set(candidate.form, proposal);
  }
  return [...found.values()];
}

/** Returns the proposal with its effects, unless it does not help or makes somebody an administrator. */
function tryCandidate(access: Access, wish: Wish, { additions }: Candidate): Proposal | undefined {
  const documents = additions.reduce(addTo, access.documents);
  const changed = withDocuments(access, documents);
  const { caller, what, target } = wish;
  const { decision } = can(changed, identifyCaller(changed, caller.subject), what, target);
  if (decision.verdict !== "allowed") return undefined;
  const difference = compareDocuments(access, documents, listChanges(access, additions, documents), wish);
  if (difference === undefined || difference.escalations.length > 0) return undefined;
  const named = additions.map(({ to }) => to.name);
  if (named.some((role) => isAdministratorRole(access, role, wish))) return undefined;
  return { additions, effects: difference.changes };
}

function compareDocuments(
  { documents, version, settings }: Access,
  after: Documents,
  changes: readonly Change[],
  { restApiRoles }: Pick<Wish, "restApiRoles">,
): AccessDifference | undefined {
  const transition = { before: documents, after, changes };
  return compareAccess({ transition, version, facts: { settings }, restApiRoles });
}

function listChanges({ documents }: Access, additions: readonly Addition[], after: Documents): Change[] {
  const entities = new Map(additions.map(({ to }) => [`${to.kind}/${to.name}`, to]));
  return [...entities.values()].map(({ kind, name }) => {
    const [old, now] = [documents.get(kind)?.get(name), after.get(kind)!.get(name)!];
    return old
      ? { kind, name, action: "update", before: old, after: now }
      : { kind, name, action: "create", after: now };
  });
}

/** True if the role alone would make a stranger an administrator. */
function isAdministratorRole(access: Access, role: string, wish: Wish): boolean {
  const bare: Documents = new Map<KindName, ReadonlyMap<string, Body>>([
    ...access.documents,
    ["rolesmapping", new Map()],
    ["internalusers", new Map()],
  ]);
  const mapping: Addition = {
    to: { kind: "rolesmapping", name: role, pointer: "/users" },
    entry: "stranger",
  };
  const mapped = addTo(bare, mapping);
  const before = { ...access, documents: bare };
  const difference = compareDocuments(before, mapped, listChanges(before, [mapping], mapped), wish);
  return difference !== undefined && difference.escalations.length > 0;
}

/** Returns the access data of the same cluster with other documents. */
function withDocuments(access: Access, documents: Documents): Access {
  const { version, settings, keepsOrder } = access;
  const changed = loadAccess({ documents, version, facts: { settings }, keepsOrder });
  return { ...changed, names: access.names };
}

/** Adds the missing entries to each role of the caller that osac may change. */
function extendedRoles(access: Access, { caller, isOwn }: Wish, missing: readonly Missing[]): Candidate[] {
  const { documents } = access;
  const certain = caller.roles.filter(({ doubt }) => !doubt).map(({ name }) => name);
  const own = certain.filter((name) => documents.get("roles")?.has(name) && isOwn("roles", name));
  return own.flatMap((name): Candidate[] => {
    const holders = countHolders(access, name);
    const [narrow, wide] = [false, true].map((isWide) => listAdditions(name, missing, isWide)) as [
      Addition[],
      Addition[],
    ];
    const form = holders === 1 ? "own" : "shared";
    const exact: Candidate = { form, additions: narrow, weight: holders * weighMissing(missing) };
    if (isDeepStrictEqual(narrow, wide)) return [exact];
    return [exact, { form: "wide", additions: wide, weight: holders * weighWide(access, wide, missing) }];
  });
}

/** Counts the users and the entries of mappings that have a role. An entry for everyone counts for many. */
function countHolders({ documents }: Access, role: string): number {
  const mapping = documents.get("rolesmapping")?.get(role);
  const entries = ["users", "backend_roles", "and_backend_roles", "hosts"].flatMap((field) =>
    readTexts(mapping, field).map(({ value }) => value),
  );
  const users = [...(documents.get("internalusers")?.values() ?? [])].filter((user) =>
    readTexts(user, "opendistro_security_roles").some(({ value }) => value === role),
  );
  return users.length + weighPatterns(entries);
}

function weighMissing(missing: readonly Missing[]): number {
  return missing.reduce((sum, { names }) => sum + Math.max(1, weighPatterns(names)), 0);
}

/** An action in a block counts for all patterns of the block. */
function weighWide(
  { documents }: Access,
  additions: readonly Addition[],
  missing: readonly Missing[],
): number {
  const widened = additions.map(({ to }) => {
    const steps = to.pointer.split("/").slice(1);
    const block = valueAtPath(documents.get("roles")?.get(to.name), steps.slice(0, 2));
    return isRecord(block) ? weighPatterns(readTexts(block, "index_patterns").map(({ value }) => value)) : 0;
  });
  return widened.reduce((sum, one) => sum + one, weighMissing(missing));
}

/**
 * Missing permissions on the same names become one entry.
 *
 * @param isWide adds the actions to a block that covers more names, if there is one
 */
function listAdditions(role: string, missing: readonly Missing[], isWide = false): Addition[] {
  const onIndices = missing.filter(({ need }) => need === "index-permission");
  const lists = new Set(onIndices.map(({ names }) => JSON.stringify(names)));
  const sameNames = [...lists].map((list) => onIndices.filter(({ names }) => JSON.stringify(names) === list));
  return [
    ...missing
      .filter(({ need }) => need === "cluster-permission")
      .map(({ what }) => addition(role, "/cluster_permissions", what)),
    ...sameNames.flatMap((same) => indexAdditions(role, same, isWide)),
    ...missing.filter(({ need }) => need === "tenant").map((one) => tenantAddition(role, one)),
  ];
}

function tenantAddition(role: string, { what, names }: Missing): Addition {
  return addition(role, "/tenant_permissions", {
    tenant_patterns: [...names],
    allowed_actions: [what === "write" ? "kibana_all_write" : "kibana_all_read"],
  });
}

/** Adds the actions to a block for exactly these names, or if wanted for more names; else a new block. */
function indexAdditions(role: string, missing: readonly Missing[], isWide: boolean): Addition[] {
  const actions = missing.map(({ what }) => what);
  const { names, nearest } = missing[0]!;
  const covering = nearest.find(
    (link) =>
      link.kind === "roles" &&
      link.name === role &&
      link.pointer.includes("/index_patterns/") &&
      (isWide ? covers(link, names) : names.length === 1 && link.value === names[0]),
  );
  if (covering === undefined)
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

/** Maps the caller to each of the other roles that permit the operation. Built-in roles permit too much. */
function newMappings(access: Access, { caller, what, target, isOwn }: Wish): Candidate[] {
  const held = new Set(caller.roles.map(({ name }) => name));
  const others = [...(access.documents.get("roles")?.keys() ?? [])].filter(
    (name) => !held.has(name) && isOwn("roles", name),
  );
  return others
    .filter((name) => {
      const mapped = { ...caller, roles: [...caller.roles, { name, chain: [] }] };
      return can(access, mapped, what, target).decision.verdict !== "denied";
    })
    .flatMap((name) =>
      toMapping(caller, name).map((mapping): Candidate => ({
        form: "mapping",
        additions: [mapping],
        weight: weighSubject(caller) * measureRights(access, name),
      })),
    );
}

function weighSubject({ subject }: Caller): number {
  return subject.kind === "everybody" ? weighPatterns(["*"]) : 1;
}

/** Proposes a new role with only the missing permissions. */
function newRole({ documents }: Access, { caller }: Wish, missing: readonly Missing[]): Candidate[] {
  const name = makeFreeName("new_role", documents.get("roles"));
  return toMapping(caller, name).map((mapping) => ({
    form: "own",
    additions: [...listAdditions(name, missing), mapping],
    // A role more is something to look after, so an entry in a role that nobody else has comes first.
    weight: weighSubject(caller) * weighMissing(missing) + 0.5,
  }));
}

function makeFreeName(name: string, taken: ReadonlyMap<string, Body> | undefined): string {
  return taken?.has(name) ? makeFreeName(`${name}_`, taken) : name;
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
