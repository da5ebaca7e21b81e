import { failure, makeFinding, type OsacError } from "../../errors.ts";
import { exitCodes, type ExitReason } from "../../exit-codes.ts";
import { failureResult } from "../../report/failure-markdown.ts";
import { findingsText } from "../../report/findings-text.ts";
import { makeTargetRow, type TargetDocument, type TargetRow } from "../../report/fleet/target-row.ts";
import { makeTheme } from "../../report/theme.ts";
import { selectTargets } from "../../settings/select-targets.ts";
import type { Settings, TargetNote } from "../../settings/settings.ts";
import { makeStages, refuseMissingGroups } from "../../settings/target-stages.ts";
import type { Given } from "../arguments.ts";
import type { Io } from "../io.ts";
import { printResult } from "../reporters.ts";
import { ClusterClaims, refuseSameAddresses } from "./cluster-claims.ts";
import { findFleetReason, makeFleetResult, printSections } from "./fleet-result.ts";
import { followSignal } from "./follow-signal.ts";
import { announceTarget, identifyTargets } from "./identify-targets.ts";
import type { RunEnd, Runner } from "./run-end.ts";
import { runLimited } from "./run-limited.ts";
import { readFleetSettings } from "./read-fleet-settings.ts";
import { makePlanDirectory, makeTargetGiven } from "./target-arguments.ts";
import { keepOutput } from "./target-output.ts";
import { keepResult, type TargetRun } from "./target-run.ts";
import { closeGate, findGateError } from "./verify-gate.ts";

/** A run over several targets. */
interface Fleet {
  readonly given: Given;
  readonly settings: Settings;
  readonly targets: readonly TargetNote[];
  readonly io: Io;
  readonly runner: Runner;
  readonly claims: ClusterClaims;
  /** Why clusters could not be identified, by the name of the target. */
  readonly failures: ReadonlyMap<string, OsacError> | undefined;
  /** Called when a target has ended. */
  readonly onEnd: (row: TargetRow) => void;
}

/** Runs a command on several targets side by side, and returns the reason of the worst. */
export async function runFleet(given: Given, io: Io, runner: Runner): Promise<ExitReason> {
  const settings = await readFleetSettings(given, io);
  // Saved plans are those of all targets, so that none is left out by mistake.
  const targets = selectTargets(settings.targets, settings.targetSelection ?? "all");
  const stages = given.command.name === "apply" ? planWriting(targets, settings) : [targets];
  refuseSameAddresses(targets);
  await makePlanDirectory(settings);
  const onEnd = makeProgress(targets.length, settings, io);
  const claims = new ClusterClaims();
  // A run that only reads is refused afterwards.
  const failures =
    given.command.name === "apply" ? await identifyTargets(targets, claims, settings, io) : undefined;
  const fleet = { given, settings, targets, io, runner, claims, failures, onEnd };
  const runs = await runStages(fleet, stages);
  const reason = findFleetReason(runs, io.signal);
  printResult(makeFleetResult(given.command.name, runs, reason, settings.targetChanges), settings, io);
  return reason;
}

/** Checks a run that writes before anything is read, and returns its stages. */
function planWriting(targets: readonly TargetNote[], settings: Settings): TargetNote[][] {
  if (!settings.yes)
    throw failure("input", "no-confirmation", "a run over several targets does not ask", {
      hint: "review osac plan --targets … first, then confirm with --yes",
    });
  if (!settings.passGate) refuseMissingGroups(targets, settings.targets, settings.order);
  return makeStages(targets, settings.order);
}

/** Prints a line when a target has ended, for a person at a terminal. */
function makeProgress(count: number, { quiet }: Settings, { stderr }: Io): Fleet["onEnd"] {
  let ended = 0;
  return ({ target, result, seconds }) => {
    ended += 1;
    if (!stderr.isTerminal || quiet) return;
    stderr.write(`[${ended}/${count}] ${target}: ${result} in ${seconds?.toFixed(1)} s\n`);
  };
}

/**
 * Runs one stage after the other. A stage starts only when every target of the one before was applied, and
 * planned again without a change.
 */
