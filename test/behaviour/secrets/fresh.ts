import { vi } from "vitest";
import type { Io } from "../../../src/commands/io.ts";
import { osac, type Ran } from "../../support/osac.ts";

/** Runs osac as a process of its own would: it knows no secret that an earlier run in this process has met. */
export async function freshOsac(argv: readonly string[], given: Partial<Io>): Promise<Ran> {
  vi.resetModules();
  const { main } = await import("../../../src/main.ts");
  return osac(argv, given, main);
}
