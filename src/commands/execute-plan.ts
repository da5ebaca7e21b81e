import { findForbiddenKinds } from "../cluster/write-access.ts";
import type { Applied } from "../apply/apply-requests.ts";
import { openWriter } from "../cluster/client.ts";
import type { Outcome } from "../apply/request-outcome.ts";
import { openAuditLog, type AuditLog } from "../storage/audit-log.ts";
import type { OptionName } from "../settings/options.ts";
import { makeLayering } from "../settings/read-layering.ts";
import type { Settings } from "../settings/settings.ts";
import { OsacError, findExitReason, makeFinding } from "../errors.ts";
import { exitCodes, type ExitReason } from "../exit-codes.ts";
import { formatAddress } from "../kinds/address.ts";
import type { LockoutTask } from "../engine/check-lockout.ts";
import type { Change, PatchRequest } from "../model/change.ts";
import type { Connection, Writer } from "../model/cluster.ts";
import type { Finding } from "../model/finding.ts";
import type { Plan } from "../model/plan.ts";
import { notInBackupFindings } from "../plan/rollback/make-backup.ts";
import { placeholdersUnseenFinding } from "../plan/server-placeholders.ts";
import { apply, recheckPlan, prepare } from "../engine/apply-plan.ts";
import type { Reconciliation } from "../engine/plan.ts";
import { formatCommand } from "../report/command-line.ts";
import { formatQuantity, findingsText, placeInDirectory } from "../report/findings-text.ts";
import { outcomesText } from "../report/outcome-text.ts";
import type { Result } from "../report/command-result.ts";
import { makeTheme } from "../report/theme.ts";
import { createAuditor, type Auditor } from "./keep-audit-log.ts";
import { keepBackup } from "./keep-backup.ts";
import { isConfirmed } from "./confirm.ts";
import { withSettingErrors } from "./setting-errors.ts";
import type { Ended } from "./index.ts";
import type { Io } from "./io.ts";
import { makePlanResult } from "./plan-result.ts";
import { preview } from "./reporters.ts";
import { formatPathFrom, repeatedFlags } from "./repeat-flags.ts";
import { readLockoutTask } from "./read-task.ts";

/** A run that writes, as its command starts it. */
interface RunStart {
  readonly command: "apply" | "rollback";
  readonly settings: Settings;
  readonly io: Io;
  readonly connection: Connection;
  /** `performance.now()` at the start. */
  readonly began: number;
}

/** A run that writes, with its open writer, audit log and recovery connection. */
interface RunContext extends RunStart {
  readonly recovery: Connection | undefined;
  readonly writer: Writer;
  readonly log: AuditLog | undefined;
}

/**
 * Makes a plan and executes it. The audit log is opened first, so that an unusable log ends the run before
 * any request. Writer and log are closed in any case.
 */
export async function runPlan(
  start: RunStart,
  makePlan: (writer: Writer, lockout: LockoutTask) => Promise<Reconciliation>,
): Promise<Ended> {
  const { settings, connection } = start;
  const log = settings.auditLog === undefined ? undefined : openAuditLog(settings.auditLog);
  const writer = openWriter(connection);
  try {
    const lockout = await readLockoutTask(settings, connection);
    const reconciliation = await makePlan(writer, lockout);
    return await executePlan(reconciliation, { ...start, recovery: lockout.recovery, writer, log });
  } finally {
    await writer.close();
    log?.close();
  }
}

/** Executes a plan: shows it, asks, keeps a backup, writes, and reports the results. */
async function executePlan(found: Reconciliation, context: RunContext): Promise<Ended> {
  const { settings, io } = context;
  const judged = withSettingErrors(found.plan, settings);
  const reconciliation = addBackupFindings({ ...found, plan: judged }, settings);
  const { plan: planned } = reconciliation;
  const refusal = findExitReason(planned.findings);
  const reason = refusal ?? "done";
  const result = makeResult(planned, reason, context);
  if (refusal !== undefined || planned.changes.length === 0) return { reason, result };
  await refuseForbidden(planned, context);
  preview(result, settings, io);
  // This notice is printed only before a write: in every plan and document it would be noise.
  if (planned.cluster.adminDn === undefined)
    io.stderr.write(findingsText([placeholdersUnseenFinding], makeTheme(io.stderr, io.env)));
  if (!settings.yes) {
    const question = `Write ${formatQuantity(planned.changes.length, "change")} to ${planned.cluster.name ?? "the cluster"}?`;
    if (!(await isConfirmed(question, settings, io))) return { reason: "done" };
  }
  return write(reconciliation, context);
}

/** Adds findings for what a rollback could not restore, before anybody confirms the plan. */
function addBackupFindings(
  { plan: planned, ...rest }: Reconciliation,
  { backupSecrets }: Settings,
): Reconciliation {
  const losses = notInBackupFindings(planned, rest.live, backupSecrets);
  return { plan: { ...planned, findings: [...planned.findings, ...losses] }, ...rest };
}

