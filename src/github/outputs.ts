import { randomUUID } from "node:crypto";
import type { AccessChange } from "../model/access-change.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Report } from "../report/command-result.ts";

/**
 * All outputs of the Action with their descriptions; failed steps set them too. `action.yml` and the README
 * list them from here.
 */
export const outputs = {
  "exit-code": "the exit code of osac; the step itself knows only success and failure",
  "failure-reason":
    "why the step failed: validation, guard, stale-plan, partial, lockout, unreachable, changes, interrupted or error; empty if it did not",
  "has-changes": "whether the files and the cluster differ; empty where they were not compared",
  "has-drift": "whether drift found something that counts, as --fail-on says; empty where the check failed",
  "create-count": "entities to create, or created",
  "update-count": "entities to update, or updated",
  "delete-count": "entities to delete, or deleted",
  "unmanaged-count": "unmanaged entities: in the cluster, but not in the files",
  "access-gains":
    "effects by which somebody gains access; 0 where access was compared and nobody does, empty where no change can touch it",
  "access-losses": "the same for effects by which somebody loses access",
  escalations:
    "changes that let somebody administer, or that remove a protection, and that the settings do not allow",
  "plan-id": "the id of the plan, for expect-plan",
  "plan-file": "the saved plan",
  "report-file": "the report as JSON",
  "markdown-file": "the report as Markdown, within the size of a comment",
  "backup-file": "the backup of the changed entities, for osac rollback",
  "reverted-count": "drift with remediation revert: changes that were written",
  "issue-number": "the issue for the drift, open or just closed",
  "comment-url": "the comment on the pull request",
} as const;

type OutputName = keyof typeof outputs;
/** The outputs of a step. An absent output stays empty. */
export type Outputs = Readonly<Partial<Record<OutputName, string>>>;

const reasons: Readonly<Record<number, string>> = {
  0: "",
  2: "changes",
  3: "validation",
  4: "stale-plan",
  5: "guard",
  6: "partial",
  7: "unreachable",
  8: "lockout",
  130: "interrupted",
  143: "interrupted",
};

/** Returns the reason for the exit code of a failed step. */
export function failureReason(exitCode: number): string {
  return reasons[exitCode] ?? "error";
}

/** Formats the reason in words, with the exit code. */
export function failureText(command: string, exitCode: number): string {
  const meaning = Object.values(exitCodes).find(({ code }) => code === exitCode)?.meaning;
  const words = exitCode === exitCodes.changes.code ? changesText(command) : (meaning ?? "stopped");
  return `${words} (exit code ${exitCode})`;
}

function changesText(command: string): string {
  return command === "drift"
    ? "there is drift: the cluster differs from the files"
    : "the cluster differs from the files, and fail-on-changes is true";
}

/** Makes the outputs of a report. */
export function makeOutputs({ document }: Report): Outputs {
  if (!("changes" in document)) return {};
  const { summary, changes, planId, drift, exitCode, backup, access, escalations = [] } = document;
  const count = (name: string): string => String(summary[name] ?? 0);
  const countAccess = (direction: AccessChange["direction"]): string =>
    access === undefined ? "" : String(access.filter((one) => one.direction === direction).length);
  return {
    "has-changes": String(changes.length > 0),
    ...(drift && isResult(exitCode) ? { "has-drift": String(exitCode === exitCodes.changes.code) } : {}),
    "create-count": count("create"),
    "update-count": count("update"),
    "delete-count": count("delete"),
    "unmanaged-count": count("unmanaged"),
    "access-gains": countAccess("gain"),
    "access-losses": countAccess("loss"),
    escalations: String(escalations.filter(({ allowed }) => allowed === undefined).length),
    "plan-id": planId ?? "",
    "backup-file": backup ?? "",
  };
}

/** Returns true if the run has a result; a failed check has none. */
function isResult(exitCode: number): boolean {
  return exitCode === exitCodes.done.code || exitCode === exitCodes.changes.code;
}

/** Formats outputs for `GITHUB_OUTPUT`. A random line ends each value, so that no value can contain it. */
export function formatOutputs(values: Outputs): string {
  return Object.entries(values)
    .map(([name, value]) => {
      const end = `osac-${randomUUID()}`;
      return `${name}<<${end}\n${value}\n${end}\n`;
    })
    .join("");
}
