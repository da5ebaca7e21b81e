import { resolve } from "node:path";
import { mergedMarkdown } from "../report/fleet/merged-markdown.ts";
import { mergeReports } from "../report/fleet/merge-reports.ts";
import { fleetText, makeFleetDocument } from "../report/fleet/table.ts";
import { findWorstReason } from "../report/fleet/target-row.ts";
import type { FailureDocument } from "../report/json-text.ts";
import { targetChangesText } from "../report/protective-settings.ts";
import type { Settings } from "../settings/settings.ts";
import { readJsonFiles } from "../storage/read-reports.ts";
import type { Ended } from "./index.ts";
import type { Io } from "./io.ts";

/** Joins the reports that jobs wrote of one target each. */
export async function run(
  { words: [folder = ""], targets, targetChanges }: Settings,
  { cwd }: Io,
): Promise<Ended> {
  const files = await readJsonFiles(resolve(cwd, folder), folder);
  const merged = mergeReports(files, targets);
  const { command, rows } = merged;
  const reason = findWorstReason(rows);
  const table = makeFleetDocument(command, rows, reason);
  const reported = table.targets.map((row) => ({ ...row, report: merged.reports.get(row.target) ?? null }));
  const document = { ...table, targetChanges, targets: reported };
  return {
    reason,
    result: {
      document: () => document,
      text: (theme) => targetChangesText(targetChanges, theme) + fleetText(rows, theme),
      report: () => ({
        document: document as object as FailureDocument,
        findings: [],
        markdown: ({ limit }) => mergedMarkdown(merged, targetChanges, limit),
      }),
      isNothing:
        targetChanges.length === 0 && reason === "done" && rows.every(({ result }) => result === "clean"),
    },
  };
}
