import { expect, test } from "vitest";
import { isConfirmed } from "../../../src/commands/confirm.ts";
import type { Io } from "../../../src/commands/io.ts";
import { makeIo } from "../../support/osac.ts";
import { listErrors } from "../../support/refusal.ts";

async function* type(text: string): AsyncGenerator<string> {
  yield text;
}

/** A person at a terminal who types this. */
function person(text: string): { readonly io: Io; readonly written: () => string } {
  let written = "";
  const stderr = { write: (one: string) => void (written += one), isTerminal: true };
  const stdin = Object.assign(type(text), { isTerminal: true });
  return { io: makeIo({ stdin, stderr }), written: () => written };
}

test.for(["y\n", "Y\n", "yes\n", "YES\n", " yes \n"])("%j agrees", async (answer) => {
  const { io, written } = person(answer);
  expect(await isConfirmed("Write?", { output: "text" }, io)).toBe(true);
  expect(written()).toBe("Write? [y/N] ");
});

test.for(["\n", "", "n\n", "yikes\n", "ye\n", "yes please\n", "no yes\n", "ok\n"])(
  "%j declines",
  async (answer) => {
    const { io, written } = person(answer);
    expect(await isConfirmed("Write?", { output: "text" }, io)).toBe(false);
    expect(written()).toBe("Write? [y/N] Declined: nothing was written.\n");
  },
);

test("nobody is asked without a terminal, or where the output is for a program", async () => {
  const hint = "and nothing was written | confirm with --yes";
  expect(await listErrors(async () => isConfirmed("Write?", { output: "text" }, makeIo()))).toEqual([
    `[no-confirmation] there is no terminal to ask on, ${hint}`,
  ]);
  const { io, written } = person("y\n");
  expect(await listErrors(async () => isConfirmed("Write?", { output: "json" }, io))).toEqual([
    `[no-confirmation] --output json does not ask, ${hint}`,
  ]);
  expect(written()).toBe("");
});
