import { vi } from "vitest";
import type { Io } from "../../../src/commands/io.ts";
import { osac, type Ran } from "../../support/osac.ts";

/** Runs osac like a new process: it knows no secret of an earlier run in this process. */
export async function freshOsac(argv: readonly string[], given: Partial<Io>): Promise<Ran> {
  vi.resetModules();
  const { main } = await import("../../../src/main.ts");
  return osac(argv, given, main);
}
