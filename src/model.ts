import type { OsacError } from "./errors.ts";
import type { Secret } from "./secret.ts";

/** Plain JSON, as files and servers hold it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** JSON in which secrets have been wrapped at the door. */
export type Value = null | boolean | number | string | Secret | Value[] | { [key: string]: Value };

/** The fields of one entity, without its name. */
export type Body = { [field: string]: Value };

/** The nine kinds, in the order of creation: whatever a kind refers to stands before it. */
export const kindNames = [
  "tenants",
  "actiongroups",
  "roles",
  "rolesmapping",
  "internalusers",
  "config",
  "audit",
  "nodesdn",
  "allowlist",
] as const;

export type KindName = (typeof kindNames)[number];

/**
 * What drift tells apart: the cluster moved, the files did, both did, nobody can tell who, what is declared and became the
 * server's own (`skipped`), and what no file declares.
 */
export const driftKinds = ["live", "files", "both", "unknown", "skipped", "unmanaged"] as const;

export type DriftKind = (typeof driftKinds)[number];

/** Why an entity differs. */
export type Cause = Exclude<DriftKind, "skipped" | "unmanaged">;

/** How many entities there are of each, and which of them make a run exit 2. */
export interface DriftCounts {
  readonly counts: Readonly<Record<DriftKind, number>>;
  readonly failOn: readonly DriftKind[];
}

/** How many digits of a plan's id are enough to name it, and how many reports for people show. */
export const planIdDigitsMin = 32;

/** Where something stands in a file; line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One thing found wrong, or worth knowing. Errors refuse, warnings and notices do not. */
export interface Finding {
  /** Stable and kebab-case, for example `unknown-field`. */
  readonly code: string;
  readonly severity: "error" | "warning" | "notice";
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  readonly at?: Place;
  readonly kind?: KindName;
  readonly name?: string;
  /** The REST API would refuse the entity: a warning offline, an error in a plan that has to send it. */
  readonly refusedByServer?: true;
  /** The first version whose REST API refuses it, for example `3.4`; every supported one if absent. */
  readonly since?: string;
  /** It refuses it only beside an entity of this kind and the same name that the cluster has already. */
  readonly beside?: KindName;
  /** The one field it would refuse, so that a change of others can still be sent. */
  readonly field?: string;
  /** The servers that it is about, where it is not about all: a plan for another server leaves it out. */
  readonly servers?: Versions;
  /**
   * The first version that takes it, and then lets people do more, or less, than anybody wrote: an error in a plan that
   * has to send it.
   */
  readonly harmfulSince?: string;
  /** Who refuses, where an error is no bad input: it decides the exit code. */
  readonly refusedBy?: "guard" | "lockout" | "stale";
}

/** One entity as a file declares it; the body is as written, not yet canonical. */
export interface Declared {
  readonly kind: KindName;
  readonly name: string;
  readonly body: Body;
  readonly at: Place;
}

/** What a directory of files says. A kind without a file is absent: it is unmanaged. */
export interface Directory {
  readonly path: string;
  readonly kinds: ReadonlyMap<KindName, ReadonlyMap<string, Declared>>;
  /** Files that are none of ours, listed with `-v`. */
  readonly ignored: readonly string[];
  readonly findings: readonly Finding[];
  /** Files within it that placeholders of secret fields name, by path. */
  readonly usedFiles?: ReadonlySet<string>;
}

/** A server's version. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** A range of versions: from the first one on, up to the first one that is no longer meant. */
export interface Versions {
  readonly since?: string;
  readonly until?: string;
}

/**
 * Why an entity belongs to the server and is never touched. `restapi:admin` marks roles and action groups with such a
 * permission: REST creates, changes and deletes none of them, whoever asks.
 */
export type BuiltIn = "static" | "restapi:admin" | "hidden" | "reserved";

/** One entity as the cluster holds it; the body is canonical. */
export interface LiveEntity {
  readonly name: string;
  readonly body: Body;
  readonly builtIn?: BuiltIn;
  /** The paths of fields that no schema of osac has; absent where there are none. */
  readonly unknown?: readonly (readonly string[])[];
  /** The entity as the server's answer (or, with the admin certificate, its store) shows it. */
  readonly raw: { [key: string]: Json };
}

/** A kind of the cluster: its entities, or why they cannot be read. */
export type LiveKind =
  | { readonly readable: true; readonly entities: ReadonlyMap<string, LiveEntity> }
  | { readonly readable: false; readonly reason: string; readonly hint?: string };

