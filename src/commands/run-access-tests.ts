import { accessTestFindings } from "../engine/check-access-tests.ts";
import { loadAccessFromFiles, unreadFindings } from "../engine/load-access.ts";
import type { AccessTest } from "../model/access-test.ts";
import type { Directory } from "../model/entity.ts";
import type { Finding } from "../model/finding.ts";
import type { Settings } from "../settings/settings.ts";
import { readFacts, readServerVersion } from "./read-basis.ts";
import type { Io } from "./io.ts";

/** Runs access tests on the access that files declare. If a file cannot be read, it runs none. */
export async function runAccessTests(
  loaded: Directory,
  tests: readonly AccessTest[],
  settings: Settings,
  io: Io,
): Promise<readonly Finding[]> {
  if (unreadFindings(loaded).length > 0) return [];
  const facts = await readFacts(settings, io);
  const { access } = loadAccessFromFiles(loaded, readServerVersion(settings), facts);
  return accessTestFindings(access, tests);
}
