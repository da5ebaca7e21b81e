import { helpText, parseArguments, type Given } from "./commands/arguments.ts";
import type { OneOfMany, RunEnd } from "./commands/fleet/run-end.ts";
import type { Command } from "./commands/index.ts";
import type { Io, Output } from "./commands/io.ts";
import { nameTarget } from "./commands/name-target.ts";
import { fitToScreen, printResult } from "./commands/reporters.ts";
import { completionFlag, readTokens, type Tokens } from "./commands/tokens.ts";
import { OsacError, failure, toOsacError } from "./errors.ts";
import { exitCodes, type ExitReason } from "./exit-codes.ts";
import type { Finding } from "./model/finding.ts";
import { failureResult } from "./report/failure-markdown.ts";
import { findingsText, sortFindings } from "./report/findings-text.ts";
import { printable } from "./report/printable.ts";
import { makeTheme } from "./report/theme.ts";
import { redact } from "./secrets/redact.ts";
import { readSettings } from "./settings/read-settings.ts";
import type { OutputFormat, Settings } from "./settings/settings.ts";
import { setV8Flags } from "./v8-flags.ts";

const signalCodes: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143 };

/** Runs one command line, without `--version`, and returns its exit code; it never throws. */
export async function runCommandLine(argv: readonly string[], io: Io): Promise<number> {
  setV8Flags();
  const tokens = readTokens(argv);
  const seen = { ...io, stderr: fitToScreen(io.stderr) };
  try {
    return await run(tokens, seen);
  } catch (error) {
    return reportFailure(error, tokens, seen).code;
  }
}

async function run(tokens: Tokens, io: Io): Promise<number> {
  if (tokens.argv.length === 0) io.stderr.write(await helpText(io.stderr.columns));
  if (tokens.argv[0] === completionFlag) {
    const { completeTargets } = await import("./commands/complete-targets.ts");
    const names = await completeTargets(tokens.argv.slice(1), io);
    if (names) {
      io.stdout.write(names.map((name) => `${name}\n`).join(""));
      return exitCodes.done.code;
    }
  }
  const parsed = await parseArguments(tokens, io.stdout.columns);
  if ("print" in parsed) {
    io.stdout.write(parsed.print);
    return exitCodes.done.code;
  }
  if (parsed.command.isJoint?.(parsed.flags)) return (await runJoint(parsed, io)).code;
  if (!parsed.flags.has("targetSelection") && !parsed.flags.has("plans"))
    return (await runGiven(parsed, io)).code;
  const { runFleet } = await import("./commands/fleet/run-fleet.ts");
  return toExitCode(await runFleet(parsed, io, { runTarget, runCommand }), io.signal);
}

/** Runs a command line of one cluster. */
async function runGiven({ command, ...given }: Given, io: Io, one?: OneOfMany): Promise<RunEnd> {
  const subject = await command.findSubject?.(given, io.cwd);
  const request = { options: command.options, outputs: command.outputs, flags: given.flags };
  const { settings, findings } = await readSettings(
    { ...request, ...(subject ?? given), isOneOfMany: one !== undefined },
    io.env,
    io.cwd,
    one?.isAttended ?? io.stdin.isTerminal,
  );
  one?.onSettings(settings);
  const seen = settings.quiet ? withHeldForeword(io) : io;
  if (findings.length > 0) printFindings(findings, { ...seen, stderr: seen.foreword ?? seen.stderr });
  try {
    return await runCommand(command, settings, seen);
  } catch (error) {
    throw await withSettingChanges(error, settings);
  }
}

/** Adds what a pull request changes about settings to an error: a run that fails must not hide it. */
async function withSettingChanges(error: unknown, { protection }: Settings): Promise<unknown> {
  const { reason, findings, cause } = toOsacError(error);
  const isTold = findings.some(({ code }) => code === "weakened-setting");
  if (isTold || protection.changes.length === 0) return error;
  const { weakeningFindings } = await import("./report/protective-settings.ts");
  return new OsacError(reason, [...findings, ...weakeningFindings(protection.changes)], { cause });
}

/** Runs a command that has one result for several targets. */
async function runJoint(given: Given, io: Io): Promise<RunEnd> {
  const { readFleetSettings } = await import("./commands/fleet/read-fleet-settings.ts");
  return runCommand(given.command, await readFleetSettings(given, io), io);
}

/** Runs a command line on one target of several. An error is the end of this target alone. */
async function runTarget(given: Given, io: Io, one: OneOfMany): Promise<RunEnd> {
  try {
    return await runGiven(given, io, one);
  } catch (error) {
    return reportFailure(error, { command: given.command }, io);
  }
}

/** Withholds warnings until other output follows; without other output they are never printed. */
function withHeldForeword(io: Io): Io {
  let held = "";
  const afterwards = (output: Output): Output => ({
    ...output,
    write: (text) => {
      if (text === "") return;
      io.stderr.write(held);
      held = "";
      output.write(text);
    },
  });
  const foreword = { ...io.stderr, write: (text: string) => void (held += text) };
  return { ...io, stdout: afterwards(io.stdout), stderr: afterwards(io.stderr), foreword };
}

