import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** Creates a directory with these files. The end of the test removes it. */
export async function folder(files: Readonly<Record<string, string>>): Promise<string> {
  const path = await keptFolder(files);
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

/** Creates a directory with these files for several tests. The caller removes it. */
export async function keptFolder(files: Readonly<Record<string, string>>): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "osac-test-"));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  }
  return path;
}
