import { readTexts } from "../documents.ts";
import type { Body } from "../../model/value.ts";
import type { Access } from "./access.ts";
import { findFirst, no, type Decision, type Finding, type Link } from "./answer.ts";
import { linkPermission, listAt, resolvePermissions } from "./roles.ts";
import { mappingDoubt, type Caller, type MappedRole } from "./subject.ts";
import { hasVariables, mayMatch, renderVariables } from "./variables.ts";

/** The only permission that makes a tenant writable; every other list, even an empty one, permits reading. */
const writing = "kibana:saved_objects/*/write";

/** The tenant that exists in every cluster. */
export const globalTenant = "global_tenant";

/** The access of a caller to a tenant. */
export interface TenantAccess {
  readonly read: Finding;
  readonly write: Finding;
}

/** Decides whether the caller may read or write a tenant of Dashboards. */
export function decideTenant(
  access: Access,
  caller: Caller,
  tenant: string,
  use: "read" | "write",
): Decision {
  if (caller.isCertificate) return { verdict: "allowed", because: [] };
  if (caller.obstacle) return { verdict: "denied", missing: [caller.obstacle] };
  const doubt = mappingDoubt(access);
  if (doubt) return { verdict: "unknown", reasons: [doubt] };
  if (!isDefined(access, tenant) && !isOwn(access, caller, tenant))
    return {
      verdict: "denied",
      missing: [{ need: "rule", what: `there is no tenant ${tenant}`, names: [], nearest: [] }],
    };
  const finding = findTenantAccess(access, caller, tenant)[use];
  if (finding.is === "unsure") return { verdict: "unknown", reasons: [finding.reason] };
  if (finding.is === "yes")
    return { verdict: "allowed", because: [{ action: `tenant ${use}`, name: tenant, chain: finding.chain }] };
  return { verdict: "denied", missing: [{ need: "tenant", what: use, names: [tenant], nearest: [] }] };
}

/** Finds the permissions of the caller on a tenant, for reading and for writing. */
export function findTenantAccess(access: Access, caller: Caller, tenant: string): TenantAccess {
  if (isOwn(access, caller, tenant))
    return { read: { is: "yes", chain: [] }, write: { is: "yes", chain: [] } };
  if (!isDefined(access, tenant)) return { read: no, write: no };
  const grants = caller.roles.flatMap((mapped) => findGrants(access, caller, mapped, tenant));
  const read = findFirst(grants.map(({ read: finding }) => finding));
  const write = findFirst(grants.map(({ write: finding }) => finding));
  if (tenant !== globalTenant || read.is === "yes") return { read, write };
  return withImplicit(access, caller, { read, write });
}

function isDefined({ documents }: Access, tenant: string): boolean {
  return tenant === globalTenant || (documents.get("tenants")?.has(tenant) ?? true);
}

function isOwn({ dynamic }: Access, { identity }: Caller, tenant: string): boolean {
  return dynamic.hasPrivateTenant && (tenant === "__user__" || tenant === identity.name);
}

/** Some roles permit writing to the global tenant, unless a permission of the caller reads it. */
function withImplicit(access: Access, caller: Caller, { read, write }: TenantAccess): TenantAccess {
  const implicit = findFirst(
    caller.roles
      .filter(({ name }) => access.generation.globalTenantRoles.includes(name))
      .map(({ chain, doubt }): Finding => (doubt ? { is: "unsure", reason: doubt } : { is: "yes", chain })),
  );
  if (implicit.is === "no") return { read, write };
  if (read.is === "unsure") return { read, write: read };
  return { read: implicit, write: implicit };
}

function findGrants(access: Access, caller: Caller, mapped: MappedRole, tenant: string): TenantAccess[] {
  const body = access.documents.get("roles")?.get(mapped.name);
  if (body === undefined) return [];
  return listAt(body, "tenant_permissions").flatMap((permission, index) => {
    const pointer = `/tenant_permissions/${index}`;
    const covered = coverTenant(access, caller, mapped, permission, pointer, tenant);
    if (covered.is === "no") return [];
    const permissions = resolvePermissions(access.documents, permission, "allowed_actions");
    const writes = permissions.find(({ pattern }) => pattern === writing);
    if (writes === undefined) return [{ read: covered, write: no }];
    const chain = linkPermission(mapped.name, `${pointer}/allowed_actions`, writes);
    return [{ read: covered, write: extend(covered, chain) }];
  });
}

function extend(finding: Finding, chain: readonly Link[]): Finding {
  return finding.is === "yes" ? { is: "yes", chain: [...finding.chain, ...chain] } : finding;
}

function coverTenant(
  access: Access,
  caller: Caller,
  { name: role, chain, doubt }: MappedRole,
  permission: Body,
  pointer: string,
  tenant: string,
): Finding {
  const covered = findFirst(
    readTexts(permission, "tenant_patterns").map(({ value }, index): Finding => {
      const finding = matchTenant(access, caller, value, tenant);
      if (finding.is !== "yes") return finding;
      const link: Link = {
        kind: "roles",
        name: role,
        pointer: `${pointer}/tenant_patterns/${index}`,
        value,
        fits: value === tenant ? undefined : tenant,
      };
      return { is: "yes", chain: [...chain, link] };
    }),
  );
  return covered.is === "yes" && doubt ? { is: "unsure", reason: doubt } : covered;
}

/**
 * Up to 3.0, the server replaces variables only in patterns that begin with an attribute, and uses the result
 * as a name.
 */
function matchTenant(access: Access, caller: Caller, pattern: string, tenant: string): Finding {
  const yes: Finding = { is: "yes", chain: [] };
  if (!hasVariables(pattern)) return toFinding(access, pattern, tenant);
  if (!access.generation.rendersTenants && !pattern.startsWith("${attr")) return no;
  const rendered = renderVariables(access, caller, pattern);
  if (typeof rendered !== "string")
    return mayMatch(access, caller, pattern, [tenant]) ? { is: "unsure", reason: rendered } : no;
  if (!access.generation.rendersTenants) return rendered === tenant ? yes : no;
  return toFinding(access, rendered, tenant);
}

function toFinding(access: Access, pattern: string, tenant: string): Finding {
  const verdict = access.matches(pattern, tenant);
  if (verdict === "unsure")
    return { is: "unsure", reason: { code: "expression", text: `only Java can read ${pattern}` } };
  return verdict === "yes" ? { is: "yes", chain: [] } : no;
}
