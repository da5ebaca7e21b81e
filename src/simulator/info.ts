import { X509Certificate } from "node:crypto";
import type { Json, JsonObject } from "../model/value.ts";
import { Refusal, json, message, text, type Answer } from "./answers.ts";
import {
  describeUser,
  hasRestAccess,
  isAdministrator,
  requirePermission,
  type Caller,
} from "./authenticate.ts";
import type { Certificate } from "./certificates.ts";
import { isObject, asTexts } from "./documents.ts";
import type { SimulatedNode } from "./node.ts";
import { nodeId } from "./store.ts";

/** `GET /`: the name and version of the cluster. */
export function banner(node: SimulatedNode, caller: Caller): Answer {
  requirePermission(node, caller, "cluster:monitor/main");
  const overrides = node.settings.overridesMainVersion && !node.quirks.versionHeader;
  return json({
    name: "node-1",
    cluster_name: node.settings.clusterName,
    cluster_uuid: node.clusterUuid,
    version: {
      ...(overrides ? { number: "7.10.2" } : { distribution: "opensearch", number: node.version }),
      build_type: "simulated",
      build_snapshot: false,
    },
    tagline: "The OpenSearch Project: https://opensearch.org/",
  });
}

/** `GET /_nodes/http`: only the versions of the nodes. */
export function nodes(node: SimulatedNode, caller: Caller): Answer {
  requirePermission(node, caller, "cluster:monitor/nodes/info");
  const versions = [node.version, ...node.settings.otherVersions];
  return json({
    nodes: Object.fromEntries(
      versions.map((version, index) => [index === 0 ? nodeId : `other-${index}`, { version }]),
    ),
  });
}

/** `GET /_cluster/stats`: only the versions of the nodes. */
export function clusterStats(node: SimulatedNode, caller: Caller): Answer {
  requirePermission(node, caller, "cluster:monitor/stats");
  return json({ nodes: { versions: [node.version, ...node.settings.otherVersions] } });
}

/**
 * `whoami` reads only the certificate, and needs no login. It needs TLS, with or without a client
 * certificate.
 */
export function whoAmI(node: SimulatedNode, clientDn: string | undefined): Answer {
  if (!node.settings.tls) return text(403, "No security data");
  const { admin, server } = node.certificates;
  return json({
    dn: clientDn ?? null,
    is_admin: clientDn === admin.dn,
    is_node_certificate_request: clientDn === server.dn,
  });
}

export function health(node: SimulatedNode, query: URLSearchParams): Answer {
  const settings = node.quirks.versionHeader
    ? { settings: { "plugins.security.cache.ttl_minutes": 60 } }
    : {};
  return json({ message: null, mode: query.get("mode") ?? "strict", status: "UP", ...settings });
}

export function authInfo(node: SimulatedNode, caller: Caller, clientDn: string | undefined): Answer {
  return json({
    user: describeUser(caller),
    user_name: caller.name,
    user_requested_tenant: null,
    remote_address: caller.remoteAddress,
    backend_roles: [...caller.backendRoles],
    custom_attribute_names: [...caller.attributes],
    roles: [...caller.roles],
    tenants: listTenants(node, caller),
    principal: clientDn ?? null,
    peer_certificates: clientDn === undefined ? "0" : "2",
    sso_logout_url: null,
  });
}

export function account(node: SimulatedNode, caller: Caller): Answer {
  const user = node.store.active.internalusers.get(caller.name);
  return json({
    user_name: caller.name,
    is_reserved: user?.["reserved"] === true,
    is_hidden: user?.["hidden"] === true,
    is_internal_user: user !== undefined,
    user_requested_tenant: null,
    backend_roles: [...caller.backendRoles],
    custom_attribute_names: [...caller.attributes],
    tenants: listTenants(node, caller),
    roles: [...caller.roles],
  });
}

/**
 * The server looks only at roles here: it answers that the admin certificate, which may do everything, has no
 * access.
 */
export function permissionsInfo(node: SimulatedNode, caller: Caller): Answer {
  const hasAccess = !caller.isCertificate && hasRestAccess(node, caller);
  const names = [...endpoints, ...(node.quirks.versionHeader ? endpointsOf3 : ["WHITELIST"])];
  const closed = Object.fromEntries(names.map((endpoint): [string, Json] => [endpoint, [...allMethods]]));
  return json({
    user: describeUser(caller),
    user_name: caller.name,
    has_api_access: hasAccess,
    disabled_endpoints: hasAccess ? {} : closed,
  });
}

export function dashboardsInfo(node: SimulatedNode, caller: Caller): Answer {
  const dynamic = dynamicConfig(node);
  const kibana = isObject(dynamic["kibana"]) ? dynamic["kibana"] : {};
  return json({
    user_name: caller.name,
    not_fail_on_forbidden_enabled: dynamic["do_not_fail_on_forbidden"] ?? false,
    opensearch_dashboards_mt_enabled: kibana["multitenancy_enabled"] ?? true,
    opensearch_dashboards_index: kibana["index"] ?? ".kibana",
    opensearch_dashboards_server_user: kibana["server_username"] ?? "kibanaserver",
    ...pickTenancy(kibana),
    password_validation_error_message:
      "Password should be at least 8 characters long and contain at least one uppercase letter, one lowercase letter, " +
      "one digit, and one special character.",
    password_validation_regex: "(?=.*[A-Z])(?=.*[^a-zA-Z\\d])(?=.*[0-9])(?=.*[a-z]).{8,}",
    ...(node.quirks.versionHeader ? { resource_sharing_enabled: false } : {}),
  });
}

