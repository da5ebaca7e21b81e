import { randomBytes } from "node:crypto";
import { open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { failure } from "../errors.ts";
import { explainNotWritten } from "../files/safe-path.ts";

/** The stored content shows the permissions of a cluster, so only the owner may read it. */
const ownerOnly = 0o600;

/** Writes a file completely or not at all. Only its owner may read it. */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  await writeAtomically(path, text, ownerOnly);
}

/** Writes a file completely or not at all, with the permissions of `mode`. */
export async function writeAtomically(path: string, text: string, mode: number): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  const file = await open(temporary, "wx", mode);
  try {
    // The umask of the process may have removed some permissions.
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

/** Explains a failed write in a user's words. Throws any other error, which is a fault of osac. */
export function explainWriteError(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (typeof code !== "string" || !code.startsWith("E")) throw error;
  return reasons[code] ?? `the system says ${code}`;
}

/**
 * Refuses to write to a path that a link of a git work tree leads to, whoever named the path: the author of a pull
 * request may have made the link.
 */
export function refuseLinkedPath(path: string): void {
  const why = explainNotWritten(path);
  if (why === undefined) return;
  throw failure("input", "refused-path", `${path} ${why}; nothing was written`, {
    hint: "name a path without links, for example outside of the work tree",
  });
}

/**
 * Resolves a link to its file. Refuses a link of a git work tree, and a device or a pipe, because the write would
 * replace it.
 */
export async function resolveTarget(path: string): Promise<string> {
  refuseLinkedPath(path);
  const about = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (!about) return path;
  if (!about.isFile()) throw Object.assign(new Error("not a file"), { code: "ENOTFILE" });
  return realpath(path);
}
