import type { Service } from "./service.ts";

/**
 * Domains of Amazon OpenSearch Service, as its documentation describes them. It does not say which roles open
 * the REST API: the two are those that its pages map administrators to.
 */
export const amazon: Service = {
  label: "Amazon OpenSearch Service",
  hosts: /\.es\.amazonaws\.com(?:\.cn)?$|\.aos\.[a-z0-9-]+\.on\.(?:aws|amazonwebservices\.com\.cn)$/i,
  outOfReach: {
    config:
      "set logins with AdvancedSecurityOptions of the domain: aws opensearch update-domain-config, or the console",
    audit:
      "map the caller to security_manager, and publish AUDIT_LOGS of the domain to CloudWatch (LogPublishingOptions)",
    nodesdn: "connect domains with an outbound connection: aws opensearch create-outbound-connection",
    allowlist: "limit paths with the access policy of the domain",
  },
  owned: {},
  keyMappings: ["all_access", "security_manager"],
  access:
    "have an administrator add the ARN of the role to backend_roles of the mapping security_manager, or of a user to users",
  restApiRoles: ["all_access", "security_manager"],
};
