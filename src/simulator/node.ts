import type { Certificates } from "./certificates.ts";
import type { Quirks } from "./quirks.ts";
import type { Store } from "./store.ts";

/** The settings of `opensearch.yml` that the Security API looks at. */
export interface NodeSettings {
  /** `plugins.security.restapi.roles_enabled` */
  readonly rolesEnabled: readonly string[];
  /** `plugins.security.restapi.admin.enabled` */
  readonly restApiAdmin: boolean;
  /** `plugins.security.unsupported.restapi.allow_securityconfig_modification` */
  readonly allowSecurityConfig: boolean;
  /** `plugins.security.nodes_dn_dynamic_config_enabled` */
  readonly nodesDnEnabled: boolean;
  /** `plugins.security.ssl_cert_reload_enabled` */
  readonly certificateReload: boolean;
  readonly clusterName: string;
  /** `compatibility.override_main_response_version`, which `GET /` obeys before 3.0: it says 7.10.2. */
  readonly overridesMainVersion: boolean;
  /** The versions of other nodes of the cluster, in the middle of an upgrade. */
  readonly otherVersions: readonly string[];
  /** `plugins.security.ssl.http.enabled`: false for plain HTTP. */
  readonly tls: boolean;
  /** API tokens by their names, as `POST apitokens` of 3.7 gives them. */
  readonly apiTokens: { readonly [name: string]: string };
  /** Time that every write takes between reading and storing the document, so that writes can overlap. */
  readonly writeDelayMs: number;
}

/** One node with everything it knows. */
export interface SimulatedNode {
  readonly version: string;
  readonly quirks: Quirks;
  readonly settings: NodeSettings;
  readonly store: Store;
  readonly certificates: Certificates;
  readonly clusterUuid: string;
}
