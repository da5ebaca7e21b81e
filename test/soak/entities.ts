import type { Json } from "../../src/model/value.ts";
import { cheapHash } from "../server/contract/suite.ts";

/** Kinds that everybody edits at once. */
export const sharedKinds = ["tenants", "actiongroups", "roles", "rolesmapping", "internalusers"] as const;

/** A kind that everybody edits at once. */
export type SharedKind = (typeof sharedKinds)[number];

/** Roles of which several people own a field each. */
export const sharedRoles = ["shared-0", "shared-1", "shared-2"];

const actions = ["indices:data/read/get", "indices:data/read/search", "indices:data/read/mget"];
const permissions = ["cluster_monitor", "cluster_composite_ops", "cluster_manage_pipelines"];

/** An entity that differs from number to number; its description says the number. */
const bodies: Readonly<Record<SharedKind, (number: number, owner: string) => { [field: string]: Json }>> = {
  tenants: () => ({}),
  actiongroups: (number) => ({ type: "index", allowed_actions: [actions[number % 3]!] }),
  roles: (number) => ({
    cluster_permissions: [permissions[number % 3]!],
    index_permissions: [{ index_patterns: [`logs-${number}`], allowed_actions: ["read"] }],
  }),
  rolesmapping: (number) => ({ backend_roles: [`team-${number}`] }),
  internalusers: (number, owner) => ({
    hash: cheapHash,
    attributes: { number: String(number) },
    opendistro_security_roles: [`${owner}-0`],
  }),
};

/** The body of an entity of somebody. */
export function makeBody(kind: SharedKind, number: number, owner: string): { [field: string]: Json } {
  return { ...bodies[kind](number, owner), description: `${owner} ${number}` };
}

/** The name of an entity of somebody; no action group can have the name of a role. */
export function makeName(kind: SharedKind, owner: string, slot: number): string {
  return `${owner}-${kind === "actiongroups" ? "group-" : ""}${slot}`;
}

/** The one field of a shared role that the owner declares. */
export const ownFields: Readonly<Record<string, (number: number) => { [field: string]: Json }>> = {
  left: (number) => ({ cluster_permissions: [permissions[number % 3]!, `custom:${number}`] }),
  right: (number) => ({
    index_permissions: [{ index_patterns: [`r-${number}`], allowed_actions: ["read"] }],
  }),
};
