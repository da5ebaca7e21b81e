import type { Service } from "./service.ts";

/** Managed OpenSearch of DigitalOcean, as its documentation describes it. */
export const digitalocean: Service = {
  label: "DigitalOcean Managed OpenSearch",
  hosts: /\.db\.ondigitalocean\.com$/i,
  outOfReach: {},
  owned: { internalusers: ["doadmin"] },
  keyMappings: ["all_access"],
  access: "map the user to all_access",
  restApiRoles: ["all_access", "security_rest_api_access"],
};
