import {
  can,
  findRestrictions,
  findTenantAccess,
  operations,
  type Access,
  type Caller,
  type Restrictions,
  type Target,
} from "../effective/index.ts";
import { coveringNames } from "../effective/facts.ts";
import { coverWith } from "../effective/permissions.ts";
import { isRestricted } from "../effective/restrictions.ts";
import type { Pattern } from "../effective/roles.ts";
import { isNameless, nameVariable } from "../effective/variables.ts";
import { giveName } from "./find-namesakes.ts";
import { findOperation, findTargetKind } from "./parse-question.ts";

/** The operations of a caller on some names. */
export interface NamedAccess {
  /** Names of the cluster, or a pattern of a role, for which osac judges an example. */
  readonly names: readonly string[];
  readonly example?: string | undefined;
  readonly operations: readonly string[];
  /** The operations that osac cannot judge. */
  readonly unknown: readonly string[];
  /** What the caller sees of each, if it may read them, and not as a whole. */
  readonly restrictions?: Restrictions | undefined;
}

/** Everything that a caller can do, by operation. */
export interface ListedAccess {
  readonly cluster: NamedAccess;
  readonly indices: readonly NamedAccess[];
  /** The patterns of its roles that match no index of the cluster. Empty if osac does not know its names. */
  readonly unmatchedPatterns: readonly string[];
  readonly tenants: readonly {
    readonly name: string;
    readonly access: "read" | "write" | "unknown";
  }[];
}

/** Lists what a caller can do, with the names of the cluster or, without them, with the patterns of its roles. */
export function listAccess(access: Access, caller: Caller): ListedAccess {
  return {
    cluster: { names: ["cluster"], ...askAll(access, caller, { kind: "cluster" }) },
    indices: groupEqual(listNames(access, caller).map((one) => askAbout(access, caller, one))),
    unmatchedPatterns: listUnmatched(access, caller),
    tenants: listTenants(access, caller),
  };
}

interface Named {
  readonly name: string;
  readonly example?: string | undefined;
}

function listNames(access: Access, caller: Caller): Named[] {
  if (access.names !== undefined) return [...access.names.indices.keys()].map((name) => ({ name }));
  return listPatterns(access, caller).map(({ value }) => ({ name: value, example: makeExample(value) }));
}

/** Lists the different patterns of the caller's roles. */
function listPatterns(access: Access, caller: Caller): Pattern[] {
  const blocks = caller.roles.flatMap(({ name }) => access.findRole(name)?.blocks ?? []);
  const patterns = blocks.flatMap((block) => block.patterns);
  return [...new Map(patterns.map((pattern) => [pattern.value, pattern])).values()];
}

function listUnmatched(access: Access, caller: Caller): string[] {
  const { names } = access;
  if (names === undefined) return [];
  const isUnmatched = (pattern: Pattern): boolean =>
    [...names.indices.keys()].every((name) => {
      const covering = coveringNames(names, name);
      return coverWith(access, caller, { patterns: [pattern] }, name, covering).is === "no";
    });
  return listPatterns(access, caller)
    .filter(isUnmatched)
    .map(({ value }) => value);
}

/** Makes a name that a pattern of `*` and `?` matches. */
export function makeExample(pattern: string): string {
  return pattern === "*" ? "any-name" : pattern.replaceAll(/\*+/g, "example").replaceAll("?", "x");
}

function askAbout(access: Access, caller: Caller, { name, example }: Named): NamedAccess {
  if (isNameless(caller) && name.search(nameVariable) !== -1) return askAboutOwn(access, caller, name);
  return { names: [name], example, ...askAboutName(access, caller, example ?? name) };
}

function askAboutName(access: Access, caller: Caller, name: string): Omit<NamedAccess, "names"> {
  const asked = askAll(access, caller, { kind: "indices", expressions: [name] });
  const restrictions = asked.operations.some(isReading) ? findRestrictions(access, caller, name) : undefined;
  return restrictions && isRestricted(restrictions) !== false ? { ...asked, restrictions } : asked;
}

function isReading(operation: string): boolean {
  return findOperation(operation)!.index.some((action) => action.startsWith("indices:data/read/"));
}

/** Asks about the names that a role makes of the caller's name. */
function askAboutOwn(access: Access, caller: Caller, pattern: string): NamedAccess {
  const name = caller.identity.name!;
  const example = makeExample(pattern.replaceAll(nameVariable, () => name));
  return { names: [pattern], ...askAboutName(access, giveName(access, caller, name), example) };
}

function askAll(access: Access, caller: Caller, target: Target): Pick<NamedAccess, "operations" | "unknown"> {
  const asked = Object.keys(operations).filter((name) => findTargetKind(name) === target.kind);
  const verdicts = asked.map((name) => ({ name, ...can(access, caller, name, target).decision }));
  const named = (verdict: string): string[] =>
    verdicts.filter((one) => one.verdict === verdict).map(({ name }) => name);
  return { operations: named("allowed"), unknown: named("unknown") };
}

/** Groups names with the same operations, and drops names without any. */
function groupEqual(list: readonly NamedAccess[]): NamedAccess[] {
  const groups = new Map<string, NamedAccess>();
  for (const one of list) {
    if (one.operations.length + one.unknown.length === 0) continue;
    const key = JSON.stringify([one.operations, one.unknown, one.restrictions]);
    const known = groups.get(key);
    groups.set(key, known ? { ...known, names: [...known.names, ...one.names] } : one);
  }
  return [...groups.values()];
}

function listTenants(access: Access, caller: Caller): ListedAccess["tenants"] {
  const names = [...(access.documents.get("tenants")?.keys() ?? [])];
  return names
    .map((name) => ({ name, ...findTenantAccess(access, caller, name) }))
    .filter(({ read }) => read.is !== "no")
    .map(({ name, read, write }) => {
      if (read.is === "unsure" || write.is === "unsure") return { name, access: "unknown" };
      return { name, access: write.is === "yes" ? "write" : "read" };
    });
}
