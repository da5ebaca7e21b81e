import type { AmazonSettings } from "./amazon/edge.ts";
import type { Certificates } from "./certificates.ts";
import type { Quirks } from "./quirks.ts";
import type { Store } from "./store.ts";

/** The settings of `opensearch.yml` that the Security API reads. */
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
  /** `compatibility.override_main_response_version`. With it `GET /` reports 7.10.2 before 3.0. */
  readonly overridesMainVersion: boolean;
  /** The versions of other nodes of the cluster, during an upgrade. */
  readonly otherVersions: readonly string[];
  /** `plugins.security.ssl.http.enabled`: false for plain HTTP. */
  readonly tls: boolean;
  /** API tokens by their names, as `POST apitokens` of 3.7 creates them. */
  readonly apiTokens: { readonly [name: string]: string };
  /** The time of every write between reading and storing the document, so that writes can overlap. */
  readonly writeDelayMs: number;
}

/** A node with its settings, documents and certificates. */
export interface SimulatedNode {
  readonly version: string;
  readonly quirks: Quirks;
  readonly settings: NodeSettings;
  readonly store: Store;
  readonly certificates: Certificates;
  readonly clusterUuid: string;
  /** What stands before the node, if it plays a domain of Amazon OpenSearch Service. */
  readonly amazon?: AmazonSettings | undefined;
}
