import { randomBytes } from "node:crypto";
import { open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** What is kept shows who may do what in a cluster, so nobody else may read it. */
const ownerOnly = 0o600;

/** Writes a file, whole or not at all, that nobody but its owner may read. */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  await writeAtomically(path, text, ownerOnly);
}

/** Writes a file, whole or not at all, which those may read whom `mode` lets. */
export async function writeAtomically(path: string, text: string, mode: number): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  const file = await open(temporary, "wx", mode);
  try {
    // The umask of whoever runs this may have taken some of it.
    await file.chmod(mode);
    await file.writeFile(text);
    await file.sync();
    await file.close();
    await rename(temporary, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "its directory does not exist",
  ENOTDIR: "its directory does not exist",
  ENOTFILE: "there is something of that name that is not a file",
  EACCES: "its directory may not be written by the user who runs this",
  EPERM: "its directory may not be written by the user who runs this",
  EROFS: "its directory may not be written by the user who runs this",
};

/** Why that could not be done, in a user's words. Any other error is a fault of the program. */
export function explainWriteError(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (typeof code !== "string" || !code.startsWith("E")) throw error;
  return reasons[code] ?? `the system says ${code}`;
}

/** Where the file itself is; a device or a pipe would be replaced by it. */
export async function resolveTarget(path: string): Promise<string> {
  const about = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (!about) return path;
  if (!about.isFile()) throw Object.assign(new Error("not a file"), { code: "ENOTFILE" });
  return realpath(path);
}
