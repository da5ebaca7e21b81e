import type { AccessTest, Expectation } from "../../model/access-test.ts";
import {
  can,
  identifyCaller,
  operations,
  type Access,
  type Caller,
  type Operation,
} from "../effective/index.ts";
import { isExpression } from "../match-pattern.ts";
import { hasVariables } from "../effective/variables.ts";
import { findSurplus, listClusterActions, listIndexActions } from "./find-surplus.ts";
import { makeExample } from "./list-access.ts";
import { findTargetKind, parseSubject, parseTarget } from "./parse-question.ts";
import { runAccessTest } from "./run-access-test.ts";

/** The subject of a recorded test. */
export type RecordedSubject = Omit<AccessTest, "expectations" | "at" | "name">;

/** The lists of a recorded test. */
export type RecordedLists = Readonly<Partial<Record<Expectation["list"], Recorded>>>;

/** The targets of each operation. */
type Recorded = ReadonlyMap<string, readonly string[]>;

/** A recorded test, and what it does not hold. */
export interface Recording {
  readonly lists: RecordedLists;
  /** The answers about actions that are left out, because osac does not know them. */
  readonly unknown: number;
}

/**
 * Records what a caller can do now as a test that its access meets. With the names of the cluster the test
 * says that it can do only this. Otherwise it says what the caller can do and cannot do on some names.
 */
export function recordAccess(access: Access, subject: RecordedSubject): Recording {
  const caller = identifyCaller(access, parseSubject(subject.subject, subject));
  const only = access.names === undefined ? undefined : recordOnly(access, caller, subject);
  return only ? { lists: { only }, unknown: 0 } : recordSome(access, caller);
}

function recordOnly(access: Access, caller: Caller, subject: RecordedSubject): Recorded | undefined {
  const names = listKnownNames(access);
  const known = new Map([
    ...askOperations(access, caller, names, "allowed"),
    ...askTenants(access, caller, "allowed"),
  ]);
  const rest = findRest(access, caller, known);
  const all = new Map(
    [...known, ...rest].map(([what, targets]) => [what, shorten(access, caller, what, targets)]),
  );
  return all.size > 0 && isMet(access, subject, all) ? all : undefined;
}

/** A test cannot name an index that is called `cluster`. */
function listKnownNames({ names }: Access): string[] {
  return [...(names?.indices.keys() ?? [])].filter((name) => name !== "cluster");
}

/** Finds the actions that a caller is permitted although no whole operation needs them. */
function findRest(access: Access, caller: Caller, known: Recorded): Recorded {
  const only = [...known].map(([operation, targets]) => ({ operation, targets }));
  const found = new Map<string, string[]>();
  for (const { what, target } of findSurplus(access, caller, only))
    if (!found.get(what)?.push(target)) found.set(what, [target]);
  return found;
}

function isMet(access: Access, subject: RecordedSubject, only: Recorded): boolean {
  const at = { file: "", line: 1, column: 1 };
  const expectations = [...only].map(([operation, targets]) => ({
    list: "only" as const,
    operation,
    targets,
    at,
  }));
  return runAccessTest(access, { ...subject, expectations, at }).length === 0;
}

/**
 * Writes a pattern of the caller's roles instead of the names that it matches, if the answer for the pattern
 * is the same.
 */
function shorten(
  access: Access,
  caller: Caller,
  what: string,
  targets: readonly string[],
): readonly string[] {
  if (findTargetKind(what, access.generation) !== "indices") return targets;
  const open = new Set(targets);
  const patterns = listPatterns(
    access,
    caller.roles.map(({ name }) => name),
  ).filter((pattern) => {
    const matched = access.names!.open.filter((name) => access.matches(pattern, name) === "yes");
    if (matched.length < 2 || !matched.every((name) => open.has(name))) return false;
    if (can(access, caller, what, parseTarget(pattern)).decision.verdict !== "allowed") return false;
    for (const name of matched) open.delete(name);
    return true;
  });
  return [...patterns, ...open];
}

/** Lists the wildcards and names of roles that a request can name as well. */
function listPatterns(access: Access, roles: readonly string[]): string[] {
  const blocks = roles.flatMap((name) => access.findRole(name)?.blocks ?? []);
  const patterns = blocks.flatMap((block) => block.patterns.map(({ value }) => value));
  return [...new Set(patterns)].filter(
    (one) => !isExpression(one) && !hasVariables(one) && !/^[<_]|,/.test(one),
  );
}

