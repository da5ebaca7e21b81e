import { addressOf } from "../kinds/address.ts";
import type { Change, KindName } from "../model.ts";
import type { Turn } from "./documents.ts";
import { clusterPermissions } from "./permissions.ts";
import { identityOf, type Principal } from "./principal.ts";
import { grantsOf } from "./role-mapping.ts";

/** The documents that decide who may change the security configuration. */
export const accessKinds: readonly KindName[] = [
  "actiongroups",
  "roles",
  "rolesmapping",
  "internalusers",
  "config",
  "allowlist",
];

/** Whether a change can take something away; what is new only gives. */
export function canTakeAccess({ kind, action }: Change): boolean {
  return action !== "create" && accessKinds.includes(kind);
}

/** What a run that touches the caller's own access has to know while it writes. */
export interface OwnAccess {
  /** The changes that do, by kind and name. */
  readonly changes: ReadonlySet<string>;
  /** As whom the server knows the caller. */
  readonly caller?: string;
  /** The certificate that may recover access. */
  readonly recoveryDn?: string;
}

/** Tells of a change whether it touches the caller's own access. */
export function touches({ changes }: OwnAccess): (change: Change) => boolean {
  return (change) => changes.has(addressOf(change));
}

/**
 * The changes that touch what gives the principal its access: its user, the mappings that fit it, its roles, their
 * action groups, and how everybody logs in.
 */
export function ownChanges({ before, after, changes }: Turn, principal: Principal): Change[] {
  const grants = [before, after].flatMap((documents) =>
    grantsOf(documents, identityOf(documents, principal)),
  );
  const roles = [...new Set([...(principal.rolesNow ?? []), ...grants.map(({ role }) => role)])];
  const groups = new Set([before, after].flatMap((documents) => clusterPermissions(documents, roles)));
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
