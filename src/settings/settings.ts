import type { Place } from "../model/finding.ts";
import type { PlanSettings, SettingChange } from "../model/plan.ts";
import type { SavedPlan } from "../model/saved-plan.ts";
import type { OptionName, OptionValues } from "./options.ts";

/** A format of results. */
export type OutputFormat = OptionValues["output"];

/** A setting from a flag or the environment, with the name of its flag. */
export interface Choice {
  readonly name: OptionName;
  readonly flag: string;
  readonly texts: readonly string[];
  /** True for a flag, false for the environment. */
  readonly isTyped: boolean;
  /** True if the setting decides what is written, so that a saved plan carries it. */
  readonly isPlanned: boolean;
}

/** A target of the settings file, as a list shows it. */
export interface TargetNote {
  readonly name: string;
  readonly group?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly url?: string | undefined;
  /** The place of its address in the settings file. */
  readonly urlAt?: Place | undefined;
  /** The folders of its layers, the first one first; `""` is the directory itself. */
  readonly layers: readonly string[];
  /** True if other targets may be the same cluster. */
  readonly isShared: boolean;
}

/** The settings of one run, with defaults. Every command receives all settings. */
export interface Settings extends OptionValues {
  /** The directory of files, absolute. */
  readonly directory: string;
  /** The directory as the user named it, for messages. */
  readonly directoryName: string;
  /** The words beside the flags, without the directory. */
  readonly words: readonly string[];
  /** The source of each setting that is not at its default: a flag, a variable, or a line of osac.yml. */
  readonly setBy: Readonly<{ [name: string]: string }>;
  /** The protective settings, and the changes that the files make to them. */
  readonly protection: PlanSettings;
  /** The settings from flags and variables. */
  readonly typed: readonly Choice[];
  /** The flags, for commands that read the settings of several targets. */
  readonly flags: ReadonlyMap<OptionName, readonly string[]>;
  /** The targets of the settings file. */
  readonly targets: readonly TargetNote[];
  /** What the files change about the targets and their settings, if the settings come from a commit. */
  readonly targetChanges: readonly SettingChange[];
  /** True if the settings in force have the target, and the files have it no more. */
  readonly isTargetRemoved: boolean;
  /** The groups of targets in the order in which `apply` writes them. */
  readonly order: readonly string[];
  /** The content of the file of `--plan`. */
  readonly savedPlan?: SavedPlan | undefined;
}
