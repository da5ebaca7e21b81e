import { resolve } from "node:path";
import { hasCommit } from "../git/file-at.ts";
import type { Event } from "./event.ts";
import type { Inputs } from "./inputs.ts";

/**
 * The inputs of a pull request with the settings of its base: what it changes about them counts once it is merged. A
 * clone without that commit is said, and so is a base that the author of the pull request may have made.
 */
export async function useBaseSettings(
  inputs: Inputs,
  { base, untrusted }: Event,
  cwd: string,
): Promise<{ readonly inputs: Inputs; readonly notes: readonly string[] }> {
  if (base === undefined || inputs["settings-from"] !== "") return { inputs, notes: [] };
  if (base.isDefault && (await hasCommit(resolve(cwd, inputs.directory), base.commit)))
    return { inputs: { ...inputs, "settings-from": base.commit }, notes: [] };
  const why = base.isDefault
    ? "the clone lacks its base (`fetch-depth: 0`)"
    : "its base is not the default branch, and whoever may push can make another one (the input `settings-from` names a reviewed commit)";
  const note = `**The settings are those of this pull request:** osac cannot show what it changes in them, because ${why}.`;
  return { inputs, notes: untrusted === undefined ? [note] : [] };
}
