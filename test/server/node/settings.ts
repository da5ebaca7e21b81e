/** What a test may set in a node's `opensearch.yml`. */
export interface NodeSettings {
  /** The other permission model: `restapi:admin/…` permissions count. Default false. */
  readonly restApiAdmin?: boolean;
  /** Whether the `securityconfig` API may write. Default true. */
  readonly allowSecurityConfig?: boolean;
  /** Whether the `nodesdn` API exists. Default true. */
  readonly nodesDnEnabled?: boolean;
  /** Whether certificates can be reloaded on demand. Default true. */
  readonly certificateReload?: boolean;
  /** The roles whose members may use the Security API. */
  readonly rolesEnabled?: readonly string[];
  /** False for plain HTTP, as behind a proxy that terminates TLS. Default true. */
  readonly tls?: boolean;
  /** More lines; they must not repeat a key. */
  readonly extraYml?: string;
}

/**
 * The other permission model, with every role that a test opens the Security API by. They are the same for all tests,
 * because only nodes with the same settings are shared.
 */
export const administratorSettings = {
  restApiAdmin: true,
  rolesEnabled: ["all_access", "security_rest_api_access", "osac_gate", "r"],
} as const satisfies NodeSettings;

/** The text of `opensearch.yml`. JSON is YAML, so values need no quoting of their own. */
export function nodeSettings(settings: NodeSettings, adminDn: string, nodeDn: string): string {
  const tls = {
    pemcert_filepath: "certificates/node.pem",
    pemkey_filepath: "certificates/node.key",
    pemtrustedcas_filepath: "certificates/ca.pem",
  };
  const lines = {
    "cluster.name": "osac-test",
    "node.name": "node-1",
    "network.host": "127.0.0.1",
    // The system chooses free ports; the launcher tells which.
    "http.port": "0",
    "transport.port": "0",
    "discovery.type": "single-node",
    "cluster.routing.allocation.disk.threshold_enabled": false,
    "node.store.allow_mmap": false,
    "plugins.security.ssl.transport": { ...tls, enforce_hostname_verification: false },
    "plugins.security.ssl.http":
      settings.tls === false ? { enabled: false } : { ...tls, enabled: true, clientauth_mode: "OPTIONAL" },
    "plugins.security.authcz.admin_dn": [adminDn],
    "plugins.security.nodes_dn": [nodeDn],
    "plugins.security.nodes_dn_dynamic_config_enabled": settings.nodesDnEnabled ?? true,
    "plugins.security.allow_default_init_securityindex": true,
    "plugins.security.ssl_cert_reload_enabled": settings.certificateReload ?? true,
    "plugins.security.restapi.roles_enabled": settings.rolesEnabled ?? [
      "all_access",
      "security_rest_api_access",
    ],
    "plugins.security.restapi.admin.enabled": settings.restApiAdmin ?? false,
    "plugins.security.unsupported.restapi.allow_securityconfig_modification":
      settings.allowSecurityConfig ?? true,
    "plugins.security.system_indices.enabled": true,
    "plugins.security.compliance.salt": "0123456789abcdef",
    "plugins.security.audit.type": "noop",
  };
  const text = Object.entries(lines).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return [...text, settings.extraYml ?? "", ""].join("\n");
}