async function write(reconciliation: Reconciliation, context: RunContext): Promise<Ended> {
  const { plan: planned } = reconciliation;
  const { settings, io } = context;
  const hashing = { algorithm: settings.passwordAlgorithm, cost: settings.passwordCost };
  const ready = await prepare(reconciliation, hashing);
  const isHeld = !settings.yes || planned.review !== undefined;
  const moved = isHeld ? await findMoved(ready, context) : undefined;
  if (moved) return { reason: "stale", result: makeResult(moved, "stale", context) };
  io.beginWriting?.();
  io.signal.addEventListener("abort", () => io.stderr.write(interrupted), { once: true });
  const kept = await keepBackup(reconciliation, context);
  const audit = await openAuditor(ready, context);
  const written = await apply(context.writer, context.connection, ready, {
    keepsGoing: settings.keepGoing,
    recovery: context.recovery,
    comparesBeforeEach: planned.review !== undefined,
    signal: io.signal,
    onRequest: (request, index) => announce(request, index, planned, io),
    ...audit,
    onUnclear: ({ kind }, seconds) =>
      io.stderr.write(`${kind}: no clear answer; checking for up to ${seconds} s whether it was written\n`),
  });
  const findings = [...kept.findings, ...(await kept.complete(written))];
  io.stderr.write(findingsText(findings, makeTheme(io.stderr, io.env)));
  return endApplied(planned, written, { ...context, backup: kept.path });
}

/** Printed at once, because a write can take minutes. */
const interrupted =
  "interrupted: the request under way is finished first; a second signal stops at once, without a report of the result\n";

async function openAuditor(
  reconciliation: Reconciliation,
  { command, settings, io, connection, writer, log }: RunContext,
): Promise<Auditor | undefined> {
  const { directory } = settings;
  const { layers } = makeLayering(settings);
  return log && createAuditor(log, reconciliation, { command, directory, layers, connection }, writer, io);
}

/** Refuses a plan before the first write, with all resource types that the caller may not write. */
async function refuseForbidden(planned: Plan, { writer, connection }: RunContext): Promise<void> {
  const names = [...new Set(planned.changes.map(({ kind }) => kind))];
  const forbidden = await findForbiddenKinds(writer, connection, planned.cluster, names);
  if (forbidden.length === 0) return;
  const findings = forbidden.map(({ kind, reason, hint }): Finding =>
    makeFinding("not-allowed", {
      message: `it has changes that the caller may not write: ${reason}; nothing was written`,
      kind,
      hint,
    }),
  );
  throw new OsacError("access", findings);
}

/**
 * Returns the plan with findings if the cluster changed after the plan was shown or reviewed; such a plan is
 * not written.
 */
async function findMoved(
  reconciliation: Reconciliation,
  { writer, connection }: RunContext,
): Promise<Plan | undefined> {
  const seen = await recheckPlan(writer, connection, reconciliation);
  return seen.findings.length === 0 ? undefined : seen;
}

function announce({ kind, changes, isStub }: PatchRequest, index: number, { requests }: Plan, io: Io): void {
  const what = isStub
    ? `${formatQuantity(changes.length, "entity")} created empty, filled later`
    : formatQuantity(changes.length, "change");
  io.stderr.write(`[${index + 1}/${requests.length}] ${kind}: ${what}\n`);
}

/** Makes the result of a run that wrote. The plan was printed before, so the text holds only the results. */
function endApplied(planned: Plan, applied: Applied, context: RunContext & { backup: string }): Ended {
  const { command, settings, io, began } = context;
  const reason = chooseExitReason(applied, io.signal);
  const whole = { ...planned, findings: [...planned.findings, ...applied.findings] };
  const findings = placeInDirectory(applied.findings, settings.directoryName);
  const seconds = (performance.now() - began) / 1000;
  const result: Result = {
    ...makeResult(whole, reason, context, applied.outcomes),
    before: (theme) => findingsText(findings, theme),
    text: (theme) => outcomesText(command, applied, seconds, theme) + formatRollbackHint(applied, context),
  };
  return { reason, result };
}

/** Formats the command that rolls the run back; empty if the run wrote nothing. */
function formatRollbackHint({ outcomes }: Applied, context: RunContext & { backup: string }): string {
  const { settings, io, backup } = context;
  if (outcomes.every(({ result }) => result === "not-tried")) return "";
  const flags = repeatedFlags(settings, "rollback", notTakenBack);
  return `To roll back: ${formatCommand(["rollback", formatPathFrom(io.cwd, backup), ...flags])}\n`;
}

/** Choices about the changes of this run, which a rollback must not repeat. */
const notTakenBack: readonly OptionName[] = [
  "ignore",
  "allowDelete",
  "allowEscalation",
  "allowLockoutRisk",
  "yes",
];

function chooseExitReason({ outcomes, findings }: Applied, signal: AbortSignal): ExitReason {
  if (findings.some(({ refusedBy }) => refusedBy === "lockout")) return "lockout";
  if (findings.length === 0 && outcomes.every(({ result }) => result === "done")) return "done";
  return signal.aborted && outcomes.every(({ result }) => result === "not-tried") ? "interrupted" : "partial";
}

function makeResult(
  planned: Plan,
  reason: ExitReason,
  { command, settings, writer, began, backup }: RunContext & { readonly backup?: string },
  outcomes: readonly Outcome[] = [],
): Result {
  const results = new Map(outcomes.map(({ change, result }) => [formatChangeKey(change), result]));
  const about = (change: Change) => ({ result: results.get(formatChangeKey(change)) });
  const exitCode = exitCodes[reason].code;
  const run = { command, exitCode, requests: writer.requests, began, about, backup };
  const isToBeApplied = command === "apply" && (reason === "done" || outcomes.length > 0);
  return makePlanResult(planned, { ...run, id: isToBeApplied ? {} : undefined }, settings);
}

/** Returns a key of a change. Hashing passwords replaces the change, but keeps the key. */
function formatChangeKey(change: Change): string {
  return `${change.action} ${formatAddress(change)}`;
}
