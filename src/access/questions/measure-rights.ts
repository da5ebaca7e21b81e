import { isUniversal } from "../compare/reach.ts";
import { readTexts } from "../documents.ts";
import type { Access } from "../effective/index.ts";
import { listAt, type Permission } from "../effective/roles.ts";
import { isLiteral } from "../match-pattern.ts";
import { listClusterActions, listIndexActions } from "./find-surplus.ts";

/**
 * Measures the rights that a role gives, to rank roles. Each action and each permission counts once for the
 * cluster, and once for each pattern of names, by the weight of the pattern.
 */
export function measureRights(access: Access, role: string): number {
  const { cluster = [], blocks = [] } = access.findRole(role) ?? {};
  const onIndices = blocks.map(
    ({ permissions, patterns }) =>
      countActions(access, listIndexActions(access), permissions) *
      weighPatterns(patterns.map(({ value }) => value)),
  );
  const tenants = listAt(access.documents.get("roles")?.get(role) ?? {}, "tenant_permissions");
  const onTenants = tenants.map((one) =>
    weighPatterns(readTexts(one, "tenant_patterns").map(({ value }) => value)),
  );
  return [...onIndices, ...onTenants].reduce(
    (sum, one) => sum + one,
    countActions(access, listClusterActions(access), cluster),
  );
}

/** A permission counts, too, because plugins have actions that osac does not list. */
function countActions(
  { matches }: Access,
  actions: readonly string[],
  permissions: readonly Permission[],
): number {
  const permitted = actions.filter((action) =>
    permissions.some(({ pattern }) => matches(pattern, action) !== "no"),
  );
  return permitted.length + permissions.length;
}

/** Weighs how many names some patterns may match. */
export function weighPatterns(patterns: readonly string[]): number {
  return patterns.reduce((sum, pattern) => sum + weighPattern(pattern), 0);
}

function weighPattern(pattern: string): number {
  if (isUniversal(pattern)) return 1000;
  return isLiteral(pattern) ? 1 : 10;
}
