import type { Io } from "./commands/io.ts";
import { exitCodes } from "./exit-codes.ts";
import { toolVersion } from "./tool-version.ts";

/** Runs one command line and returns its exit code; it never throws. It loads only this file for `--version`. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) {
    io.stdout.write(`${toolVersion()}\n`);
    return exitCodes.done.code;
  }
  const { runCommandLine } = await import("./command-line.ts");
  return runCommandLine(argv, io);
}
