import type { Change } from "./change.ts";
import type { KindName } from "./kind-name.ts";
import type { Json } from "./value.ts";

/** The version of the format of saved plans that is written, and the only one that is read. */
export const savedPlanVersion = 1;

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
  /** The protective settings of the settings file, by key. Absent if it has none. */
  readonly settings?: { readonly [key: string]: Json };
  /** Flags that decided what is planned, and what was given to each. */
  readonly choices: { readonly [flag: string]: readonly string[] };
  readonly changes: readonly RecordedChange[];
  /** SHA-256 of all the rest. */
  readonly checksum: string;
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
