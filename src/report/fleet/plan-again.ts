import { makeFinding, isError } from "../../errors.ts";
import { exitCodes } from "../../exit-codes.ts";
import type { Finding } from "../../model/finding.ts";
import { formatQuantity } from "../findings-text.ts";
import type { TargetReport } from "./parse-report.ts";

/** Makes the finding about a target whose new plan, after its apply, is not empty. */
export function makeAgainFinding(what: string): Finding {
  return makeFinding("not-empty-again", {
    message: `after the apply, a new plan of the target ${what}: the next group does not start`,
    hint: "see who else writes to the cluster, and run again",
  });
}

/** Describes a new plan that has changes. */
export function formatAgainChanges(count: number): string {
  return `has ${formatQuantity(count, "change")}`;
}

/** Marks a target whose new plan is not empty: as written, but not as desired. */
export function markNotEmpty<Document extends Pick<TargetReport, "exitCode" | "findings">>(
  document: Document,
  finding: Finding,
): Document {
  return { ...document, exitCode: exitCodes.partial.code, findings: [finding, ...document.findings] };
}

/**
 * Returns the report of an apply as its new plan leaves it. An apply that failed stays as it is.
 *
 * @param broken the report of the target that cannot be read, which may be that of its new plan
 */
export function withPlanAgain(
  applied: TargetReport,
  again: TargetReport | undefined,
  broken: { readonly file: string; readonly why: string } | undefined,
): TargetReport {
  if (applied.command !== "apply" || applied.exitCode !== exitCodes.done.code) return applied;
  const unread = broken && `is unknown: ${broken.file} ${broken.why}`;
  const what = again ? describePlanAgain(again) : unread;
  if (what === undefined) return applied;
  return markNotEmpty(applied, makeAgainFinding(what));
}

function describePlanAgain({ exitCode, changes = [], findings }: TargetReport): string | undefined {
  if (changes.length > 0) return formatAgainChanges(changes.length);
  if (exitCode === exitCodes.done.code) return undefined;
  const error = findings.find(isError);
  return error ? `failed: ${error.message}` : `ended with exit code ${exitCode}`;
}
