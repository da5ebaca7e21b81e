import { findingsText, sortFindings } from "../../report/findings-text.ts";
import { targetChangesText } from "../../report/protective-settings.ts";
import { makeTheme } from "../../report/theme.ts";
import { listOptions, type OptionName } from "../../settings/options.ts";
import { readSettings } from "../../settings/read-settings.ts";
import type { Settings } from "../../settings/settings.ts";
import type { Given } from "../arguments.ts";
import type { Io } from "../io.ts";
import { refuseFlagsOfOneCluster } from "./target-arguments.ts";

/** The options of the run as a whole; `target` is not among them, also not as a variable. */
const fleetOptions: readonly OptionName[] = [
  ...listOptions("common", "fleet").filter((name) => name !== "target"),
  "quiet",
  "out",
  "plans",
  "passGate",
  "yes",
  "live",
  "force",
  "github",
];

/** Reads the settings of a run over several targets, and prints their warnings. No login is among them. */
export async function readFleetSettings(given: Given, io: Io): Promise<Settings> {
  const { command, flags, directory, words } = given;
  refuseFlagsOfOneCluster(given);
  const known = fleetOptions.filter((name) => command.options.includes(name));
  const own = new Map([...flags].filter(([name]) => known.includes(name)));
  const request = { options: known, flags: own, directory, words, outputs: command.outputs };
  const { settings, findings } = await readSettings(request, io.env, io.cwd, io.stdin.isTerminal);
  const theme = makeTheme(io.stderr, io.env);
  if (settings.targetChanges.length > 0) io.stderr.write(targetChangesText(settings.targetChanges, theme));
  if (findings.length > 0) io.stderr.write(findingsText(sortFindings(findings), theme));
  return { ...settings, flags };
}
