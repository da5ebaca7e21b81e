import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { Readable, Writable } from "node:stream";
import type { Settings } from "../settings/settings.ts";
import { failure, type OsacError } from "../errors.ts";
import type { Io } from "./io.ts";
import { reporters } from "./reporters.ts";

/**
 * Asks a question before anything is written, and returns true for yes. Without a terminal to ask on, it
 * throws an error: scripts confirm with `--yes`.
 */
export async function isConfirmed(
  question: string,
  { output }: Pick<Settings, "output">,
  io: Io,
): Promise<boolean> {
  if (!reporters[output].isForPeople) throw noConfirmationError(`--output ${output} does not ask`);
  if (!io.stdin.isTerminal) throw noConfirmationError("there is no terminal to ask on");
  const isAgreed = /^y(es)?$/i.test((await askQuestion(`${question} [y/N] `, io)).trim());
  if (!isAgreed) io.stderr.write("Declined: nothing was written.\n");
  return isAgreed;
}

async function askQuestion(question: string, io: Io): Promise<string> {
  const output = new Writable({
    write: (chunk, _, next) => {
      io.stderr.write(String(chunk));
      next();
    },
  });
  const input = Readable.from(io.stdin);
  const lines = createInterface({ input, output });
  try {
    // Input that ends without an answer declines; the question alone would wait forever.
    const ended = once(lines, "close").then(() => "");
    return await Promise.race([lines.question(question, { signal: io.signal }), ended]);
  } finally {
    lines.close();
    // Standard input that stays open would keep the process alive.
    input.destroy();
  }
}

function noConfirmationError(why: string): OsacError {
  return failure("input", "no-confirmation", `${why}, and nothing was written`, {
    hint: "confirm with --yes",
  });
}