/** Somebody who must always be able to change the security configuration, as osac.yml names them. */
export type BreakGlass =
  | { readonly user: string }
  | { readonly backend_role: string }
  | { readonly dn: string };

/** One entity to write. Plain data, so that a plan can be printed, hashed and stored. */
export type Change = {
  readonly kind: KindName;
  readonly name: string;
  readonly at?: Place;
  /** Paths of fields that are left to somebody else: nothing is done to them, and what becomes of them means nothing. */
  readonly ignored?: readonly (readonly string[])[];
} & (
  | { readonly action: "create"; readonly after: Body }
  | { readonly action: "update"; readonly before: Body; readonly after: Body }
  | {
      readonly action: "delete";
      readonly before: Body;
      /** The commit that gave it up, where that is what proves the deletion. */
      readonly declaredUntil?: string;
    }
);

/** What happens to live entities of a kind that no file declares. */
export interface Pruning {
  /** `removed`: only what this branch's history once declared. */
  readonly mode: "never" | "removed" | "all";
  /** Patterns of names; what is not included, or is excluded, is never deleted. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** A part of a body that osac neither compares nor sends. None of the versions: osac does not know the field. */
export interface LeftOut {
  /** The fields that lead to it, and the places in lists. */
  readonly path: readonly string[];
  /** The field is known, and the value is not. */
  readonly isValue?: true;
  /** The first version that knows it, for example `3.8`. */
  readonly since?: string;
  /** The first version that does not know it any more. */
  readonly until?: string;
  /** The version from which the server accepts and forgets it. */
  readonly forgottenSince?: string;
}

/** Leaves entities, or one field of them, to somebody else. */
export interface IgnoreRule {
  readonly kind: KindName;
  /** A pattern. */
  readonly name: string;
  /** The steps of a path below the entity; the whole entity if absent. */
  readonly field?: readonly string[];
  readonly reason: string;
  /** The line of osac.yml that says so. */
  readonly setBy: string;
}

/** A deletion, or power that a change takes away although the entity stays. */
export interface Danger {
  readonly kind: KindName;
  /** `roles/old_reader`, or below an entity that is alone of its kind: `config/dynamic/authc/ldap`. */
  readonly address: string;
  /** What becomes of it, for people: `is deleted`. */
  readonly what: string;
  readonly isDeletion: boolean;
}

/** Leave to delete one entity, or to take one power away. */
export interface Approval {
  readonly address: string;
  readonly reason?: string;
  /** Where it was given: `--allow-delete`, or a line of osac.yml. */
  readonly setBy: string;
  /** Given for this one run. */
  readonly isFlag: boolean;
}

/**
 * A change as a saved plan holds it, without the value of any secret: what the files have for one stands in its place,
 * or a fixed word. `null` stands for an entity that is not there.
 */
export interface RecordedChange {
  readonly action: Change["action"];
  readonly kind: KindName;
  readonly name: string;
  /** SHA-256 of the live entity that the change was computed from, or `absent`. */
  readonly fingerprint: string;
  /** Paths of fields that are left to somebody else, and so stand in neither body. */
  readonly ignored?: readonly (readonly string[])[];
  readonly before: { readonly [field: string]: Json } | null;
  readonly after: { readonly [field: string]: Json } | null;
}

/** The version of the format of saved plans that is written, and the only one that is read. */
export const savedPlanVersion = 1;

/** What a settings file says about what a run may do, other than the default; of a list of maps, one item. */
export interface ProtectiveSetting {
  /** Its key, such as `guards.max_deletes`. */
  readonly name: string;
  readonly value: Json;
  readonly at: Place;
}

/** What the files change about such a setting; an absent side means that it is not there. */
export interface SettingChange {
  readonly name: string;
  readonly before?: Json;
  readonly after?: Json;
  readonly at?: Place;
}

/** What a plan has to do with settings that protect the cluster. */
export interface PlanSettings {
  /** Those of the settings file that are in force. */
  readonly protective: readonly ProtectiveSetting[];
  /** Those of the settings file, by their keys: the id of a plan is bound to them. */
  readonly bound: { readonly [key: string]: Json };
  /** What the files change about the settings file that is in force. */
  readonly changes: readonly SettingChange[];
}

/** A plan as `osac plan --out` writes it, so that exactly it can be applied later; `schemas/saved-plan.schema.json`. */
export interface SavedPlan {
  /** Version of the format. */
  readonly version: number;
  readonly id: string;
  /** The version of osac that made it. */
  readonly tool: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly cluster: { readonly name: string | null; readonly uuid: string; readonly version: string | null };
  /** SHA-256 of the content of the files that were read. */
  readonly filesDigest: string;
  /** What the settings file said about what a run may do, by its keys; absent where it said nothing. */
  readonly settings?: { readonly [key: string]: Json };
  /** Flags that decided what is planned, and what was given to each. */
  readonly choices: { readonly [flag: string]: readonly string[] };
  readonly changes: readonly RecordedChange[];
  /** SHA-256 of all the rest. */
  readonly checksum: string;
}

/** What became of a reviewed plan by the time it is to be applied. */
export interface Review {
  /** The reviewed plan's id, as far as it is known. */
  readonly id: string;
  /** How many of its changes are there already. */
  readonly applied: number;
  /** How many of its changes can no longer be made as they were reviewed. */
  readonly stale: number;
  /** What the cluster holds where it moved: from what the review saw to what is there now. */
  readonly moved: readonly Change[];
  /** What would be written otherwise than reviewed: from what the review saw to what it would be now. */
  readonly otherwise: readonly Change[];
}

/** One step of a JSON patch (RFC 6902); the Security API knows no other two. */
export type Operation =
  | { readonly op: "add"; readonly path: string; readonly value: Value }
  | { readonly op: "remove"; readonly path: string };

/** How to reach a cluster and as whom; file contents, not paths. */
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
  readonly name?: string;
  readonly uuid?: string;
  readonly version: Version;
  /** True when the version could not be asked for and is a guess. */
  readonly isVersionGuessed: boolean;
  /** The lowest first, where the nodes differ, as they do while they are upgraded one by one; `version` is the first. */
  readonly nodeVersions?: readonly Version[];
  /** The certificate's DN when the caller acts on the admin certificate. */
  readonly adminDn?: string;
  readonly user?: string;
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
  readonly failure?: OsacError;
}

