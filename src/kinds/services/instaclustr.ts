import type { Service } from "./service.ts";

/**
 * OpenSearch of Instaclustr. Its documentation names the user. Nobody has verified that the administrator gets
 * in by `all_access`; osac protects that mapping in any case.
 */
export const instaclustr: Service = {
  label: "Instaclustr for OpenSearch",
  outOfReach: {},
  owned: { internalusers: ["icopensearch"] },
  keyMappings: ["all_access"],
  access: "map the user to all_access",
};
