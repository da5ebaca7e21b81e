import type { PlanSettings } from "../model/plan.ts";
import type { SavedPlan } from "../model/saved-plan.ts";
import type { OptionName, OptionValues } from "./options.ts";

/** How results are printed. */
export type OutputFormat = OptionValues["output"];

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
export interface Settings extends OptionValues {
  /** The directory of files, absolute. */
  readonly directory: string;
  /** The directory as the user named it, for messages. */
  readonly directoryName: string;
  /** The words beside the flags, besides the directory. */
  readonly words: readonly string[];
  /** Where the settings come from that are not at their default: a flag, a variable, or a line of osac.yml. */
  readonly setBy: Readonly<{ [name: string]: string }>;
  /** What protects the cluster, and what the files change about it. */
  readonly protection: PlanSettings;
  /** What was given for this run alone. */
  readonly typed: readonly Choice[];
  /** What the file of `plan` holds. */
  readonly savedPlan?: SavedPlan | undefined;
}
