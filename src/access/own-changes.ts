import { formatAddress } from "../kinds/address.ts";
import { administrationKinds } from "../kinds/index.ts";
import type { Change } from "../model/change.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Transition } from "./documents.ts";
import { resolveClusterPermissions } from "./permissions.ts";
import { resolveIdentity, type Principal } from "./principal.ts";
import { findGrants } from "./role-mapping.ts";

/** True if a change can revoke access. A new entity only gives access. */
export function canTakeAccess({ kind, action }: Change): boolean {
  return action !== "create" && administrationKinds.includes(kind);
}

/** Facts about the caller's own access that a run needs while it writes. */
export interface OwnAccess {
  /** The changes of the caller's own access, by address. */
  readonly changes: ReadonlySet<string>;
  /** The name by which the server knows the caller. */
  readonly caller?: string | undefined;
  /** The certificate that may recover access. */
  readonly recoveryDn?: string | undefined;
}

/** Returns a function that is true for changes of the caller's own access. */
export function touches({ changes }: OwnAccess): (change: Change) => boolean {
  return (change) => changes.has(formatAddress(change));
}

/**
 * Finds the changes of entities that give the principal its access: its user, its mappings, its roles, their
 * action groups, and the settings of authentication.
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