export function tenancy(node: SimulatedNode): Answer {
  const { kibana } = dynamicConfig(node);
  return json(pickTenancy(isObject(kibana) ? kibana : {}));
}

export function authFailureListeners(node: SimulatedNode): Answer {
  const { auth_failure_listeners: listeners } = dynamicConfig(node);
  const shown = Object.entries(isObject(listeners) ? listeners : {}).map(
    ([name, listener]): [string, Json] => [
      name,
      { authentication_backend: null, ignore_hosts: null, ...(listener as JsonObject) },
    ],
  );
  return json(Object.fromEntries(shown));
}

export function tenantInfo(caller: Caller): Answer {
  const isServer = caller.name === "kibanaserver";
  return caller.isCertificate || isServer ? json({}) : text(403, "");
}

/** `GET /ssl/certs`: the certificates of the node that answers. */
export function sslCertificates(node: SimulatedNode, caller: Caller): Answer {
  requireCertificateRights(node, caller);
  const { issuer_dn, subject_dn, san, not_before, not_after } = describe(node.certificates.server, true);
  const list: Json[] = [{ issuer_dn, subject_dn, san, not_before, not_after } as JsonObject];
  return json({ http_certificates_list: list, transport_certificates_list: list });
}

/** `GET /certificates`: the certificates of all nodes. */
export function nodeCertificates(node: SimulatedNode, caller: Caller, query: URLSearchParams): Answer {
  requireCertificateRights(node, caller);
  const { ca, server } = node.certificates;
  const list: Json[] = [describe(ca, false), describe(server, true)];
  const asked = query.get("cert_type");
  const kinds = asked === null ? ["http", "transport", "transport_client"] : [asked];
  const certificates = Object.fromEntries(kinds.map((kind): [string, Json] => [kind, list]));
  return json({
    _nodes: { total: 1, successful: 1, failed: 0 },
    cluster_name: node.settings.clusterName,
    nodes: { [nodeId]: { name: "node-1", certificates } },
  });
}

/**
 * `PUT /ssl/{http,transport}/reloadcerts`. The simulator has no certificate files, so reloading never fails.
 */
export function reloadCertificates(node: SimulatedNode, caller: Caller, layer: "http" | "transport"): Answer {
  if (!isAdministrator(node, caller, "ssl/certs/reload")) throw new Refusal(message(403, "Access denied"));
  if (node.settings.certificateReload) return json({ message: `updated ${layer} certs` });
  const path = `/_plugins/_security/api/ssl/${layer}/reloadcerts`;
  return message(
    400,
    `no handler found for uri [${path}] and method [PUT]. ` +
      "In order to use SSL reload functionality set plugins.security.ssl_cert_reload_enabled to true",
  );
}

const allMethods = ["GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE", "CONNECT"];

const endpoints = [
  ..."ACCOUNT ACTIONGROUPS ALLOWLIST AUDIT AUTHTOKEN CACHE CONFIG INTERNALUSERS MIGRATE NODESDN".split(" "),
  ..."PERMISSIONSINFO ROLES ROLESMAPPING SSL SYSTEMINFO TENANTS VALIDATE".split(" "),
];

const endpointsOf3 = ["RATELIMITERS", "RESOURCE_SHARING", "ROLLBACK_VERSION", "VIEW_VERSION"];

function requireCertificateRights(node: SimulatedNode, caller: Caller): void {
  if (!isAdministrator(node, caller, "ssl/certs/info")) throw new Refusal(message(403, "Access denied"));
}

function describe(certificate: Certificate, hasKey: boolean): JsonObject {
  const parsed = new X509Certificate(certificate.cert);
  const names = (parsed.subjectAltName ?? "").split(", ").filter((name) => name !== "");
  return {
    format: "pem",
    alias: null,
    subject_dn: certificate.dn,
    san: names.length === 0 ? "" : `[${names.map(alternativeName).join(", ")}]`,
    serial_number: BigInt(`0x${parsed.serialNumber}`).toString(),
    issuer_dn: parsed.issuer.split("\n").toReversed().join(","),
    has_private_key: hasKey,
    not_after: instant(parsed.validTo),
    not_before: instant(parsed.validFrom),
  };
}

function alternativeName(name: string): string {
  return name.startsWith("DNS:") ? `[2, ${name.slice(4)}]` : `[7, ${name.slice("IP Address:".length)}]`;
}

function instant(date: string): string {
  return new Date(date).toISOString().replace(".000Z", "Z");
}

function dynamicConfig(node: SimulatedNode): JsonObject {
  const dynamic = node.store.active.config.get("config")?.["dynamic"];
  return isObject(dynamic) ? dynamic : {};
}

function pickTenancy(kibana: JsonObject): JsonObject {
  const names = ["multitenancy_enabled", "private_tenant_enabled", "default_tenant", "sign_in_options"];
  return Object.fromEntries(
    names.flatMap((name): [string, Json][] => (name in kibana ? [[name, kibana[name]!]] : [])),
  );
}

function listTenants(node: SimulatedNode, caller: Caller): JsonObject {
  const permissions = caller.roles.flatMap(
    (role) => node.store.active.roles.get(role)?.["tenant_permissions"] ?? [],
  );
  const patterns = permissions
    .flat()
    .flatMap((permission) => (isObject(permission) ? asTexts(permission["tenant_patterns"]) : []));
  const names = [...node.store.active.tenants.keys()].filter(
    (name) => patterns.includes("*") || patterns.includes(name),
  );
  return Object.fromEntries([...names, caller.name].map((name) => [name, true]));
}
