import schema from "../../schemas/config.schema.json" with { type: "json" };
import type { Body } from "../model/value.ts";
import { isRecord } from "../value/record.ts";
import type { Kind } from "./kind.ts";

/** The settings of authentication: a single entity, managed as a whole document. */
export const config: Kind = {
  name: "config",
  label: "config",
  file: "config.yml",
  path: "securityconfig",
  schema,
  isSingle: true,
  patchDepth: "deepest",
  atLeastOne: {},
  needs: [],
  decides: ["permissions", "administration"],
  hasOwnGate: true,
  requiresEntity: true,
  securityadmin: { withoutFile: "fails" },
  grants: { list: enabledDomains, loss: "is no longer used" },
  loginPaths: [
    ["dynamic", "authc"],
    ["dynamic", "authz"],
    ["dynamic", "http"],
    ["dynamic", "auth_failure_listeners"],
    ["dynamic", "on_behalf_of"],
    ["dynamic", "api_tokens"],
    ["dynamic", "hosts_resolver_mode"],
    ["dynamic", "transport_userrname_attribute"],
    ["dynamic", "privileges_evaluation_type"],
    ["dynamic", "disable_rest_auth"],
    ["dynamic", "disable_intertransport_auth"],
  ],
  references: () => [],
};

/** Lists the paths of the enabled domains of authentication and authorization. */
function enabledDomains(body: Body): string[] {
  const { dynamic } = body;
  return ["authc", "authz"].flatMap((section) => {
    const domains = isRecord(dynamic) ? dynamic[section] : undefined;
    return Object.entries(isRecord(domains) ? domains : {})
      .filter(([, domain]) => isRecord(domain) && domain["http_enabled"] !== false)
      .map(([name]) => `dynamic/${section}/${name}`);
  });
}
