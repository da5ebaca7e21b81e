/** The nine kinds, in the order of creation: a kind comes after the kinds that it refers to. */
export const kindNames = [
  "tenants",
  "actiongroups",
  "roles",
  "rolesmapping",
  "internalusers",
  "config",
  "audit",
  "nodesdn",
  "allowlist",
] as const;

/** The names of the resource types, as in the Security API. */
export type KindName = (typeof kindNames)[number];
