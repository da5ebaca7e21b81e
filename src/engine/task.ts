import type { GuardChoice } from "../guard/index.ts";
import type { Backup } from "../model/backup.ts";
import type { Directory } from "../model/entity.ts";
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
  /** The way to verify passwords whose hash osac cannot read: a login as the user, or the result of an earlier one. */
  readonly logins?: LoginTask["logins"] | undefined;
  /** The directory whose git history proves deletions, and its former paths. */
  readonly history: { readonly directory: string; readonly paths: readonly string[] };
  /** The limits of deletions. A run that only compares has none. */
  readonly guards?: GuardChoice | undefined;
  /** The callers that must not be locked out. A run that only compares has none. */
  readonly lockout?: LockoutTask | undefined;
  /** What must be allowed, and denied, after the run; likewise. */
  readonly accessTests?: AccessTestTask | undefined;
  /** Nothing but this is planned; what moved since refuses. */
  readonly reviewed?: ReviewedPlan | undefined;
  /** The directory is not that of the files: it takes back the run that this was saved before. */
  readonly backup?: Backup | undefined;
  readonly hashing: HashChoice;
  /** No placeholder was looked up, so that none needs a value: nothing of such a plan is sent. */
  readonly areSecretsOpaque?: boolean | undefined;
  /** The run writes what it plans, so that it may look at the values of secrets. */
  readonly isSending?: boolean | undefined;
  /** Warnings count as errors. */
  readonly isStrict: boolean;
}

/**
 * The plan that somebody reviewed: saved, with the time and the files it is to be applied with, or its id alone, whole
 * or from its beginning.
 */
export type ReviewedPlan = ReviewedFile | { readonly id: string };

interface ReviewedFile {
  readonly saved: SavedPlan;
  readonly now: Date;
  readonly filesDigest: string;
}
