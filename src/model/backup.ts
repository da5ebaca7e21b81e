import type { Change, LostValue } from "./change.ts";
import type { KindName } from "./kind-name.ts";
import type { JsonObject } from "./value.ts";

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
  /** The id of the plan that the run applied. */
  readonly planId: string | null;
  /**
   * The newest version of the configuration that the server stored before the run. Null if it stores none.
   */
  readonly storedVersion: string | null;
  /** The changes of the run. The end of the run adds their results. */
  readonly changes: readonly BackedUpChange[];
  /** Values that a rollback cannot restore, because the backup does not have them. */
  readonly lost: readonly LostValue[];
  /** The number of managed entities before the run, by kind. */
  readonly managed: { readonly [Kind in KindName]?: number };
  /**
   * The changed kinds, complete, as they were before the run. A secret is an object with only the field
   * `$secret`.
   */
  readonly documents: { readonly [Kind in KindName]?: JsonObject };
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
  /** The entity after the run; null if osac could not read it. */
  readonly after: EntityTrace | null;
}

/** The fingerprint by which osac recognizes an entity again. */
export interface EntityTrace {
  /** SHA-256, or `absent`. */
  readonly fingerprint: string;
  /** JSON pointers of the secrets of the run, which the fingerprint does not contain. */
  readonly unseen: readonly string[];
}
