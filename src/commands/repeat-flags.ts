import { relative } from "node:path";
import { options, type OptionName } from "../settings/options.ts";
import type { Choice, Settings } from "../settings/settings.ts";
import { findCommand } from "./index.ts";

/** Options that only affect the output of a run. */
const notRepeated: readonly OptionName[] = ["output", "verbose", "debug"];

/**
 * Returns the flags of this run that a suggested command needs to reach the same cluster with the same
 * settings.
 *
 * @param omitted options that the command does not need, or must not get without a decision
 */
export function repeatedFlags(
  { typed }: Settings,
  command: string,
  omitted: readonly OptionName[],
): string[] {
  const { options: known } = findCommand(command)!;
  return typed
    .filter(({ name, isTyped }) => isTyped && known.includes(name))
    .filter(({ name }) => ![...notRepeated, ...omitted].includes(name))
    .flatMap(formatFlags);
}

function formatFlags({ name, flag, texts }: Choice): string[] {
  const isSwitch = options[name].type.placeholder === undefined;
  return texts.map((text) => (isSwitch && text === "true" ? `--${flag}` : `--${flag}=${text}`));
}

/** Formats the path of a file for a user whose working directory is `cwd`. */
export function formatPathFrom(cwd: string, path: string): string {
  const name = relative(cwd, path);
  return name.startsWith("..") ? path : name;
}
