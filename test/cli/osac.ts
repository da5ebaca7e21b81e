import { main } from "../../src/main.ts";
import type { Io } from "../../src/commands/io.ts";

/** What a command line did. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs a command line in this process, with an environment and a terminal of its own.
 *
 * @param run another copy of `main`, which has not met what others did in this process
 */
export async function osac(argv: readonly string[], given: Partial<Io> = {}, run = main): Promise<Ran> {
  const written = { out: "", err: "" };
  const output = (name: "out" | "err") => ({
    write: (text: string) => void (written[name] += text),
    isTerminal: false,
  });
  const code = await run(argv, { ...ioOf(), stdout: output("out"), stderr: output("err"), ...given });
  return { code, ...written };
}

/** A process that reads nothing, writes nowhere and is never interrupted. */
export function ioOf(given: Partial<Io> = {}): Io {
  const nowhere = { write: () => {}, isTerminal: false };
  return {
    stdout: nowhere,
    stderr: nowhere,
    stdin: Object.assign(nothing(), { isTerminal: false }),
    env: {},
    cwd: process.cwd(),
    signal: new AbortController().signal,
    ...given,
  };
}

async function* nothing(): AsyncGenerator<string> {}
