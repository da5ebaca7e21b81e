import type { EscalationChoice, GuardChoice } from "../guard/index.ts";
import type { Backup } from "../model/backup.ts";
import type { Directory } from "../model/entity.ts";
import type { Layering } from "../model/layers.ts";
import type { SavedPlan } from "../model/saved-plan.ts";
import type { HashChoice } from "../passwords/hash.ts";
import type { PlanChoice } from "../plan/make-plan.ts";
import type { AccessTestTask } from "./check-access-tests.ts";
import type { LockoutTask } from "./check-lockout.ts";
import type { LoginTask } from "./verify-passwords.ts";

/** The input of a run, besides the cluster. */
export interface Task {
  readonly directory: Directory;
  readonly choice: Omit<PlanChoice, "verified" | "refuted" | "proved">;
  /**
   * The way to verify passwords whose hash osac cannot read: a login as the user, or the result of an earlier
   * one.
   */
  readonly logins?: LoginTask["logins"] | undefined;
  /** The directory whose git history proves deletions, its former paths and its layers. */
  readonly history: {
    readonly directory: string;
    readonly paths: readonly string[];
    readonly layering?: Layering | undefined;
  };
  /** The limits of deletions. A run that only compares has none. */
  readonly guards?: GuardChoice | undefined;
  /** The callers that must not be locked out. A run that only compares has none. */
  readonly lockout?: LockoutTask | undefined;
  /** The roles that open the REST API, and the escalations that the settings allow. */
  readonly administration?: AdministrationTask | undefined;
  /** The access tests: what must be allowed and denied after the run. A run that only compares has none. */
  readonly accessTests?: AccessTestTask | undefined;
  /** The only changes that osac may plan. A stale plan refuses the run. */
  readonly reviewed?: ReviewedPlan | undefined;
  /** The backup of a rollback. The directory then comes from the backup, not from files. */
  readonly backup?: Backup | undefined;
  readonly hashing: HashChoice;
  /** No placeholder has a value. osac does not send such a plan. */
  readonly areSecretsOpaque?: boolean | undefined;
  /** The run writes its plan, so it may read the values of secrets. */
  readonly isSending?: boolean | undefined;
  /** Warnings count as errors. */
  readonly isStrict: boolean;
}

/** The settings about administrators of the security configuration. */
export interface AdministrationTask extends EscalationChoice {
  /** `plugins.security.restapi.roles_enabled`, if the settings name them. */
  readonly restApiRoles?: readonly string[] | undefined;
}

/** A reviewed plan: a saved plan with the current time and files, or a plan id or its first digits. */
export type ReviewedPlan = ReviewedFile | { readonly id: string };

interface ReviewedFile {
  readonly saved: SavedPlan;
  readonly now: Date;
  readonly filesDigest: string;
}