/** What a reading command gets of a cluster: there is no way to write. */
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
  /** Whether the caller may write the kind: a PATCH with the body `[]`, which no server carries out. */
  probe(kind: KindName): Promise<Answer>;
  /** How many requests were sent so far, by method. */
  readonly requests: Readonly<Record<string, number>>;
  close(): Promise<void>;
}

/** What `apply` gets: one PATCH of a whole kind, all or nothing. */
export interface Writer extends Reader {
  patch(kind: KindName, operations: readonly Operation[]): Promise<Answer>;
}

/** What `osac status --probe-reload` gets: it changes nothing that is stored. */
export interface Reloader extends Reader {
  /** Has every node load these kinds as they are stored. Answered to the admin certificate only. */
  reload(kinds: readonly KindName[]): Promise<Answer>;
}

/** What uses certificates: the REST API, or the nodes among themselves. */
export type CertificateLayer = "http" | "transport";

/** What the direct commands get: each method is one request that changes no configuration but the caller's password. */
export interface Operator extends Reader {
  /** Has every node forget who logged in: everybody, or one user. */
  flushCache(user?: string): Promise<Answer>;
  /** Has the node that answers load its certificates again. */
  reloadCertificates(layer: CertificateLayer): Promise<Answer>;
  changePassword(current: Secret, next: Secret): Promise<Answer>;
}

/** One PATCH: all or nothing. */
export interface PatchRequest {
  readonly kind: KindName;
  readonly changes: readonly Change[];
  /** One list for each of the changes. */
  readonly operations: readonly (readonly Operation[])[];
  /** Creates the entities empty, so that others can refer to them at once; a later request fills them. */
  readonly isStub: boolean;
}

/** A request as it meets the cluster. */
export interface Step extends PatchRequest {
  /**
   * The changes by what each entity is before and after this very request: what a former request created empty is
   * updated by the one that fills it.
   */
  readonly ends: readonly Change[];
}

/** The PATCH that takes another one back. */
export interface Inverse {
  readonly kind: KindName;
  /** None where nothing that was there before could be seen. */
  readonly operations: readonly Operation[];
  /** What does not come back, because nobody could see it: a hash, a redacted secret. */
  readonly lost: readonly Lost[];
}

/** Two patches that together change nothing. */
export interface Trial {
  readonly kind: KindName;
  readonly add: readonly Operation[];
  readonly remove: readonly Operation[];
}

