import { cheapHash } from "../../server/contract/suite.ts";

/**
 * The entities of a cluster in these tests besides the demo configuration. `deploy` runs osac. A mapping
 * gives it the role for the REST API. The role list of the user makes it a REST administrator, through two
 * action groups.
 */
export const baseline = {
  actiongroups: {
    osac_rest_admin: { allowed_actions: ["restapi:admin/*"] },
    osac_outer: { allowed_actions: ["osac_rest_admin"] },
  },
  roles: {
    osac_admin: { cluster_permissions: ["osac_outer"] },
    osac_monitor: { cluster_permissions: ["cluster_monitor"] },
    osac_gate: { description: "opens the REST API by its name alone" },
  },
  rolesmapping: {
    security_rest_api_access: { backend_roles: ["ops"] },
  },
  internalusers: {
    deploy: {
      hash: cheapHash,
      backend_roles: ["ops"],
      opendistro_security_roles: ["osac_admin", "osac_monitor"],
    },
  },
} as const;
