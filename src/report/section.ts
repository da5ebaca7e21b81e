import type { Change } from "../model/change.ts";
import type { LiveSide } from "./field-changes.ts";
import type { Style } from "./theme.ts";

/** Changes that are shown together. */
export interface Section {
  /** Empty where there is only one, and nothing to tell it from. */
  readonly title: string;
  readonly style: readonly Style[];
  /** What a reviewer must see stands first, and is never folded up. */
  readonly weight: "danger" | "authentication" | "other";
  readonly changes: readonly Change[];
  /** They would be made, and are not what somebody else did meanwhile. */
  readonly isPlanned: boolean;
  readonly live: LiveSide;
}
