import { findExitReason, makeFinding } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";
import { failureReport, findingsMarkdown } from "../report/failure-markdown.ts";
import { findingsText, toErrors } from "../report/findings-text.ts";
import { weakeningFindings } from "../report/protective-settings.ts";
import type { Settings } from "../settings/settings.ts";
import type { Ended } from "./index.ts";

/** Ends a run on a target that a pull request removes. osac compares nothing, because no run follows the merge. */
export function removedTarget(command: string, { target, protection, strict }: Settings): Ended {
  const changes = weakeningFindings(protection.changes);
  const removed = makeFinding("target-removed", {
    message: `the files no longer declare the target ${target}. After the merge, no run changes its cluster`,
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
