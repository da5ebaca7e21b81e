import type { OsacError } from "../errors.ts";
import type { Finding, Version } from "./finding.ts";
import type { KindName } from "./kind-name.ts";
import type { Json, Operation } from "./value.ts";
import type { Secret } from "../secrets/secret.ts";

/** The address of a cluster and a login. It has the contents of files, not paths. */
export interface Connection {
  /** For example `https://localhost:9200`, with a path where a reverse proxy has the cluster below one; no slash at its end. */
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: Secret | undefined;
  readonly token?: Secret | undefined;
  /** For a token that may expire before the run ends: gives one that lives a while yet. */
  readonly freshToken?: (() => Promise<Secret>) | undefined;
  /** PEM. */
  readonly clientCert?: string | undefined;
  /** PEM. */
  readonly clientKey?: Secret | undefined;
  /** PEM; the system's authorities when absent. */
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
  /** Gets one line for each request that goes over the wire. */
  readonly trace?: ((line: string) => void) | undefined;
}

/** Which cluster answered, and to whom. */
export interface ClusterInfo {
  /** Absent where the caller may not ask (`cluster:monitor/main`). */
  readonly name?: string | undefined;
  readonly uuid?: string | undefined;
  readonly version: Version;
  /** True when the version could not be asked for and is a guess. */
  readonly isVersionGuessed: boolean;
  /** The lowest first, where the nodes differ, as they do while they are upgraded one by one; `version` is the first. */
  readonly nodeVersions?: readonly Version[] | undefined;
  /** The certificate's DN when the caller acts on the admin certificate. */
  readonly adminDn?: string | undefined;
  readonly user?: string | undefined;
}

/** An answer of the server; `body` is undefined where it was no JSON. */
export interface Answer {
  readonly status: number;
  readonly body: Json | undefined;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** The answer of a side endpoint: where there is none that can be used, the status is 0, and `failure` says why. */
export interface SideAnswer extends Answer {
  readonly failure?: OsacError | undefined;
}

/** The client of reading commands. It cannot write. */
export interface Reader {
  /** GET of a path below the server's root. A failed connection is an `OsacError`; any status is an answer. */
  read(path: string): Promise<Answer>;
  /**
   * The same for what a run can do without: whatever the answer is, or that there is none, ends no run. What could not be
   * used is in `unanswered`.
   */
  readAside(path: string): Promise<SideAnswer>;
  /** A warning for each path that told nothing. */
  readonly unanswered: ReadonlyMap<string, Finding>;
  /** Asks whether the caller may write the kind, with a PATCH of the body `[]`, which no server executes. */
  probe(kind: KindName): Promise<Answer>;
  /** The number of requests so far, by method. */
  readonly requests: Readonly<Record<string, number>>;
  close(): Promise<void>;
}

/** The client of `apply`: one PATCH of a whole kind, all or nothing. */
export interface Writer extends Reader {
  patch(kind: KindName, operations: readonly Operation[]): Promise<Answer>;
}

/** The client of `osac status --probe-reload`. It changes nothing that is stored. */
export interface Reloader extends Reader {
  /** Has every node load these kinds as they are stored. Answered to the admin certificate only. */
  reload(kinds: readonly KindName[]): Promise<Answer>;
}

/** The client of the maintenance commands. Each method is one request. Only that of the password changes the configuration. */
export interface Operator extends Reader {
  /** Has every node forget who logged in: everybody, or one user. */
  flushCache(user?: string): Promise<Answer>;
  /** Has the node that answers load its certificates again. */
  reloadCertificates(layer: CertificateLayer): Promise<Answer>;
  changePassword(current: Secret, next: Secret): Promise<Answer>;
}

/** The layer that uses a certificate: the REST API, or the nodes among themselves. */
export type CertificateLayer = "http" | "transport";
