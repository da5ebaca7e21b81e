import { statSync } from "node:fs";
import { resolve } from "node:path";
import { readBackup } from "../storage/backup-file.ts";
import type { Subject } from "./index.ts";

/**
 * Finds the backup and directory of `osac rollback WORD`. A directory means its settings with the newest
 * backup. A file means that backup, with the settings of its run's directory if that exists, otherwise of the
 * current one.
 */
export async function findSubject(word: string | undefined, cwd: string): Promise<Subject> {
  if (word === undefined) return { directory: "." };
  if (isDirectory(cwd, word)) return { directory: word };
  const { backup } = await readBackup(resolve(cwd, word), word);
  const { directory = "." } = backup;
  return { directory: isDirectory(cwd, directory) ? directory : ".", words: [word] };
}

function isDirectory(cwd: string, name: string): boolean {
  return statSync(resolve(cwd, name), { throwIfNoEntry: false })?.isDirectory() ?? false;
}
