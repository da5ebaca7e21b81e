import type { Service } from "./service.ts";

/** OpenSearch of Instaclustr, as its documentation describes it. */
export const instaclustr: Service = {
  label: "Instaclustr for OpenSearch",
  outOfReach: {},
  owned: { internalusers: ["icopensearch"] },
  keyMappings: ["all_access"],
  access: "map the user to all_access",
  restApiRoles: ["all_access", "security_rest_api_access"],
};