/** An entity that a server may be unable to load. */
export interface Suspect {
  readonly change: Change;
  /** True for content that is known to do harm; false where it only looks like what does. */
  readonly isKnown: boolean;
  readonly why: string;
}

/** A value that cannot be put back. */
export interface Lost {
  readonly kind: KindName;
  readonly name: string;
  /** The fields that lead to it. */
  readonly path: readonly string[];
}

/** Version of the format of a backup. */
export const backupVersion = 1;

/** What `apply` keeps of a cluster before it writes; `schemas/backup.schema.json`. */
export interface Backup {
  readonly version: number;
  /** The version of osac that made it. */
  readonly tool: string;
  readonly createdAt: string;
  readonly cluster: {
    readonly name: string | null;
    readonly uuid: string | null;
    readonly version: string | null;
  };
  /** The directory of files of the run, from where the run was started; absent in older backups. */
  readonly directory?: string;
  /** The id of the plan that was about to be written. */
  readonly planId: string | null;
  /** The version that the server itself had stored of its configuration, where it does that. */
  readonly storedVersion: string | null;
  /** What the run was about to change; what came of it is added at its end. */
  readonly changes: readonly BackedUpChange[];
  /** What of that nobody can bring back, because it is not in here. */
  readonly lost: readonly Lost[];
  /** How many entities of each kind were managed before the run. */
  readonly managed: { readonly [Kind in KindName]?: number };
  /** The changed kinds, whole, as they were: a secret is an object with the one field `$secret`. */
  readonly documents: { readonly [Kind in KindName]?: { readonly [name: string]: Json } };
}

/** One change of the run that a backup was made for. */
export interface BackedUpChange {
  readonly action: Change["action"];
  readonly kind: KindName;
  readonly name: string;
  /** The fields that an update changes. */
  readonly fields: readonly string[];
  /** What became of it; null where the run did not come to its end. */
  readonly result: string | null;
  /** The entity after the run; null where nobody could look. */
  readonly after: Trace | null;
}

/** By which an entity is known again. */
export interface Trace {
  /** SHA-256, or `absent`. */
  readonly fingerprint: string;
  /** JSON pointers of what the fingerprint leaves out, because it was a secret to the run. */
  readonly unseen: readonly string[];
}

/** An entity named with its kind, and why it is listed. */
export interface Listed {
  readonly kind: KindName;
  readonly name: string;
  readonly reason: string;
  readonly at?: Place;
  /** Unmanaged, and `--prune KIND=all` would delete it. */
  readonly prunable?: true;
  /** Unmanaged, in a report of drift: what it gives, and to whom. */
  readonly grants?: string;
  /** Skipped, and not as its file says; of logins, only hashes are compared that both sides show. */
  readonly differs?: true;
}

/** A declared value that the server does not take, and its entity. */
export interface NotSent extends LeftOut {
  readonly kind: KindName;
  readonly name: string;
}

/** What differs between the files and the cluster. */
export interface Comparison {
  /** The same for the same changes to the same state; absent where the cluster does not tell its UUID. */
  readonly id?: string;
  readonly cluster: ClusterInfo;
  /** The kinds that were compared. */
  readonly kinds: readonly KindName[];
  /** Declared entities that were compared with the cluster. */
  readonly compared: number;
  /** How many live entities of each kind are ours to change. */
  readonly managed: { readonly [Kind in KindName]?: number };
  /** By kind, in the order of creation. */
  readonly changes: readonly Change[];
  /** Live, not built-in, and declared by no file. */
  readonly unmanaged: readonly Listed[];
  /** Declared, but the server's own. */
  readonly skipped: readonly Listed[];
  /** What rules of osac.yml leave to somebody else: entities, and fields that are not as the files say. */
  readonly ignored: readonly Listed[];
  /** Secrets that are declared and cannot be compared; the reason names the field. */
  readonly unverified: readonly Listed[];
  /** Declared values that this server does not take. */
  readonly notSent: readonly NotSent[];
  readonly findings: readonly Finding[];
  /** Where the plan is held to one that was reviewed. */
  readonly review?: Review;
  /** What decides what the run may do; absent where no settings were read. */
  readonly settings?: PlanSettings;
}

/** A comparison, and the requests that carry out its changes: what is shown is what is sent. */
export interface Plan extends Comparison {
  readonly requests: readonly PatchRequest[];
}

/** Whether a live entity is as it was before a change, as it should be after it, or neither. */
export interface Standing {
  readonly isBefore: boolean;
  readonly isAfter: boolean;
}