/**
 * Runs a command. A signal ends it at once until it begins to write; after that, the command decides when to
 * stop.
 */
async function runCommand(command: Command, settings: Settings, io: Io): Promise<RunEnd> {
  if (io.signal.aborted) throw interruptedError(io.signal);
  const began = performance.now();
  let isWriting = false;
  const beginWriting = (): void => {
    if (io.signal.aborted) throw interruptedError(io.signal);
    isWriting = true;
  };
  const detachable = makeDetachable({ ...io, beginWriting });
  const running = command.load().then(async (module) => {
    const ended = await module.run(settings, detachable.io);
    if (!ended.result) return ended;
    const run = { command: command.name, target: settings.target, began, env: io.env };
    const result = nameTarget(ended.result, run);
    printResult(result, settings, detachable.io);
    return { ...ended, result };
  });
  const ended = await Promise.race([running, rejectOnSignal(io.signal, () => isWriting)]).finally(
    detachable.detach,
  );
  return { ...ended, code: toExitCode(ended.reason, io.signal) };
}

function toExitCode(reason: ExitReason, signal: AbortSignal): number {
  return reason === "interrupted" ? interruptedCode(signal) : exitCodes[reason].code;
}

function interruptedCode(signal: AbortSignal): number {
  return signalCodes[String(signal.reason)] ?? exitCodes.interrupted.code;
}

/**
 * Makes an `Io` that can be detached: a command that was interrupted continues until it notices, but prints
 * nothing.
 */
function makeDetachable(io: Io): { readonly io: Io; readonly detach: () => void } {
  let isDetached = false;
  const unlessDetached = (output: Output): Output => ({
    ...output,
    write: (text) => isDetached || output.write(text),
  });
  const { report } = io;
  const detachable: Io = {
    ...io,
    stdout: unlessDetached(io.stdout),
    stderr: unlessDetached(io.stderr),
    report: report && ((found) => isDetached || report(found)),
  };
  return {
    io: detachable,
    detach: () => {
      isDetached = true;
    },
  };
}

/** Rejects on a signal, unless the command now handles signals itself. */
async function rejectOnSignal(signal: AbortSignal, isUnheeded: () => boolean): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => {
      if (!isUnheeded()) reject(interruptedError(signal));
    };
    signal.addEventListener("abort", stop, { once: true });
  });
}

function interruptedError(signal: AbortSignal): OsacError {
  return failure(
    "interrupted",
    "interrupted",
    `interrupted by ${String(signal.reason)}, before anything was written to the cluster`,
  );
}

/** Reports an error that nothing caught and returns the exit code. */
export function reportCrash(error: unknown, argv: readonly string[], io: Io): number {
  return reportFailure(error, readTokens(argv), io).code;
}

/**
 * Reports an error and returns the end of the run. Prints findings on standard output if the caller asked for JSON,
 * Markdown or annotations. Adds the stack of an internal error, with secrets redacted.
 */
function reportFailure(
  error: unknown,
  { command, output: flag, target: named }: Pick<Tokens, "command" | "output" | "target">,
  io: Io,
): RunEnd {
  const target = named ?? io.env["OSAC_TARGET"];
  const output = flag ?? io.env["OSAC_OUTPUT"];
  const known = redactInternalError(toOsacError(error));
  const code = toExitCode(known.reason, io.signal);
  const format = findFailureFormat(output, command);
  const failed = failureResult(command?.name, code, known.findings);
  const result = nameTarget(failed, { command: command?.name, target, env: io.env });
  // Markdown goes to a comment, and whoever reads the log of the job needs the error as well.
  if (format === "markdown") io.stderr.write(findingsText(known.findings, makeTheme(io.stderr, io.env)));
  printResult(result, { output: format, quiet: false }, io);
  if (known.reason === "internal") printStack(known, io);
  return { reason: known.reason, code, result };
}

/** JSON is for every command, Markdown and annotations for those that have them. */
function findFailureFormat(output: string | undefined, command: Command | undefined): OutputFormat {
  if (output === "json") return output;
  const asked = (["github", "markdown"] as const).find((one) => one === output);
  return asked !== undefined && command?.outputs.includes(asked) ? asked : "text";
}

function printStack({ cause }: OsacError, io: Io): void {
  const lines = redact(formatStack(cause)).split("\n");
  io.stderr.write(`${lines.map((line) => printable(line.trim())).join("\n    ")}\n`);
}

/** Redacts the message of an internal error, which may quote secrets. */
function redactInternalError(error: OsacError): OsacError {
  if (error.reason !== "internal") return error;
  const findings = error.findings.map((finding) => ({ ...finding, message: redact(finding.message) }));
  return new OsacError(error.reason, findings, { cause: error.cause });
}

function formatStack(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function printFindings(findings: readonly Finding[], io: Io): void {
  io.stderr.write(findingsText(sortFindings(findings), makeTheme(io.stderr, io.env)));
}
