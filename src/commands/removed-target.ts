import { findExitReason, makeFinding } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";
import { failureReport, findingsMarkdown } from "../report/failure-markdown.ts";
import { findingsText, toErrors } from "../report/findings-text.ts";
import { weakeningFindings } from "../report/protective-settings.ts";
import type { Settings } from "../settings/settings.ts";
import type { Ended } from "./index.ts";

/**
 * The end of a run on a target that a pull request removes: after the merge no run is about its cluster, so there is
 * nothing to compare.
 */
export function removedTarget(command: string, { target, protection, strict }: Settings): Ended {
  const changes = weakeningFindings(protection.changes);
  const removed = makeFinding("target-removed", {
    message: `the files have the target ${target} no more: after the merge, no run changes its cluster`,
  });
  const findings = [removed, ...(strict ? toErrors(changes) : changes)];
  const reason = findExitReason(findings) ?? "done";
  const { document, findings: sorted } = failureReport(command, exitCodes[reason].code, findings);
  return {
    reason,
    result: {
      document: () => document,
      before: (theme) => findingsText(sorted, theme),
      text: () => "",
      report: () => ({
        document,
        findings: sorted,
        markdown: (options) => findingsMarkdown(`osac ${command}: nothing to compare`, sorted, options),
      }),
    },
  };
}
