import { randomBytes } from "node:crypto";
import { kindNames, type KindName } from "../model/kind-name.ts";
import type { Json, JsonObject } from "../model/value.ts";
import { fillDomain } from "./amazon/content.ts";
import { amazonDefaults, type AmazonSettings } from "./amazon/edge.ts";
import { createCertificates, type Certificates, type CertificatesOptions } from "./certificates.ts";
import { loadDefaults } from "./defaults.ts";
import type { NodeSettings } from "./node.ts";
import { hashPassword } from "./passwords.ts";
import { getQuirks } from "./quirks.ts";
import { listen, type Fault, type LoggedRequest } from "./server.ts";
import { Store } from "./store.ts";
import type { Environment } from "../model/environment.ts";

export type { CertificateOptions, Certificates, CertificatesOptions } from "./certificates.ts";
export type { Fault, LoggedRequest } from "./server.ts";
export type { AmazonSettings, AwsIdentity } from "./amazon/edge.ts";

/** The options of the simulated node. Each has a default. */
export interface SimulatorOptions extends Partial<NodeSettings> {
  /**
   * `2.11.1`, `2.19.4` and `3.4.0` are tested against real nodes, `3.8.0` and `3.9.0` against facts seen on
   * some (docs/server.md). Other versions behave like their neighbours.
   */
  readonly version?: string;
  /** Entities that replace those of a fresh node, by kind and name. */
  readonly documents?: { readonly [Kind in KindName]?: JsonObject };
  /** Users to add, with a plain password and any other fields of a user. */
  readonly users?: { readonly [name: string]: { readonly password: string } & JsonObject };
  /** The environment of the node, for `${env.…}`. */
  readonly environment?: Environment;
  /** The default, 0, selects any free port. */
  readonly port?: number;
  /**
   * `amazon` plays a domain of Amazon OpenSearch Service, as its documentation describes it: signed requests,
   * refusals before the node, version 7.10.2, and a role of IAM as the master. No real domain was compared.
   */
  readonly service?: "amazon";
  /** Settings of the domain. */
  readonly amazon?: Partial<AmazonSettings>;
  /** Existing certificates, or the options for new ones. */
  readonly certificates?: Certificates | CertificatesOptions;
}

/** A running simulated node. The caller that starts it must stop it. */
export interface Simulator {
  readonly url: string;
  readonly version: string;
  /** An administrator who logs in with a password. */
  readonly user: string;
  readonly password: string;
  /** All certificates as PEM. `admin` is the admin certificate. */
  readonly certificates: Certificates;
  readonly caCert: string;
  readonly adminCert: string;
  readonly adminKey: string;
  readonly clientCert: string;
  readonly clientKey: string;
  /** Every request so far, in the order of the answers. */
  readonly requests: readonly LoggedRequest[];
  /** Returns the stored document of a kind, with its `_meta`. */
  stored(kind: KindName): JsonObject;
  /** Changes the stored document of a kind without a request, and makes the node load it. */
  edit(kind: KindName, change: (document: JsonObject) => JsonObject | void): Promise<void>;
  /** Makes each of the next requests meet one of the faults. */
  fail(...faults: readonly Fault[]): void;
  stop(): Promise<void>;
}

const defaultSettings: NodeSettings = {
  rolesEnabled: ["all_access", "security_rest_api_access"],
  restApiAdmin: false,
  allowSecurityConfig: true,
  nodesDnEnabled: true,
  certificateReload: true,
  clusterName: "simulated",
  overridesMainVersion: false,
  otherVersions: [],
  tls: true,
  apiTokens: {},
  writeDelayMs: 0,
};

/** The settings of a node of Amazon OpenSearch Service. */
const domainSettings: Partial<NodeSettings> = {
  rolesEnabled: ["all_access", "security_manager"],
  allowSecurityConfig: false,
  clusterName: "123456789012:simulated",
  overridesMainVersion: true,
};

/** Starts a Security API on loopback, with the content of a fresh node of the version. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const amazon = options.service === "amazon" ? { ...amazonDefaults, ...options.amazon } : undefined;
  const version = options.version ?? (amazon ? "2.19.4" : "3.4.0");
  const quirks = getQuirks(version);
  const certificates = await makeCertificates(options.certificates);
  const store = new Store(version, quirks, options.environment ?? process.env);
  await fill(store, version, options, amazon);
  const settings = { ...defaultSettings, ...(amazon && domainSettings), ...definedOnly(options) };
  const node = {
    version,
    quirks,
    settings,
    store,
    certificates,
    clusterUuid: randomBytes(16).toString("base64url"),
    amazon,
  };
  const requests: LoggedRequest[] = [];
  const faults: Fault[] = [];
  const listening = await listen(node, {
    port: options.port ?? 0,
    requests,
    faults,
  });
  const { ca, admin, client } = certificates;
  return {
    url: listening.url,
    version,
    user: "admin",
    password: "admin",
    certificates,
    caCert: ca.cert,
    adminCert: admin.cert,
    adminKey: admin.key,
    clientCert: client.cert,
    clientKey: client.key,
    requests,
    stored: (kind) => structuredClone(store.document(kind)!.body),
    edit: async (kind, change) => {
      const document = structuredClone(store.document(kind)!.body);
      await store.put(kind, change(document) ?? document);
      store.reload();
    },
    fail: (...added) => void faults.push(...added),
    stop: () => listening.stop(),
  };
}

async function makeCertificates(given: Certificates | CertificatesOptions = {}): Promise<Certificates> {
  return isMade(given) ? given : createCertificates(given);
}

function isMade(given: Certificates | CertificatesOptions): given is Certificates {
  return given.ca !== undefined && "key" in given.ca;
}

async function fill(
  store: Store,
  version: string,
  options: SimulatorOptions,
  amazon: AmazonSettings | undefined,
): Promise<void> {
  const { stored } = loadDefaults(version);
  const users = await makeUsers(options.users ?? {});
  for (const kind of kindNames) {
    const usual = amazon ? fillDomain(kind, stored[kind], amazon.identities[0]!.arn) : stored[kind];
    const entities = options.documents?.[kind] ?? usual;
    const added = kind === "internalusers" ? users : {};
    await store.put(kind, { _meta: { type: kind, config_version: 2 }, ...entities, ...added });
  }
  if (!store.reload()) throw new Error("the simulator cannot load the documents that it was given");
}

async function makeUsers(users: NonNullable<SimulatorOptions["users"]>): Promise<JsonObject> {
  const entries = Object.entries(users).map(
    async ([name, { password, ...user }]): Promise<[string, Json]> => [
      name,
      { ...user, hash: await hashPassword(password) },
    ],
  );
  return Object.fromEntries(await Promise.all(entries));
}

function definedOnly(options: SimulatorOptions): Partial<NodeSettings> {
  const given = Object.entries(options).filter(
    ([name, value]) => name in defaultSettings && value !== undefined,
  );
  return Object.fromEntries(given);
}
