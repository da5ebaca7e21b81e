import { formatAddress } from "../kinds/address.ts";
import type { Change } from "../model/change.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Transition } from "./documents.ts";
import { resolveClusterPermissions } from "./permissions.ts";
import { resolveIdentity, type Principal } from "./principal.ts";
import { findGrants } from "./role-mapping.ts";

/** The documents that decide who may change the security configuration. */
export const accessKinds: readonly KindName[] = [
  "actiongroups",
  "roles",
  "rolesmapping",
  "internalusers",
  "config",
  "allowlist",
];

/** True if a change can revoke access. A new entity only gives access. */
export function canTakeAccess({ kind, action }: Change): boolean {
  return action !== "create" && accessKinds.includes(kind);
}

/** Facts about the caller's own access that a run needs while it writes. */
export interface OwnAccess {
  /** The changes that do, by kind and name. */
  readonly changes: ReadonlySet<string>;
  /** As whom the server knows the caller. */
  readonly caller?: string | undefined;
  /** The certificate that may recover access. */
  readonly recoveryDn?: string | undefined;
}

/** Returns a function that is true for changes of the caller's own access. */
export function touches({ changes }: OwnAccess): (change: Change) => boolean {
  return (change) => changes.has(formatAddress(change));
}

/**
 * The changes that touch what gives the principal its access: its user, the mappings that fit it, its roles, their
 * action groups, and how everybody logs in.
 */
export function findOwnChanges({ before, after, changes }: Transition, principal: Principal): Change[] {
  const grants = [before, after].flatMap((documents) =>
    findGrants(documents, resolveIdentity(documents, principal)),
  );
  const roles = [...new Set([...(principal.rolesNow ?? []), ...grants.map(({ role }) => role)])];
  const groups = new Set([before, after].flatMap((documents) => resolveClusterPermissions(documents, roles)));
  const own: Readonly<Partial<Record<KindName, (name: string) => boolean>>> = {
    actiongroups: (name) => groups.has(name),
    roles: (name) => roles.includes(name),
    rolesmapping: (name) => roles.includes(name),
    internalusers: (name) => name === principal.name,
    config: () => true,
    allowlist: () => true,
  };
  return changes.filter((change) => canTakeAccess(change) && own[change.kind]?.(change.name) === true);
}
