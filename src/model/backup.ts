import type { Change, LostValue } from "./change.ts";
import type { KindName } from "./kind-name.ts";
import type { Json } from "./value.ts";

/** Version of the format of a backup. */
export const backupVersion = 1;

/** The backup that `apply` stores before it writes. See `schemas/backup.schema.json`. */
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
  /** The changes of the run. The end of the run adds their results. */
  readonly changes: readonly BackedUpChange[];
  /** Values that a rollback cannot restore, because the backup does not have them. */
  readonly lost: readonly LostValue[];
  /** The number of managed entities before the run, by kind. */
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
  /** The result. Null if the run did not end normally. */
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
