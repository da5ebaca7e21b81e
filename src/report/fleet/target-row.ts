import { isError } from "../../errors.ts";
import { exitCodes, type ExitReason } from "../../exit-codes.ts";
import type { Finding } from "../../model/finding.ts";
import { compareByCodeUnit } from "../../value/record.ts";
import { countActions } from "../plan-json.ts";

/** The results of a target, the worst first. */
const targetResults = [
  "failed",
  "unreachable",
  "refused",
  "not started",
  "changes",
  "applied",
  "clean",
] as const;

/** The result of one target. */
export type TargetResult = (typeof targetResults)[number];

/** The number of changes of a target. */
interface ChangeCounts {
  readonly create: number;
  readonly update: number;
  readonly delete: number;
  /** Deletions, and other changes that take permissions away. */
  readonly destructive: number;
}

/** One target in the table of a run over several. */
export interface TargetRow {
  readonly target: string;
  readonly group: string | null;
  readonly result: TargetResult;
  /** Null if the target was not started. */
  readonly exitCode: number | null;
  /** Null if the run did not get as far as a plan. */
  readonly changes: ChangeCounts | null;
  readonly seconds: number | null;
  /** The first error. */
  readonly error: Pick<Finding, "code" | "message"> | null;
}

/** A target as the settings file names it. */
export interface NamedTarget {
  readonly name: string;
  readonly group?: string | null | undefined;
  /** The target may be the same cluster as others that are shared, too. */
  readonly isShared?: boolean;
}

/** The parts of a command's JSON document that a row shows. */
export interface TargetDocument {
  readonly command: string | null;
  readonly exitCode: number;
  readonly changes?:
    | readonly {
        readonly action: "create" | "update" | "delete";
        readonly destructive?: string | undefined;
        readonly revokedPermissions?: readonly unknown[] | undefined;
        readonly result?: string | undefined;
      }[]
    | undefined;
  readonly findings: readonly Pick<Finding, "code" | "severity" | "message">[];
}

/** Makes the row of a target from the document of its run; without a document it was not started. */
export function makeTargetRow(
  { name: target, group = null }: NamedTarget,
  document: TargetDocument | undefined,
  seconds: number | null,
): TargetRow {
  const head = { target, group };
  if (!document)
    return { ...head, result: "not started", exitCode: null, changes: null, seconds: null, error: null };
  const { exitCode, findings } = document;
  const first = findings.find(isError);
  return {
    ...head,
    result: findResult(document),
    exitCode,
    changes: countChanges(document),
    seconds,
    error: first ? { code: first.code, message: first.message } : null,
  };
}

/** Exit codes of runs that a guard or a review stopped. */
const refusals: readonly number[] = [exitCodes.stale.code, exitCodes.guard.code, exitCodes.lockout.code];

function findResult({ command, exitCode, changes = [] }: TargetDocument): TargetResult {
  if (exitCode === exitCodes.access.code) return "unreachable";
  // A lockout before the first write is a refusal; after a write, the run failed and was reverted.
  const hasWritten = changes.some(({ result }) => result !== undefined);
  if (refusals.includes(exitCode) && !hasWritten) return "refused";
  if (exitCode === exitCodes.changes.code) return "changes";
  if (exitCode !== exitCodes.done.code) return "failed";
  if (changes.length === 0) return "clean";
  return command === "apply" || command === "rollback" ? "applied" : "changes";
}

function countChanges({ changes }: TargetDocument): ChangeCounts | null {
  if (!changes) return null;
  const isDestructive = (one: (typeof changes)[number]): boolean =>
    one.action === "delete" || one.revokedPermissions !== undefined;
  return {
    ...countActions(changes),
    destructive: changes.filter(isDestructive).length,
  };
}

/** Sorts the worst target first: by result, by destructive changes, by name. */
export function sortTargetRows(rows: readonly TargetRow[]): TargetRow[] {
  const rank = ({ result }: TargetRow): number => targetResults.indexOf(result);
  const harm = ({ changes }: TargetRow): number => changes?.destructive ?? 0;
  return rows.toSorted(
    (a, b) => rank(a) - rank(b) || harm(b) - harm(a) || compareByCodeUnit(a.target, b.target),
  );
}

/** Counts the targets of each result that occurs, the worst first. */
export function countTargetResults(rows: readonly TargetRow[]): [TargetResult, number][] {
  return targetResults
    .map((result): [TargetResult, number] => [result, rows.filter((row) => row.result === result).length])
    .filter(([, count]) => count > 0);
}

/** The reasons for which a run over several targets ends, the worst first. */
export const worstReasons: readonly ExitReason[] = [
  "lockout",
  "partial",
  "internal",
  "interrupted",
  "guard",
  "stale",
  "input",
  "access",
  "changes",
  "done",
];

/**
 * Returns the worst reason of the targets. A target that was not started makes a run partial that would
 * otherwise count as good.
 */
export function findWorstReason(rows: readonly TargetRow[]): ExitReason {
  const found = rows.flatMap(({ exitCode }) => (exitCode === null ? [] : [readReason(exitCode)]));
  const worst = worstReasons.find((reason) => found.includes(reason)) ?? "done";
  const isGood = worst === "done" || worst === "changes";
  return isGood && rows.some(({ result }) => result === "not started") ? "partial" : worst;
}

/** SIGTERM has an exit code of its own, which counts as interrupted. */
function readReason(code: number): ExitReason {
  return worstReasons.find((reason) => exitCodes[reason].code === code) ?? "interrupted";
}
