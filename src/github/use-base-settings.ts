import { resolve } from "node:path";
import { hasCommit } from "../git/file-at.ts";
import type { Event } from "./event.ts";
import type { Inputs } from "./inputs.ts";

/**
 * Sets `settings-from` of a pull request to its base, so that its changes of settings count only once it is
 * merged. Returns a note if the clone lacks the base, or if the author of the pull request may have made the
 * base.
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