async function runStages(fleet: Fleet, stages: readonly (readonly TargetNote[])[]): Promise<TargetRun[]> {
  const { settings, io } = fleet;
  const runs: TargetRun[] = [];
  for (const [index, stage] of stages.entries()) {
    const failed = runs.find(({ row }) => row.result !== "applied" && row.result !== "clean");
    if (failed && !settings.passGate) {
      runs.push(...stage.map((target) => notStarted(target, failed.row)));
      continue;
    }
    const isGate = index < stages.length - 1;
    const started = await runLimited(stage, settings.concurrency, async (target) =>
      runOne(fleet, target, isGate),
    );
    const ended = started.map((run, at) => refuseSharedCluster(run, stage[at]!, fleet));
    printSections(ended, settings, io);
    // Only the output is dropped: kept for all targets, it would fill the memory.
    runs.push(...ended.map((run) => ({ ...run, output: undefined })));
  }
  return runs;
}

/** Refuses a target whose cluster a target that ended later has as well. */
function refuseSharedCluster(run: TargetRun, target: TargetNote, fleet: Fleet): TargetRun {
  const { claims, given, settings, io } = fleet;
  const error = claims.findError(target.name);
  if (!error || run.row.result === "refused" || run.row.exitCode === null) return run;
  const { findings } = error;
  // A plan that must not be applied is not shown. What a run has written is.
  const output = (given.command.name === "apply" ? run.output : undefined) ?? keepOutput(io);
  output.stderr.write(findingsText(findings, makeTheme(io.stderr, io.env)));
  const { code } = exitCodes.guard;
  const row = makeTargetRow(target, { command: null, exitCode: code, findings }, run.row.seconds);
  return { row, output, ...keepResult(failureResult(given.command.name, code, findings), settings.output) };
}

function notStarted(target: TargetNote, failed: TargetRow): TargetRun {
  const message = `the target ${failed.target} of an earlier group was not applied and verified`;
  const { code } = makeFinding("earlier-group", { message });
  return { row: { ...makeTargetRow(target, undefined, null), error: { code, message } } };
}

/** Runs one target, and plans it again if a group waits for it. After a signal no target is started. */
async function runOne(fleet: Fleet, target: TargetNote, isGate: boolean): Promise<TargetRun> {
  const { given, settings, io, runner, claims, failures, onEnd } = fleet;
  if (io.signal.aborted) return { row: makeInterruptedRow(target, null) };
  const began = performance.now();
  const output = keepOutput(io);
  const following = followSignal(io.signal);
  const own: Io = {
    ...io,
    ...output,
    signal: following.signal,
    stdin: Object.assign(noInput(), { isTerminal: false }),
    // A token of the job is that of one cluster.
    freshToken: undefined,
    report: undefined,
    connectionFailure: failures?.get(target.name),
    claimCluster: (uuid, isShared) => claims.claim(target.name, uuid, isShared),
  };
  let read: Settings | undefined;
  const onSettings = (its: Settings): void => {
    read = its;
    // An apply has done so before it identified the clusters.
    if (given.command.name !== "apply") announceTarget(target, its, io);
  };
  const one = { isAttended: io.stdin.isTerminal && !settings.quiet, onSettings };
  const applied = await runner.runTarget(makeTargetGiven(given, target, settings), own, one);
  const error =
    isGate && applied.reason === "done" && read ? await findGateError(read, own, runner) : undefined;
  const ended = error ? closeGate(applied, error, own) : applied;
  const row = makeRow(target, ended, Math.round(performance.now() - began) / 1000);
  following.stop();
  output.pack();
  onEnd(row);
  return { row, output, ...keepResult(ended.result, settings.output) };
}

/** A run that a signal ended before it wrote anything counts as not started. */
function makeRow(target: TargetNote, { reason, result }: RunEnd, seconds: number): TargetRow {
  if (reason === "interrupted") return makeInterruptedRow(target, seconds);
  return makeTargetRow(target, result?.document() as TargetDocument | undefined, seconds);
}

function makeInterruptedRow(target: TargetNote, seconds: number | null): TargetRow {
  const message = "a signal ended the run before anything was written";
  const { code } = makeFinding("interrupted", { message });
  return { ...makeTargetRow(target, undefined, seconds), error: { code, message } };
}

async function* noInput(): AsyncGenerator<string> {}
