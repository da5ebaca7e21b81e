import type { Io } from "./commands/io.ts";
import { runAction } from "./github/run-action.ts";
import { main } from "./main.ts";

const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interruption.abort(signal));

const output = { write: (text: string) => void process.stdout.write(text), isTerminal: false };

const io: Io = {
  stdout: output,
  stderr: output,
  stdin: { isTerminal: false, [Symbol.asyncIterator]: () => process.stdin[Symbol.asyncIterator]() },
  env: process.env,
  cwd: process.env["GITHUB_WORKSPACE"] ?? process.cwd(),
  signal: interruption.signal,
};

process.exitCode = await runAction(main, io);
