import { relative } from "node:path";
import { readExamples } from "../files/package-files.ts";
import type { Settings } from "../settings/settings.ts";
import { findTop } from "../files/safe-path.ts";
import { writeFirstFiles } from "../storage/write-files.ts";
import { failure } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";
import {
  pipelineRules,
  plainPath,
  rightsExamples,
  rightsFiles,
  settingsFiles,
  workflowExamples,
  workflowFiles,
  type FirstFile,
} from "../export/first-files.ts";
import { exportDocument } from "../report/export-text.ts";
import { findingsText } from "../report/findings-text.ts";
import { initText } from "../report/init-text.ts";
import { connect } from "./connect.ts";
import { readExport, chooseExitReason } from "./export.ts";
import type { Ended } from "./index.ts";
import type { Io } from "./io.ts";

/** Writes the first files for an existing cluster. The cluster is only read. */
export async function run(settings: Settings, io: Io): Promise<Ended> {
  if (settings.targetSelection !== undefined) {
    const { initTargets } = await import("./fleet/init-targets.ts");
    return initTargets(settings, io);
  }
  const workflows = settings.github ? await placeWorkflows(settings, workflowExamples, io) : [];
  const connection = await connect(settings, io);
  const ignore = [...settings.ignore, ...pipelineRules];
  const { cluster, files, placeholders, leftOut, findings } = await readExport(connection, {
    ...settings,
    ignore,
  });
  const pipeline = leftOut.filter((rule) => pipelineRules.includes(rule));
  const examples = await readExamples(rightsExamples);
  const first = [
    ...settingsFiles(
      connection,
      placeholders.map(({ variable }) => variable),
      pipeline,
    ),
    ...rightsFiles(connection, examples),
    ...workflows,
  ];
  await writeFirstFiles(settings.directory, [...files, ...first]);

  const reason = chooseExitReason(findings);
  const written = { result: "written" } as const;
  const exported = {
    cluster,
    directory: settings.directoryName,
    files: [
      ...files.map(({ kind, file, entities }) => ({ file, ...written, kind, entities })),
      ...first.map(({ file }) => ({ file, ...written })),
    ],
    placeholders,
  };
  const steps = { hasWorkflows: settings.github, hasPipeline: pipeline.length > 0 };
  return {
    reason,
    result: {
      document: () => exportDocument(exported, exitCodes[reason].code, findings, "init"),
      before: (theme) => findingsText(findings, theme),
      text: (theme) => initText(exported, steps, theme),
    },
  };
}

/** Places the workflows in the repository of the directory; without one, in the working directory. */
export async function placeWorkflows(
  { directory, directoryName }: Settings,
  examples: readonly string[],
  io: Io,
): Promise<FirstFile[]> {
  const top = findTop(directory) ?? io.cwd;
  const within = relative(top, directory) || ".";
  if (within !== "." && (!plainPath.test(within) || within.startsWith("..")))
    throw failure(
      "input",
      "directory-name",
      `a workflow cannot name the directory ${JSON.stringify(directoryName)}; nothing was written`,
      { hint: "give one below the repository, named with letters, digits, _, - and ." },
    );
  return workflowFiles(relative(directory, top) || ".", within, await readExamples(examples));
}
