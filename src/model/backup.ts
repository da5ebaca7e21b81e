import type { Change, LostValue } from "./change.ts";
import type { KindName } from "./kind-name.ts";
import type { Json } from "./value.ts";

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
  readonly lost: readonly LostValue[];
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
  readonly after: EntityTrace | null;
}

/** By which an entity is known again. */
export interface EntityTrace {
  /** SHA-256, or `absent`. */
  readonly fingerprint: string;
  /** JSON pointers of what the fingerprint leaves out, because it was a secret to the run. */
  readonly unseen: readonly string[];
}
