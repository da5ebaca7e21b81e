import type { Service } from "./service.ts";

/**
 * Managed OpenSearch of DigitalOcean. Its documentation names the user. Nobody has verified the host names, what
 * its API offers, and that the administrator gets in by `all_access`; osac protects that mapping in any case.
 */
export const digitalocean: Service = {
  label: "DigitalOcean Managed OpenSearch",
  hosts: /\.db\.ondigitalocean\.com$/i,
  outOfReach: {},
  owned: { internalusers: ["doadmin"] },
  keyMappings: ["all_access"],
  access: "map the user to all_access",
};
