import type { OsacError } from "../errors.ts";
import type { Finding, Version } from "./finding.ts";
import type { KindName } from "./kind-name.ts";
import type { Json, Operation } from "./value.ts";
import type { ServiceName } from "./service-name.ts";
import type { Secret } from "../secrets/secret.ts";

/** The address of a cluster and a login. It has the contents of files, not paths. */
export interface Connection {
  /**
   * For example `https://localhost:9200`, without a slash at the end. It has a path if a reverse proxy
   * requires one.
   */
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: Secret | undefined;
  readonly token?: Secret | undefined;
  /** Returns a token that is valid for some time, if the token may expire before the run ends. */
  readonly freshToken?: (() => Promise<Secret>) | undefined;
  /** The beginning of the variables that may hold the login, for hints: `OSAC_`, or that of a target. */
  readonly variablePrefix?: string | undefined;
  /** The version that the settings name. It counts if the cluster does not show its own. */
  readonly namedVersion?: string | undefined;
  /** The managed service that runs the cluster, if it is known. */
  readonly service?: ServiceName | undefined;
  /** Signs each request for IAM, in place of a user or a token. */
  readonly signer?: RequestSigner | undefined;
  /** PEM. */
  readonly clientCert?: string | undefined;
  /** PEM. */
  readonly clientKey?: Secret | undefined;
  /** PEM. The authorities of the system if absent. */
  readonly caCert?: string | undefined;
  readonly insecure: boolean;
  readonly timeoutMs: number;
  /** `_plugins/_security`, or `_opendistro/_security`. */
  readonly apiPrefix: string;
  /** The proxy variables of the environment: `https_proxy`, `http_proxy`, `no_proxy`. */
  readonly proxy: {
    readonly http?: string | undefined;
    readonly https?: string | undefined;
    readonly none?: string | undefined;
  };
  /** Called with the UUID of the cluster when osac reads it. An error ends the run. */
  readonly claimCluster?: ((uuid: string) => void) | undefined;
  /** Called with one line for each request that osac sends. */
  readonly trace?: ((line: string) => void) | undefined;
}

/** A request as it goes over the wire; the path has the query. */
export interface RequestToSign {
  readonly method: string;
  readonly path: string;
  readonly body?: string | undefined;
}

/** The headers of a signed request, and the text that the signature covers, which has the session token. */
export interface SignedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly canonical: string;
  /** Makes the next request read the credentials again, unless that has happened since. */
  renew(): void;
}

/** Signs requests for IAM (SigV4). */
export interface RequestSigner {
  /** The name of the host that requests and TLS show, with its port if that is not the usual one. */
  readonly host: string;
  /** Signs a request. Each attempt needs a new signature. */
  sign(request: RequestToSign): Promise<SignedRequest>;
}

/** The cluster, and the caller. */
export interface ClusterInfo {
  /** Absent if the caller may not read it (`cluster:monitor/main`). */
  readonly name?: string | undefined;
  readonly uuid?: string | undefined;
  readonly version: Version;
  /** True if osac could not read the version and assumes one. */
  readonly isVersionGuessed: boolean;
  /**
   * The versions of the nodes, the lowest first, if they differ, as during an upgrade. `version` is the
   * first.
   */
  readonly nodeVersions?: readonly Version[] | undefined;
  /** The DN of the admin certificate, if the caller uses it. */
  readonly adminDn?: string | undefined;
  readonly user?: string | undefined;
}

/** An answer of the server. `body` is undefined if it is no JSON. */
export interface Answer {
  readonly status: number;
  readonly body: Json | undefined;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/**
 * The answer of an endpoint that the run does not require. Without a usable answer the status is 0, and
 * `failure` has the reason.
 */
export interface SideAnswer extends Answer {
  readonly failure?: OsacError | undefined;
}

/** The client of reading commands. It cannot write. */
export interface Reader {
  /**
   * GET of a path below the server's root. Throws an `OsacError` if the connection fails. Any status is an
   * answer.
   */
  read(path: string): Promise<Answer>;
  /**
   * GET of a path that the run does not require: a failed connection does not end the run. `unanswered` has a
   * warning for an answer that osac could not use.
   */
  readAside(path: string): Promise<SideAnswer>;
  /** A warning for each path without a usable answer. */
  readonly unanswered: ReadonlyMap<string, Finding>;
  /**
   * Checks whether the caller may write the kind, with a PATCH of the body `[]`, which no server executes.
   */
  probe(kind: KindName): Promise<Answer>;
  /** The number of requests so far, by method. */
  readonly requests: Readonly<Record<string, number>>;
  close(): Promise<void>;
}

/** The client of `apply`. A PATCH changes entities of one kind, all or nothing. */
export interface Writer extends Reader {
  patch(kind: KindName, operations: readonly Operation[]): Promise<Answer>;
}

/** The client of `osac status --probe-reload`. It changes nothing that is stored. */
export interface Reloader extends Reader {
  /** Makes every node load these kinds as they are stored. The server requires the admin certificate. */
  reload(kinds: readonly KindName[]): Promise<Answer>;
}

/**
 * The client of the maintenance commands. Each method is one request. Only the method of the password changes
 * the configuration.
 */
export interface Operator extends Reader {
  /** Makes every node remove all users, or one user, from its login cache. */
  flushCache(user?: string): Promise<Answer>;
  /** Makes the node that answers load its certificates again. */
  reloadCertificates(layer: CertificateLayer): Promise<Answer>;
  changePassword(current: Secret, next: Secret): Promise<Answer>;
}

/** The layer that uses a certificate: the REST API, or the connections between nodes. */
export type CertificateLayer = "http" | "transport";
