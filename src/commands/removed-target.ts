import { findExitReason, makeFinding } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";
import { failureResult } from "../report/failure-markdown.ts";
import { weakeningFindings } from "../report/protective-settings.ts";
import type { Settings } from "../settings/settings.ts";
import type { Ended } from "./index.ts";

/** Ends a run on a target that a pull request removes. osac compares nothing, because no run follows the merge. */
export function removedTarget(command: string, { target, protection, strict }: Settings): Ended {
  const removed = makeFinding("target-removed", {
    message: `the files no longer declare the target ${target}. After the merge, no run changes its cluster`,
  });
  const findings = [removed, ...weakeningFindings(protection.changes, strict)];
  const reason = findExitReason(findings) ?? "done";
  const title = `osac ${command}: nothing to compare`;
  return { reason, result: failureResult(command, exitCodes[reason].code, findings, title) };
}
