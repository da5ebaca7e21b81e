import { forbiddenKinds } from "../cluster/access.ts";
import type { Applied } from "../cluster/write/apply.ts";
import { openWriter } from "../cluster/client.ts";
import type { Outcome } from "../cluster/write/verdict.ts";
import { openAuditLog, type AuditLog } from "../config/written/audit-log.ts";
import type { OptionName } from "../config/settings/options.ts";
import type { Settings } from "../config/settings/settings.ts";
import { OsacError, exitCodes, refusalOf, type ExitReason } from "../errors.ts";
import { addressOf } from "../kinds/address.ts";
import type { LockoutTask } from "../lockout.ts";
import type { Change, Connection, Finding, PatchRequest, Plan, Writer } from "../model.ts";
import { notInBackup } from "../plan/rollback/backup.ts";
import { placeholdersUnseen } from "../plan/server-placeholders.ts";
import { apply, lookAgain, prepare } from "../apply.ts";
import type { Reconciliation } from "../reconcile.ts";
import { formatCommand } from "../report/command-line.ts";
import { counted, findingsText, inDirectory } from "../report/findings.ts";
import { outcomesText } from "../report/outcome-text.ts";
import { lookOf } from "../report/terminal.ts";
import { auditor, type Auditor } from "./audit.ts";
import { keepBackup } from "./backup.ts";
import { isConfirmed } from "./confirm.ts";
import { withFullList } from "./full-list.ts";
import type { Io } from "./io.ts";
import { printPlan, reportOf, type Run } from "./print-plan.ts";
import { withStrictSettings } from "./strict-settings.ts";
import { nameFrom, repeatedFlags } from "./suggested.ts";
import { lockoutOf } from "./task.ts";

/** A run that writes, as its command begins it. */
interface Begun {
  readonly command: "apply" | "rollback";
  readonly settings: Settings;
  readonly io: Io;
  readonly connection: Connection;
  /** `performance.now()` at the start. */
  readonly began: number;
}

/** The same, with what was opened for it. */
interface Surroundings extends Begun {
  readonly recovery: Connection | undefined;
  readonly writer: Writer;
  readonly log: AuditLog | undefined;
}

/**
 * Has a plan made and carries it out. What that needs is opened before, so that a log that cannot be kept ends the run
 * before anything is asked, and closed whatever happens.
 */
export async function carryOut(
  begun: Begun,
  makePlan: (writer: Writer, lockout: LockoutTask) => Promise<Reconciliation>,
): Promise<ExitReason> {
  const { settings, connection } = begun;
  const log = settings.auditLog === undefined ? undefined : openAuditLog(settings.auditLog);
  const writer = openWriter(connection);
  try {
    const lockout = await lockoutOf(settings, connection);
    const reconciliation = await makePlan(writer, lockout);
    return await execute(reconciliation, { ...begun, recovery: lockout.recovery, writer, log });
  } finally {
    await writer.close();
    log?.close();
  }
}

/** Does what is planned, whoever planned it: say it, ask, keep what there was, write, say what came of it. */
async function execute(found: Reconciliation, around: Surroundings): Promise<ExitReason> {
  const { settings, io } = around;
  const judged = withStrictSettings(withFullList(found.plan, settings), settings);
  const reconciliation = withLosses({ ...found, plan: judged }, settings);
  const { plan: planned } = reconciliation;
  const refusal = refusalOf(planned.findings);
  if (refusal !== undefined || planned.changes.length === 0) {
    const reason = refusal ?? "done";
    print(planned, reason, around);
    return reason;
  }
  await refuseForbidden(planned, around);
  if (settings.output === "text") print(planned, "done", around);
  // Only said here: in every plan and every document it would be noise.
  if (planned.cluster.adminDn === undefined)
    io.stderr.write(findingsText([placeholdersUnseen], lookOf(io.stderr, io.env)));
  if (!settings.yes) {
    const question = `Write ${counted(planned.changes.length, "change")} to ${planned.cluster.name ?? "the cluster"}?`;
    if (!(await isConfirmed(question, settings, io))) return "done";
  }
  return write(reconciliation, around);
}

/** Says of a plan, before anybody agrees to it, what a rollback could not bring back. */
function withLosses({ plan: planned, ...rest }: Reconciliation, { backupSecrets }: Settings): Reconciliation {
  const losses = notInBackup(planned, rest.live, backupSecrets);
  return { plan: { ...planned, findings: [...planned.findings, ...losses] }, ...rest };
}

async function write(reconciliation: Reconciliation, around: Surroundings): Promise<ExitReason> {
  const { plan: planned } = reconciliation;
  const { settings, io } = around;
  const hashing = { algorithm: settings.passwordAlgorithm, cost: settings.passwordCost };
  const ready = await prepare(reconciliation, hashing);
  const isHeld = !settings.yes || planned.review !== undefined;
  if (isHeld && !(await isUnmoved(ready, around))) return "stale";
  io.beginWriting?.();
  io.signal.addEventListener("abort", () => io.stderr.write(interrupted), { once: true });
  const kept = await keepBackup(reconciliation, around);
  const audit = await auditorOf(ready, around);
  const written = await apply(around.writer, around.connection, ready, {
    keepsGoing: settings.keepGoing,
    recovery: around.recovery,
    comparesBeforeEach: planned.review !== undefined,
    signal: io.signal,
    onRequest: (request, index) => announce(request, index, planned, io),
    ...audit,
    onUnclear: ({ kind }, seconds) =>
      io.stderr.write(`${kind}: no clear answer; looking for up to ${seconds} s whether it was written\n`),
  });
  const findings = [...kept.findings, ...(await kept.complete(written))];
  io.stderr.write(findingsText(findings, lookOf(io.stderr, io.env)));
  return report(planned, written, { ...around, backup: kept.path });
}

