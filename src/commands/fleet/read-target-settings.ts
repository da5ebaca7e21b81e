import type { OptionName } from "../../settings/options.ts";
import { readSettings } from "../../settings/read-settings.ts";
import type { Settings } from "../../settings/settings.ts";
import type { Io } from "../io.ts";

/**
 * Reads the settings of one target of a joint run. Only variables of the target name its cluster and login.
 *
 * @param names the options that the run reads of each target
 */
export async function readTargetSettings(
  target: string,
  names: readonly OptionName[],
  { flags, directoryName, quiet }: Settings,
  io: Io,
): Promise<Settings> {
  const own = new Map([...flags].filter(([name]) => names.includes(name)));
  own.set("target", [target]).set("output", ["text"]);
  const request = { options: names, flags: own, directory: directoryName, isOneOfMany: true };
  const { settings } = await readSettings(
    { ...request, outputs: ["text"] },
    io.env,
    io.cwd,
    io.stdin.isTerminal && !quiet,
  );
  return settings;
}