/** Operations that need the same permissions have the same answer: the first stands for all of them. */
const distinct: readonly string[] = [
  ...new Map(
    Object.entries<Operation>(operations)
      .toReversed()
      .map(([name, operation]) => [listNeeds(operation), name]),
  ).values(),
].toReversed();

function listNeeds({ cluster, index, also, tenant, needsWholeIndex }: Operation): string {
  return JSON.stringify([cluster, index.toSorted(), also, tenant, needsWholeIndex]);
}

type Wanted = "allowed" | "denied";

function askOperations(
  access: Access,
  caller: Caller,
  names: readonly string[],
  wanted: Wanted,
  asked: readonly string[] = distinct,
): Recorded {
  const found = asked.map((what): [string, string[]] => {
    const kind = findTargetKind(what, access.generation);
    if (kind === "tenant") return [what, []];
    return [what, keep(access, caller, what, kind === "cluster" ? ["cluster"] : names, wanted)];
  });
  return withoutEmpty(found);
}

function keep(
  access: Access,
  caller: Caller,
  what: string,
  targets: readonly string[],
  wanted: Wanted,
): string[] {
  return targets.filter(
    (target) => can(access, caller, what, parseTarget(target)).decision.verdict === wanted,
  );
}

/** Who may save in a tenant may read it. */
function askTenants(access: Access, caller: Caller, wanted: Wanted): Recorded {
  const tenants = [...(access.documents.get("tenants")?.keys() ?? [])].map((name) => `tenant:${name}`);
  const [read, save] = ["read in Dashboards", "save in Dashboards"].map((what) =>
    keep(access, caller, what, tenants, wanted),
  ) as [string[], string[]];
  const [weak, strong] = wanted === "allowed" ? [read, save] : [save, read];
  const rest = weak.filter((one) => !strong.includes(one));
  return withoutEmpty([
    ["read in Dashboards", wanted === "allowed" ? rest : strong],
    ["save in Dashboards", wanted === "allowed" ? strong : rest],
  ]);
}

function withoutEmpty(found: readonly (readonly [string, readonly string[]])[]): Recorded {
  return new Map(found.filter(([, targets]) => targets.length > 0));
}

/** The operations that are recorded as denied on names that only roles of others match. */
const telling = ["search", "index a document", "delete an index"];

function recordSome(access: Access, caller: Caller): Recording {
  const own = listNames(
    access,
    caller.roles.map(({ name }) => name),
  );
  const all = listNames(access, [...(access.documents.get("rolesmapping")?.keys() ?? [])]);
  const others = all.filter((name) => !own.includes(name));
  const ask = (wanted: Wanted): Recorded =>
    merge([
      askOperations(access, caller, own, wanted),
      askOperations(access, caller, others, wanted, telling),
      askTenants(access, caller, wanted),
    ]);
  const lists = { can: ask("allowed"), cannot: ask("denied") };
  return { lists, unknown: countUnknown(access, caller, own) };
}

function countUnknown(access: Access, caller: Caller, names: readonly string[]): number {
  const actions = [
    ...listClusterActions(access).map((action) => [action, "cluster"] as const),
    ...listIndexActions(access).flatMap((action) => names.map((name) => [action, name] as const)),
  ];
  return actions.filter(
    ([action, target]) => can(access, caller, action, parseTarget(target)).decision.verdict === "unknown",
  ).length;
}

/** The known names of the cluster, or a name for each pattern of the roles. */
function listNames(access: Access, roles: readonly string[]): string[] {
  const patterns = listPatterns(access, roles);
  if (access.names === undefined) return [...new Set(patterns.map(makeExample))];
  return listKnownNames(access).filter((name) =>
    patterns.some((pattern) => access.matches(pattern, name) === "yes"),
  );
}

function merge(parts: readonly Recorded[]): Recorded {
  const merged = new Map<string, string[]>();
  for (const [what, targets] of parts.flatMap((part) => [...part]))
    merged.set(what, [...new Set([...(merged.get(what) ?? []), ...targets])]);
  return merged;
}
