import { exitCodes } from "../../exit-codes.ts";
import { failure } from "../../errors.ts";
import {
  fleetWorkflowExamples,
  rightsExamples,
  targetRightsFiles,
  targetSettingsFile,
  type FirstTarget,
} from "../../export/first-files.ts";
import { readExamples } from "../../files/package-files.ts";
import { initTargetsDocument, initTargetsText } from "../../report/fleet/init-text.ts";
import { options } from "../../settings/options.ts";
import { makeTargetPrefix, parseSettings } from "../../settings/settings-file.ts";
import type { Settings } from "../../settings/settings.ts";
import { writeFirstFiles } from "../../storage/write-files.ts";
import { placeWorkflows } from "../init.ts";
import type { Ended } from "../index.ts";
import type { Io } from "../io.ts";

/** Writes the first files for several clusters: settings, pipeline users, workflows. No cluster is asked. */
export async function initTargets(settings: Settings, io: Io): Promise<Ended> {
  const { directory, directoryName, github, targetSelection } = settings;
  const targets = readFirstTargets(targetSelection!, io.env);
  const osacYml = targetSettingsFile(targets);
  // A name that no target can have, or that has the variables of another, is an error of this file.
  await parseSettings(osacYml.text, osacYml.file, async () => Promise.resolve(undefined));
  const workflows = github ? await placeWorkflows(settings, fleetWorkflowExamples, io) : [];
  const files = [osacYml, ...targetRightsFiles(targets, await readExamples(rightsExamples)), ...workflows];
  await writeFirstFiles(directory, files);
  const begun = {
    directory: directoryName,
    targets: targets.map(({ name, url }) => ({ name, url })),
    files: files.map(({ file }) => ({ file, result: "written" as const })),
  };
  return {
    reason: "done",
    result: {
      document: () => initTargetsDocument(begun, exitCodes.done.code),
      text: (theme) => initTargetsText(begun, { hasWorkflows: github }, theme),
    },
  };
}

/** Reads the names of new targets, and the address of each from its own variable. */
function readFirstTargets(text: string, env: Io["env"]): FirstTarget[] {
  return text.split(",").map((part) => {
    const name = part.trim();
    const prefix = makeTargetPrefix(name);
    refuseSelection(name);
    const variable = `${prefix}URL`;
    const url = env[variable];
    if (!url)
      throw failure("input", "missing-argument", `the target ${name} has no address`, {
        hint: `set ${variable}, such as ${variable}=https://${name}.example.org:9200`,
      });
    return { name, prefix, url: options.url.type.read([url], { name: variable, base: "." }) };
  });
}

/** A new settings file has no groups and labels to select targets by. */
function refuseSelection(name: string): void {
  if (name !== "all" && /^[\w.-]+$/.test(name)) return;
  throw failure("input", "bad-target", `--targets: ${JSON.stringify(name)} is no name of a new target`, {
    hint: "list the names of the clusters, such as --targets canary,eu-1",
  });
}
