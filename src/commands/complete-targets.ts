import { join, resolve } from "node:path";
import { existsSync } from "node:fs";
import { readSettingsFile, type Target } from "../settings/settings-file.ts";
import type { Io } from "./io.ts";
import { readTokens } from "./tokens.ts";

/**
 * Lists the names that complete the last word of a command line, if that is about targets: `--target`,
 * `--targets`, or a word of `osac compare`. Undefined for all other words, which yargs completes.
 *
 * @param line the command line up to the cursor, as the shell passes it after the flag of completion
 */
export async function completeTargets(
  line: readonly string[],
  { env, cwd }: Pick<Io, "env" | "cwd">,
): Promise<readonly string[] | undefined> {
  const [words, current] = [line.slice(1, -1), line.at(-1) ?? ""];
  const asked = findAsked(words, current);
  if (!asked) return undefined;
  const targets = await readTargets(words, env, cwd).catch(() => []);
  const names = targets.map(({ name }) => name);
  const answers = asked.takesMany ? listSelections(asked.value, targets) : names;
  const isZsh = env["SHELL"]?.endsWith("zsh") ?? false;
  // For zsh, a colon begins a description.
  return answers
    .map((answer) => asked.before + answer)
    .map((one) => (isZsh ? one.replaceAll(":", "\\:") : one));
}

interface Asked {
  /** What stands before the value in the same word: `--target=`. */
  readonly before: string;
  readonly value: string;
  readonly takesMany: boolean;
}

function findAsked(words: readonly string[], current: string): Asked | undefined {
  const [, flag, value] = /^(--targets?)=(.*)$/.exec(current) ?? [];
  if (flag) return { before: `${flag}=`, value: value!, takesMany: flag === "--targets" };
  const last = words.at(-1) ?? "";
  if (last === "--target" || last === "--targets")
    return { before: "", value: current, takesMany: last === "--targets" };
  const { command, words: named } = readTokens([...words]);
  const isName = command?.name === "compare" && named.length < 2 && !current.startsWith("-");
  return isName ? { before: "", value: current, takesMany: false } : undefined;
}

/** Lists what may follow the last comma of a selection: all, groups, labels and names. */
function listSelections(value: string, targets: readonly Target[]): string[] {
  const before = value.slice(0, value.lastIndexOf(",") + 1);
  const chosen = new Set(before.split(","));
  const all = [
    "all",
    ...targets.flatMap(({ group }) => (group === undefined ? [] : `group:${group}`)),
    ...targets.flatMap(({ labels }) => Object.entries(labels).map(([key, one]) => `${key}=${one}`)),
    ...targets.map(({ name }) => name),
  ];
  return [...new Set(all)].filter((one) => !chosen.has(one)).map((one) => before + one);
}

/** Reads the targets of the settings file that the command line would use. */
async function readTargets(words: readonly string[], env: Io["env"], cwd: string): Promise<Target[]> {
  const { words: named } = readTokens([...words]);
  const directory = named.findLast((word) => existsSync(resolve(cwd, word, "osac.yml"))) ?? ".";
  const flag = words.findIndex((word) => word === "--config");
  const config = flag === -1 ? env["OSAC_CONFIG"] : words[flag + 1];
  const name = config || join(directory, "osac.yml");
  const file = await readSettingsFile(resolve(cwd, name), name, Boolean(config));
  return [...(file?.targets.values() ?? [])];
}
