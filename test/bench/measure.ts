import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";

/** What one process took. */
export interface Measured {
  readonly seconds: number;
  readonly megabytes: number;
}

/** The built command line, and the bare scripts that it is compared with. */
export const cli: string = join(import.meta.dirname, "../../dist/bin/osac.js");
export const floor: string = join(import.meta.dirname, "floor.mjs");
export const packagesScript: string = join(import.meta.dirname, "packages.mjs");

const reporter = join(import.meta.dirname, "report-memory.mjs");

/** Runs Node with these arguments, from its start to its end; anything but success is an error. */
export async function measure(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Measured> {
  const began = performance.now();
  const child = spawn(process.execPath, ["--import", reporter, ...argv], {
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const [, , , memory] = child.stdio as unknown as Readable[];
  const outputs = Promise.all([text(child.stdout!), text(child.stderr!), text(memory!)]);
  const [code] = (await once(child, "close")) as [number | null];
  const seconds = (performance.now() - began) / 1000;
  const [, stderr, kilobytes] = await outputs;
  if (code !== 0) throw new Error(`${argv.join(" ")} ended with ${code}: ${stderr}`);
  return { seconds, megabytes: Number(kilobytes) / 1024 };
}

/** The run of median time out of several. */
export async function median(runs: number, run: () => Promise<Measured>): Promise<Measured> {
  const all: Measured[] = [];
  for (let index = 0; index < runs; index += 1) all.push(await run());
  return all.toSorted((a, b) => a.seconds - b.seconds)[Math.floor(runs / 2)]!;
}
