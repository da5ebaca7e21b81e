import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { types } from "node:util";
import { main } from "../../src/main.ts";
import type { Io } from "../../src/commands/io.ts";

/** What a command line did. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** What tests keep of their clusters is nothing for anybody's home. */
const backups = join(tmpdir(), `osac-test-backups-${process.pid}`);
process.once("exit", () => rmSync(backups, { recursive: true, force: true }));

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
  const code = await run(argv, {
    ...makeIo(),
    stdout: output("out"),
    stderr: output("err"),
    ...given,
    // An environment that breaks when it is looked at is the test's own.
    env: given.env && types.isProxy(given.env) ? given.env : { OSAC_BACKUP: backups, ...given.env },
  });
  return { code, ...written };
}

/** A process that reads nothing, writes nowhere and is never interrupted. */
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
