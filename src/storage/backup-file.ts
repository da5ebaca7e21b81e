import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, isAbsolute, join } from "node:path";
import { depthMax, isTooDeep } from "../value/depth.ts";
import { formatPointer } from "../value/path.ts";
import { OsacError, failure, makeFinding } from "../errors.ts";
import { backupVersion, type Backup } from "../model/backup.ts";
import type { Finding, Place } from "../model/finding.ts";
import type { Json } from "../model/value.ts";
import { locateIn } from "../files/yaml/locate.ts";
import { describeFirstSchemaError } from "../schema/validation/schema-errors.ts";
import { explainWriteError, refuseLinkedPath, writePrivateFile } from "./atomic-file.ts";
import { readText } from "../files/read-file.ts";
import type { Environment } from "../model/environment.ts";
import { parseJson } from "../value/parse-json.ts";

/** The number of backups that osac keeps of one cluster in its own directory. */
const keptMax = 20;

/** The names of osac's own backups. osac never deletes other files. */
const ownName = /^\d{8}T\d{6}Z-[0-9a-f]{8}\.json$/;

/** The path of a written backup, and the findings of the write. */
export interface BackupFile {
  readonly path: string;
  readonly findings: readonly Finding[];
}

/**
 * Writes a backup into a directory, by default into the user's own, outside of every repository. Throws if
 * that fails, so that osac changes nothing without a backup.
 *
 * @param chosen the requested directory
 */
export async function writeBackup(
  backup: Backup,
  chosen: string | undefined,
  env: Environment,
): Promise<BackupFile> {
  const base = chosen ?? findStateDirectory(env);
  const directory = base ?? (await mkdtemp(join(tmpdir(), "osac-backup-")));
  const cluster = chosen ?? join(directory, backup.cluster.uuid ?? "unknown-cluster");
  const stamp = backup.createdAt.replaceAll(/[-:]|\.\d+/g, "");
  const path = join(cluster, `${stamp}-${randomBytes(4).toString("hex")}.json`);
  refuseLinkedPath(cluster);
  try {
    await mkdir(cluster, { recursive: true, mode: 0o700 });
    await rewriteBackup(path, backup);
  } catch (error) {
    const message = `the backup cannot be written to ${cluster}: ${explainWriteError(error)}; nothing was written`;
    throw failure("input", "no-backup", message, {
      hint: "name another directory with --backup",
      cause: error,
    });
  }
  if (chosen === undefined) await deleteOldest(cluster, basename(path));
  return { path, findings: base === undefined ? [homelessFinding(path)] : [] };
}

/** Writes a backup again, with the result of its run. */
export async function rewriteBackup(path: string, backup: Backup): Promise<void> {
  await writePrivateFile(path, `${JSON.stringify(backup, undefined, 2)}\n`);
}

/**
 * Returns `$XDG_STATE_HOME/osac/backups`, by default below the home directory; undefined if neither is set.
 */
function findStateDirectory({ XDG_STATE_HOME: state, HOME: home }: Environment): string | undefined {
  if (state && isAbsolute(state)) return join(state, "osac", "backups");
  return home && isAbsolute(home) ? join(home, ".local", "state", "osac", "backups") : undefined;
}

function homelessFinding(path: string): Finding {
  return makeFinding("temporary-backup", {
    message: `there is no home directory, so the backup is in a temporary directory, which the system clears: ${path}`,
    hint: "name a directory with --backup, or set HOME",
  });
}

/**
 * Deletes the oldest backups by name, which is the time; a clock may be wrong, so it keeps the newest. A
 * failure to delete does not affect the backup.
 */
async function deleteOldest(directory: string, newest: string): Promise<void> {
  const others = (await readdir(directory)).filter((name) => ownName.test(name) && name !== newest);
  const old = others.toSorted().slice(0, Math.max(0, others.length + 1 - keptMax));
  await Promise.all(old.map((name) => rm(join(directory, name), { force: true }).catch(() => undefined)));
}

/**
 * Finds the newest backup of a cluster. Throws if there is none.
 *
 * @param uuid of the cluster
 * @param chosen the directory of backups, if not the user's own
 */
export async function findNewestBackup(
  uuid: string,
  chosen: string | undefined,
  env: Environment,
): Promise<ReadBackup> {
  const base = findStateDirectory(env);
  const directory = chosen ?? (base && join(base, uuid));
  const names = directory === undefined ? [] : await readdir(directory).catch(() => []);
  for (const name of names
    .filter((one) => ownName.test(one))
    .toSorted()
    .toReversed()) {
    const path = join(directory!, name);
    const read = await readBackup(path, path);
    if (read.backup.cluster.uuid === uuid) return read;
  }
  const where = directory === undefined ? "there is no home directory" : `not in ${directory}`;
  throw failure("input", "no-backup", `there is no backup of the cluster ${uuid}: ${where}`, {
    hint: "name the file that osac apply printed, or with --backup the directory that it was kept in",
  });
}

/** A backup, and a function that finds a place in its file. */
export interface ReadBackup {
  readonly path: string;
  readonly backup: Backup;
  readonly locate: (path: readonly string[]) => Place;
}

/**
 * Reads a backup and checks its form only.
 *
 * @param name the name of the file in messages
 */
export async function readBackup(path: string, name: string): Promise<ReadBackup> {
  const content = await readText(dirname(path), basename(path), name);
  if ("finding" in content) {
    const { at: _, ...finding } = content.finding;
    throw new OsacError("input", [finding]);
  }
  const backup: unknown = parseJson(content.text);
  if (typeof backup !== "object" || backup === null) throw noBackupError(name, "it is no JSON document");
  if (isTooDeep(backup as Json))
    throw noBackupError(name, `it has more than ${depthMax} lists and maps in one another`);
  const { version } = backup as { version?: unknown };
  if (typeof version === "number" && version !== backupVersion)
    throw noBackupError(name, `its format is ${version}, and this version of osac reads ${backupVersion}`);
  const { default: schema } = await import("../../schemas/backup.schema.json", { with: { type: "json" } });
  const wrong = (await describeFirstSchemaError(schema, backup)) ?? findGap(backup as Backup);
  if (wrong !== undefined) throw noBackupError(name, wrong);
  // A report has a place in many lines. The path of the backup would fill them.
  const file = basename(path);
  const find = locateIn(file, content.text);
  const locate = (steps: readonly string[]): Place =>
    find(formatPointer(steps)) ?? { file, line: 1, column: 1 };
  return { path, backup: backup as Backup, locate };
}

/** Returns the first updated or deleted entity that the backup does not hold, in a sentence. */
function findGap({ changes, documents }: Backup): string | undefined {
  const missing = changes.find(
    ({ action, kind, name }) => action !== "create" && !Object.hasOwn(documents[kind] ?? {}, name),
  );
  return missing && `it does not have ${missing.kind}/${missing.name}, which its run changed`;
}

function noBackupError(name: string, why: string): OsacError {
  return failure("input", "no-backup", `${name} is no backup of osac apply: ${why}`, {
    hint: "osac apply prints the path of the backup that it makes",
  });
}
