import type { EscalationWord } from "./escalation-word.ts";
import type { Place } from "./finding.ts";
import type { Value } from "./value.ts";
import type { KindName } from "./kind-name.ts";

/**
 * A principal whose access is compared: an internal user, or all callers that match one entry of a mapping.
 */
export interface AccessPrincipal {
  readonly kind:
    | "everyone"
    | "anonymous"
    | "user"
    | "user-pattern"
    | "backend-role"
    | "backend-role-pattern"
    | "backend-roles"
    | "host";
  /** The entry; empty for everyone and anonymous callers. */
  readonly name: string;
}

/** A change of the plan that leads to an effect. */
export interface AccessCause {
  readonly kind: KindName;
  readonly name: string;
  readonly at?: Place | undefined;
}

/** One effect of a plan on the access of principals. */
export interface AccessChange {
  /** The principals with this effect. */
  readonly principals: readonly AccessPrincipal[];
  readonly direction: "gain" | "loss" | "change";
  /** The effect in words that follow a principal: `gains write on orders-*`. */
  readonly effect: string;
  readonly before: string;
  readonly after: string;
  /** One of the names that the effect concerns. */
  readonly example?: string | undefined;
  /** The reason why it is not certain. Absent if it is. */
  readonly perhaps?: string | undefined;
  /** The word of the escalation that it is. Absent for an ordinary change. */
  readonly escalation?: EscalationWord | undefined;
  readonly causes: readonly AccessCause[];
}

/** The access that the changes of a plan give and take. */
export interface AccessDifference {
  readonly changes: readonly AccessChange[];
  /** The changes that are escalations, and escalations that need more than one of the changes. */
  readonly escalations: readonly AccessChange[];
  /** Access that osac could not compare, with the reason. */
  readonly doubts: readonly string[];
  /** Facts that the files do not have and that the settings gave; absent if there were none. */
  readonly facts?: DifferenceFacts | undefined;
}

/** The facts with which a difference was computed. */
interface DifferenceFacts {
  /** The number of known index names. */
  readonly indices?: number | undefined;
  /** The number of known aliases. A pattern for an alias covers its members. */
  readonly aliases?: number | undefined;
  readonly dataStreams?: number | undefined;
  /** The settings of the nodes that are not taken for the product's defaults. */
  readonly nodeSettings: Readonly<Record<string, Value>>;
}
