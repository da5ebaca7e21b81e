import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { types } from "node:util";
import { main } from "../../src/main.ts";
import type { Io } from "../../src/commands/io.ts";

/** The result of a command line. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Backups of tests must not go to the home directory. */
const backups = join(tmpdir(), `osac-test-backups-${process.pid}`);
process.once("exit", () => rmSync(backups, { recursive: true, force: true }));

/**
 * Runs a command line in this process, with an environment and a terminal of its own.
 *
 * @param run another copy of `main`, without the state of earlier runs in this process
 */
export async function osac(argv: readonly string[], given: Partial<Io> = {}, run = main): Promise<Ran> {
  const written = { out: "", err: "" };
  const output = (name: "out" | "err") => ({
    write: (text: string) => void (written[name] += text),
    isTerminal: false,
  });
  const code = await run(argv, {
    ...makeIo(),
    stdout: output("out"),
    stderr: output("err"),
    ...given,
    // A test may pass an environment that throws when it is read.
    env: given.env && types.isProxy(given.env) ? given.env : { OSAC_BACKUP: backups, ...given.env },
  });
  return { code, ...written };
}

/** A process without input and output that is never interrupted. */
export function makeIo(given: Partial<Io> = {}): Io {
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
