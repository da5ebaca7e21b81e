import type { Access } from "./access.ts";
import { findFirst, no, type Finding, type Link, type Unknown } from "./answer.ts";
import { coveringNames } from "./facts.ts";
import { linkPermission, type Block, type Permission, type Role } from "./roles.ts";
import type { Caller, MappedRole } from "./subject.ts";
import { matchPattern } from "./variables.ts";

/** A block of the caller's roles that permits an action on some names. */
export interface Grantor {
  readonly block: Block;
  readonly mapped: MappedRole;
  /** The chain from the caller to the role. */
  readonly action: Finding;
}

/** Finds out whether a role of the caller has a cluster permission. */
export function findClusterPermission(access: Access, caller: Caller, action: string): Finding {
  return findFirst(
    caller.roles.map((mapped) => {
      const role = access.findRole(mapped.name);
      return role === undefined
        ? no
        : doubted(findClusterAction(access, role, role.cluster, action), mapped, role.isDoubtful);
    }),
  );
}

/**
 * Finds out whether a role of the caller has a permission that a bare `*` does not give, such as
 * `restapi:admin/roles`. Up to 2.18, `*` beside another permission gives it.
 */
export function findExplicitPermission(access: Access, caller: Caller, action: string): Finding {
  return findFirst(
    caller.roles.map((mapped) => {
      const role = access.findRole(mapped.name);
      if (role === undefined) return no;
      const isEnough = !access.generation.comparesNames && role.cluster.length > 1;
      const explicit = role.cluster.filter(({ pattern }) => isEnough || pattern !== "*");
      return doubted(findClusterAction(access, role, explicit, action), mapped, role.isDoubtful);
    }),
  );
}

/** Finds the blocks of the caller's roles that permit an action. */
export function findGrantors(access: Access, caller: Caller, action: string): Grantor[] {
  return caller.roles.flatMap((mapped) => {
    const role = access.findRole(mapped.name);
    return (role?.blocks ?? []).flatMap((block) => {
      const link = (one: Permission): readonly Link[] =>
        linkPermission(block.role, `${block.pointer}/allowed_actions`, one);
      const found = doubted(findAction(access, block.permissions, action, link), mapped, role!.isDoubtful);
      return found.is === "no" ? [] : [{ block, mapped, action: found }];
    });
  });
}

/** Finds out whether one of the blocks covers a name. */
export function findCoverage(
  access: Access,
  caller: Caller,
  grantors: readonly Grantor[],
  name: string,
): Finding {
  const names = access.names ? coveringNames(access.names, name) : [name];
  return findFirst(
    grantors.map(({ block, action }) => joinFindings(coverWith(access, caller, block, name, names), action)),
  );
}

/** Finds out whether one of the blocks covers every name, existing or not. */
export function findUniversal(grantors: readonly Grantor[]): Finding {
  return findFirst(
    grantors.map(({ block, action }) => {
      const pattern = block.patterns.find(({ value }) => value === "*");
      return pattern === undefined ? no : joinFindings({ is: "yes", chain: [pattern.link] }, action);
    }),
  );
}

/** Finds out whether the patterns of a block cover a name. */
export function coverWith(
  access: Access,
  caller: Caller,
  { patterns }: Pick<Block, "patterns">,
  name: string,
  names: readonly string[],
): Finding {
  return findFirst(
    patterns.map(({ value, link }): Finding => {
      if (value === "_all" && isCoveredByAll(access, name)) return { is: "yes", chain: [link] };
      const match = matchPattern(access, caller, value, names);
      if (match.is !== "yes") return match;
      return { is: "yes", chain: [{ ...link, fits: match.name === value ? undefined : match.name }] };
    }),
  );
}

/**
 * Servers that resolve patterns read `_all` as every open index that is not hidden; the others read it as a
 * name.
 */
function isCoveredByAll({ generation, names }: Access, name: string): boolean {
  const facts = names?.indices.get(name);
  if (generation.comparesNames || facts === undefined || facts.isClosed) return false;
  return !facts.isHidden || facts.stream !== undefined;
}

function findClusterAction(
  access: Access,
  { name }: Role,
  permissions: readonly Permission[],
  action: string,
): Finding {
  return findAction(access, permissions, action, (one) => linkPermission(name, "/cluster_permissions", one));
}

function findAction(
  access: Access,
  permissions: readonly Permission[],
  action: string,
  link: (permission: Permission) => readonly Link[],
): Finding {
  return findFirst(
    permissions.map((permission): Finding => {
      const { pattern } = permission;
      const verdict = access.matches(pattern, action);
      if (verdict === "yes") return { is: "yes", chain: link(permission) };
      return verdict === "no" ? no : { is: "unsure", reason: expressionDoubt(pattern) };
    }),
  );
}

function expressionDoubt(pattern: string): Unknown {
  return { code: "expression", text: `only Java can read ${pattern}` };
}

/** Puts the chain to the role, and its doubts, before the chain within the role. */
function doubted(finding: Finding, { chain, doubt, name }: MappedRole, isDoubtful: boolean): Finding {
  if (finding.is === "no") return no;
  if (doubt) return { is: "unsure", reason: doubt };
  if (finding.is === "unsure") return finding;
  if (isDoubtful) {
    const text = `the role ${name} holds an expression that the server may refuse, and more of the role with it`;
    return { is: "unsure", reason: { code: "expression", text } };
  }
  return { is: "yes", chain: [...chain, ...finding.chain] };
}

/** Joins two findings: the chain goes from the caller to the role, its pattern, and its action. */
function joinFindings(coverage: Finding, action: Finding): Finding {
  if (coverage.is === "no" || action.is === "no") return no;
  if (action.is === "unsure") return action;
  if (coverage.is === "unsure") return coverage;
  const [mapping, ...rest] = action.chain as readonly [Link, ...Link[]];
  return { is: "yes", chain: [mapping, ...coverage.chain, ...rest] };
}
