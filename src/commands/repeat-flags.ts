import { relative } from "node:path";
import { options, type OptionName } from "../settings/options.ts";
import type { Choice, Settings } from "../settings/settings.ts";
import { findCommand } from "./index.ts";

/** How a run shows what it does. */
const notRepeated: readonly OptionName[] = ["output", "verbose", "debug"];

/**
 * The flags of this run that a suggested command needs to reach the same cluster with the same settings.
 *
 * @param omitted what that command does not need, or must not have unasked
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

/** A file as somebody names it who stands in `cwd`. */
export function formatPathFrom(cwd: string, path: string): string {
  const name = relative(cwd, path);
  return name.startsWith("..") ? path : name;
}
