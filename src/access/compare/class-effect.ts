import type { AccessChange } from "../../model/access-change.ts";
import type { ActionSet } from "./actions.ts";

/** An effect on the names of one class. */
export interface ClassEffect {
  readonly direction: AccessChange["direction"];
  /** With `%` in the place of the names. */
  readonly effect: string;
  readonly before: string;
  readonly after: string;
  readonly actions?: ActionSet | undefined;
  readonly perhaps?: string | undefined;
  readonly escalation?: AccessChange["escalation"];
}