/** Said at once, since a write can take minutes, in which somebody might lose patience. */
const interrupted =
  "interrupted: the request under way is finished first; a second signal stops at once, without a report of the result\n";

async function auditorOf(
  reconciliation: Reconciliation,
  { command, settings: { directory }, io, connection, writer, log }: Surroundings,
): Promise<Auditor | undefined> {
  return log && auditor(log, reconciliation, { command, directory, connection }, writer, io);
}

/** Says before the first write which kinds the caller may not write, all of them. */
async function refuseForbidden(planned: Plan, { writer, connection }: Surroundings): Promise<void> {
  const names = [...new Set(planned.changes.map(({ kind }) => kind))];
  const forbidden = await forbiddenKinds(writer, connection, planned.cluster, names);
  if (forbidden.length === 0) return;
  const findings = forbidden.map(({ kind, reason, hint }): Finding => ({
    code: "not-allowed",
    severity: "error",
    message: `it has changes that the caller may not write: ${reason}; nothing was written`,
    kind,
    ...(hint === undefined ? {} : { hint }),
  }));
  throw new OsacError("access", findings);
}

/** What was confirmed or reviewed is what was shown: a cluster that moved meanwhile is not written. */
async function isUnmoved(reconciliation: Reconciliation, around: Surroundings): Promise<boolean> {
  const seen = await lookAgain(around.writer, around.connection, reconciliation);
  if (seen.findings.length === 0) return true;
  print(seen, "stale", around);
  return false;
}

function announce({ kind, changes, isStub }: PatchRequest, index: number, { requests }: Plan, io: Io): void {
  const what = isStub
    ? `${counted(changes.length, "entity")} to be filled later`
    : counted(changes.length, "change");
  io.stderr.write(`[${index + 1}/${requests.length}] ${kind}: ${what}\n`);
}

function report(planned: Plan, applied: Applied, around: Surroundings & { backup: string }): ExitReason {
  const { command, settings, io, began } = around;
  const reason = reasonOf(applied, io.signal);
  const whole = { ...planned, findings: [...planned.findings, ...applied.findings] };
  if (settings.output !== "text") {
    print(whole, reason, around, applied.outcomes);
    return reason;
  }
  io.report?.(reportOf(whole, runOf(reason, around, applied.outcomes), settings));
  const findings = inDirectory(applied.findings, settings.directoryName);
  io.stderr.write(findingsText(findings, lookOf(io.stderr, io.env)));
  const seconds = (performance.now() - began) / 1000;
  io.stdout.write(outcomesText(command, applied, seconds, lookOf(io.stdout, io.env)));
  io.stdout.write(wayBackText(applied, around));
  return reason;
}

/** The command that takes the run back; nothing where it wrote nothing. */
function wayBackText({ outcomes }: Applied, around: Surroundings & { backup: string }): string {
  const { settings, io, backup } = around;
  if (outcomes.every(({ result }) => result === "not-tried")) return "";
  const flags = repeatedFlags(settings, "rollback", notTakenBack);
  return `To roll back: ${formatCommand(["rollback", nameFrom(io.cwd, backup), ...flags])}\n`;
}

/** Choices about the changes of this run: another run has to make its own. */
const notTakenBack: readonly OptionName[] = ["ignore", "allowDelete", "allowLockoutRisk", "yes"];

function reasonOf({ outcomes, findings }: Applied, signal: AbortSignal): ExitReason {
  if (findings.some(({ refusedBy }) => refusedBy === "lockout")) return "lockout";
  if (findings.length === 0 && outcomes.every(({ result }) => result === "done")) return "done";
  return signal.aborted && outcomes.every(({ result }) => result === "not-tried") ? "interrupted" : "partial";
}

function print(
  planned: Plan,
  reason: ExitReason,
  around: Surroundings & { readonly backup?: string },
  outcomes: readonly Outcome[] = [],
): void {
  printPlan(planned, runOf(reason, around, outcomes), around.settings, around.io);
}

function runOf(
  reason: ExitReason,
  { command, writer, began, backup }: Surroundings & { readonly backup?: string },
  outcomes: readonly Outcome[],
): Run {
  const results = new Map(outcomes.map(({ change, result }) => [keyOf(change), result]));
  const about = (change: Change): { result?: string } => {
    const result = results.get(keyOf(change));
    return result === undefined ? {} : { result };
  };
  const exitCode = exitCodes[reason].code;
  const kept = backup === undefined ? {} : { backup };
  const run = { command, exitCode, requests: writer.requests, began, about, ...kept };
  const isToBeApplied = command === "apply" && (reason === "done" || outcomes.length > 0);
  return isToBeApplied ? { ...run, id: {} } : run;
}

/** Hashing passwords makes new changes of the planned ones; their names stay. */
function keyOf(change: Change): string {
  return `${change.action} ${addressOf(change)}`;
}
