#!/usr/bin/env node
import { isatty } from "node:tty";
import type { Io, Output } from "./commands/io.ts";
import { exitCodes } from "./errors.ts";
import { main, reportFailure } from "./main.ts";

const interruption = new AbortController();
const signals = ["SIGINT", "SIGTERM"] as const;
for (const signal of signals)
  process.once(signal, () => {
    interruption.abort(signal);
    // The second signal, whichever it is, ends the process at once, as Node does by itself.
    for (const other of signals) process.removeAllListeners(other);
  });

for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // A reader such as `head` may have seen enough.
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
    // Opened only when read: standard input that is open keeps a process alive.
    [Symbol.asyncIterator]: () => process.stdin[Symbol.asyncIterator](),
  },
  env: process.env,
  cwd: process.cwd(),
  signal: interruption.signal,
};
const argv = process.argv.slice(2);

let isCrashing = false;

/**
 * What nobody awaited: Node would print it as it is, secrets included. What goes wrong while it is told comes here as
 * well, and ends the process without a word, for there is nobody left to tell it.
 */
async function crash(error: unknown): Promise<void> {
  if (isCrashing) process.exit(exitCodes.internal.code);
  isCrashing = true;
  const { readTokens } = await import("./commands/tokens.ts");
  process.exit(await reportFailure(error, readTokens(argv), io));
}
process.on("uncaughtException", (error) => void crash(error));

const code = await main(argv, io);

process.exitCode ??= code;

// Connections that are still being made would keep the process for seconds. Not before all output is out, though, which on
// a pipe would be cut off, and not before a stream has told that it failed, which it does a turn after this.
process.stdout.write("", () => process.stderr.write("", () => setImmediate(() => process.exit())));
