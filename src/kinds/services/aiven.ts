import type { Service } from "./service.ts";

/**
 * Aiven for OpenSearch with OpenSearch Security management, as its documentation describes it. Nobody has
 * verified the host names, and whether it offers `nodesdn` and `allowlist`.
 */
export const aiven: Service = {
  label: "Aiven for OpenSearch",
  hosts: /\.aivencloud\.com$/i,
  outOfReach: {
    config: "set SAML and OpenID Connect in Aiven's console",
    audit: "set the service option enable_security_audit first",
  },
  owned: { internalusers: ["os-sec-admin"] },
  keyMappings: ["service_security_admin_access"],
  access:
    "have os-sec-admin map the user to service_security_admin_access; Aiven's OpenSearch Security management must be on",
  restApiRoles: ["all_access", "security_rest_api_access", "service_security_admin_access"],
};
