#!/usr/bin/env node
import { isatty } from "node:tty";
import type { Io, Output } from "./commands/io.ts";
import { exitCodes } from "./exit-codes.ts";
import { main } from "./main.ts";

const interruption = new AbortController();
const signals = ["SIGINT", "SIGTERM"] as const;
for (const signal of signals)
  process.once(signal, () => {
    interruption.abort(signal);
    // A second signal of either kind ends the process at once, as Node does by default.
    for (const other of signals) process.removeAllListeners(other);
  });

for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // A reader such as `head` may close the pipe early.
    if (error.code === "EPIPE") return;
    process.exitCode = exitCodes.input.code;
    if (stream !== process.stderr)
      process.stderr.write(`error: the output cannot be written (${error.code})\n`);
  });

function output(stream: NodeJS.WriteStream & { readonly fd: number }): Output {
  return { write: (text) => void stream.write(text), isTerminal: isatty(stream.fd), columns: stream.columns };
}

const io: Io = {
  stdout: output(process.stdout),
  stderr: output(process.stderr),
  stdin: {
    isTerminal: isatty(0),
    // The stream is opened only when it is read, because an open standard input keeps the process alive.
    [Symbol.asyncIterator]: () => process.stdin[Symbol.asyncIterator](),
  },
  env: process.env,
  cwd: process.cwd(),
  signal: interruption.signal,
};
const argv = process.argv.slice(2);

let isCrashing = false;

/**
 * Reports an unhandled error, because Node would print it with its secrets. If the report fails as well, the
 * process ends without output.
 */
async function crash(error: unknown): Promise<void> {
  if (isCrashing) process.exit(exitCodes.internal.code);
  isCrashing = true;
  const { reportCrash } = await import("./command-line.ts");
  process.exit(reportCrash(error, argv, io));
}
process.on("uncaughtException", (error) => void crash(error));

const code = await main(argv, io);

process.exitCode ??= code;

// Connections that are being made would keep the process alive for seconds, so it exits explicitly: after all
// output is written, which a pipe would lose, and after the turn in which a stream reports its failure.
process.stdout.write("", () => process.stderr.write("", () => setImmediate(() => process.exit())));
