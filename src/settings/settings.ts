import type { DriftKind } from "../model/drift.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Approval, BreakGlass, IgnoreRule, PlanSettings, Pruning } from "../model/plan.ts";
import type { SavedPlan } from "../model/saved-plan.ts";
import type { Secret } from "../secrets/secret.ts";

import type { OptionName } from "./options.ts";

/** How results are printed. */
export type OutputFormat = "text" | "json" | "markdown" | "github";

/** A share as a person writes it. */
export type Percentage = `${number}%`;

/** A setting as a flag or the environment gave it; its flag names it. */
export interface Choice {
  readonly name: OptionName;
  readonly flag: string;
  readonly texts: readonly string[];
  /** Given as a flag, and not by the environment. */
  readonly isTyped: boolean;
  /** It decides what is written, so that a saved plan carries it. */
  readonly isPlanned: boolean;
}

/** The settings of one run, complete: every command sees all of them, its own set by the user, the rest default. */
export interface Settings {
  /** The directory of files, absolute. */
  readonly directory: string;
  /** The directory as the user named it, for messages. */
  readonly directoryName: string;
  /** The word beside the flags, of a command that takes another one than a directory. */
  readonly argument?: string | undefined;
  /** Where the settings come from that are not at their default: a flag, a variable, or a line of osac.yml. */
  readonly setBy: Readonly<{ [name: string]: string }>;
  /** What protects the cluster, and what the files change about it. */
  readonly protection: PlanSettings;
  /** What was given for this run alone. */
  readonly typed: readonly Choice[];
  /** The osac.yml that was named, if one was; absolute. */
  readonly config?: string | undefined;
  /** The git reference at which that file, or osac.yml, is read. */
  readonly settingsFrom?: string | undefined;
  /** The only kinds of this run; absent means all. */
  readonly kinds?: readonly KindName[] | undefined;
  readonly output: OutputFormat;
  readonly strict: boolean;
  /** Whether nothing is printed where there is nothing to report. */
  readonly quiet: boolean;
  readonly verbose: boolean;

  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: Secret | undefined;
  /** A path, or `-` for standard input. */
  readonly passwordFile?: string | undefined;
  readonly token?: Secret | undefined;
  readonly tokenFile?: string | undefined;
  readonly clientCert?: string | undefined;
  readonly clientKey?: string | undefined;
  readonly caCert?: string | undefined;
  readonly insecure: boolean;
  /** Seconds that one request may take. */
  readonly timeout: number;
  readonly debug: boolean;
  readonly apiPrefix: "_plugins/_security" | "_opendistro/_security";

  /** Who will load the files that are validated. */
  readonly validateFor: "osac" | "securityadmin";
  /** Kinds that are absent here are never pruned. */
  readonly prune: { readonly [Kind in KindName]?: Pruning };
  /** What is left to somebody else. */
  readonly ignore: readonly IgnoreRule[];
  /** Directories of the repository that the directory of files once was. */
  readonly historyPaths: readonly string[];
  /** The most deletions and revocations in one run. */
  readonly maxDeletes: number;
  /** The largest share of a kind's managed entities that one run may delete. */
  readonly maxDeleteShare: Percentage;
  /** What may be deleted, whatever the limits say. */
  readonly allowDelete: readonly Approval[];
  /** Who must always be able to change the security configuration. */
  readonly breakGlass: readonly BreakGlass[];
  /** The roles that open the REST API; absent where nobody has named them. */
  readonly restApiRoles?: readonly string[] | undefined;
  readonly allowLockoutRisk: boolean;
  /** An admin certificate that is used for nothing but to take a change back. */
  readonly recoveryCert?: string | undefined;
  readonly recoveryKey?: string | undefined;
  /** What may stand outside of secret fields, and is shown there: variables, prefixes of such, and `file:PATH`. */
  readonly allowPlaceholder: readonly string[];
  /** The only variables that the files use; absent for all that they may. */
  readonly onlyPlaceholders?: readonly string[] | undefined;
  /** Directories whose files placeholders may name; absolute. */
  readonly placeholderFiles: readonly string[];
  /** The only ones of these that the files use; absent for all. */
  readonly onlyPlaceholderFiles?: readonly string[] | undefined;
  readonly secrets: "resolve" | "opaque";
  /** Users whose password is sent although it may be the same. */
  readonly setPassword: readonly string[];
  readonly setAllPasswords: boolean;
  /** Paths of redacted secrets that are sent although they may be the same. */
  readonly setSecret: readonly string[];
  /** Log in as users to find out whether their passwords are right. */
  readonly verifyPasswords: boolean;
  readonly passwordAlgorithm: "bcrypt" | "pbkdf2" | "argon2";
  /** Rounds or iterations; absent means what the server itself would use for the algorithm. */
  readonly passwordCost?: number | undefined;

  /** Where to save the plan; absolute. */
  readonly out?: string | undefined;
  /** Hours after which a saved plan is refused. */
  readonly expires: number;
  /** The file of a saved plan; absolute. */
  readonly plan?: string | undefined;
  /** What that file holds. */
  readonly savedPlan?: SavedPlan;
  /** The id of the plan that was reviewed, or its first digits. */
  readonly expectPlan?: string | undefined;
  /** A directory, absolute; absent means the default. */
  readonly backup?: string | undefined;
  readonly backupSecrets: boolean;
  readonly yes: boolean;
  /** The file that gets a line for each change. */
  readonly auditLog?: string | undefined;
  /** Whether kinds that have nothing to do with one that failed are still written. */
  readonly keepGoing: boolean;
  /** The only user that the nodes are to forget. */
  readonly user?: string | undefined;
  readonly newPassword?: Secret | undefined;
  /** A path, or `-` for standard input. */
  readonly newPasswordFile?: string | undefined;
  readonly detailedExitcode: boolean;
  /** Whether a plan is refused that a comment could not list whole. */
  readonly requireFullList: boolean;
  /** A directory or a git reference: the files as they were when last applied. */
  readonly base?: string | undefined;
  /** What of drift makes the run exit 2. */
  readonly failOn: readonly DriftKind[];
  /** Where metrics are written; absolute. */
  readonly metrics?: string | undefined;
  readonly all: boolean;
  readonly withHashes: boolean;
  /** Whether an export keeps texts that look like a placeholder. */
  readonly keepPlaceholders: boolean;
  readonly force: boolean;
  /** Whether workflows are written beside the files. */
  readonly github: boolean;
  readonly probeReload: boolean;
  readonly certDays: number;
}
