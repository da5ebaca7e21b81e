import { resolve } from "node:path";
import { hasCommit } from "../config/git/file-at.ts";
import type { Event } from "./event.ts";
import type { Inputs } from "./inputs.ts";

/**
 * The inputs of a pull request with the settings of its base: what it changes about them counts once it is merged. A
 * clone without that commit is said.
 */
export async function withBaseSettings(
  inputs: Inputs,
  { base, untrusted }: Event,
  cwd: string,
): Promise<{ readonly inputs: Inputs; readonly notes: readonly string[] }> {
  if (base === undefined || inputs["settings-from"] !== "") return { inputs, notes: [] };
  if (await hasCommit(resolve(cwd, inputs.directory), base))
    return { inputs: { ...inputs, "settings-from": base }, notes: [] };
  const note =
    "**The settings are those of this pull request:** osac cannot show what it changes in them, because the clone lacks its base (`fetch-depth: 0`).";
  return { inputs, notes: untrusted === undefined ? [note] : [] };
}
