import type { Change } from "../model/change.ts";
import type { LiveSide } from "./field-changes.ts";
import type { Style } from "./theme.ts";

/** Changes that are shown together. */
export interface Section {
  /** Empty if there is only one section. */
  readonly title: string;
  readonly style: readonly Style[];
  /** A reviewer must see `danger` first; it is never collapsed. */
  readonly weight: "danger" | "authentication" | "other";
  readonly changes: readonly Change[];
  /** True if the run would make the changes; false for drift and for stale plans. */
  readonly isPlanned: boolean;
  readonly live: LiveSide;
}
