import type { AccessCause, AccessPrincipal } from "./access-change.ts";
import type { EscalationWord } from "./escalation-word.ts";

/** The approval of an escalation, and where it stands. */
interface Allowance {
  readonly reason?: string | undefined;
  readonly setBy: string;
}

/** A change that lets somebody administer, or that removes a protection. */
export interface Escalation {
  readonly word: EscalationWord;
  /** The names that an approval gives it: `security-administration/user:anna`. */
  readonly names: readonly string[];
  /** The principals that gain it. Empty if it concerns an entity, such as the audit log. */
  readonly principals: readonly AccessPrincipal[];
  /** The effect in words: those that follow a principal, or a sentence about an entity. */
  readonly effect: string;
  readonly example?: string | undefined;
  /** The reason why it is not certain. Absent if it is. */
  readonly perhaps?: string | undefined;
  readonly causes: readonly AccessCause[];
  /** Present if the settings allow it. */
  readonly allowed?: Allowance | undefined;
}
