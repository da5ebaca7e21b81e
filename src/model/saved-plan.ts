import type { Change } from "./change.ts";
import type { KindName } from "./kind-name.ts";
import type { JsonObject } from "./value.ts";

/** The version of the format of saved plans. osac reads and writes no other. */
export const savedPlanVersion = 1;

/**
 * A plan that `osac plan --out` writes and `osac apply --plan` reads. See `schemas/saved-plan.schema.json`.
 */
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
  /** The protective settings of the settings file, by key. Absent if it has none. */
  readonly settings?: JsonObject;
  /** The flags that the plan depends on, with their values. */
  readonly choices: { readonly [flag: string]: readonly string[] };
  readonly changes: readonly RecordedChange[];
  /** SHA-256 of all other fields. */
  readonly checksum: string;
}

/**
 * A change in a saved plan, without the value of any secret. The text of the files, or a fixed word, replaces
 * a secret. `null` means that the entity does not exist.
 */
export interface RecordedChange {
  readonly action: Change["action"];
  readonly kind: KindName;
  readonly name: string;
  /** SHA-256 of the live entity that the change was computed from, or `absent`. */
  readonly fingerprint: string;
  /** Paths of ignored fields. Neither body contains them. */
  readonly ignored?: readonly (readonly string[])[];
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
}
