import { dirname, resolve } from "node:path";
import { readIntroduction } from "../cluster/identify.ts";
import { findNewestBackup, readBackup, type ReadBackup } from "../storage/backup-file.ts";
import type { Settings } from "../settings/settings.ts";
import { contentFindings } from "../lint/check-directory.ts";
import type { Connection, Reader } from "../model/cluster.ts";
import type { Directory } from "../model/entity.ts";
import { makeLockedLogin } from "../passwords/locked-login.ts";
import { makeRollbackDirectory, addPlaces } from "../plan/rollback/rollback-directory.ts";
import { noClusterUuidError } from "../plan/reviewed/saved-plan.ts";
import { plan } from "../engine/plan.ts";
import type { Task } from "../engine/task.ts";
import { printable } from "../report/printable.ts";
import { runPlan } from "./execute-plan.ts";
import { connect } from "./connect.ts";
import type { Ended } from "./index.ts";
import type { Io } from "./io.ts";
import { makeAdministrationTask, makeGuardChoice } from "./read-task.ts";

/** Plans and applies the restoration of a backup, through the stages of `apply`. */
export async function run(settings: Settings, io: Io): Promise<Ended> {
  const began = performance.now();
  const [name] = settings.words;
  const named = name === undefined ? undefined : await readBackup(resolve(io.cwd, name), name);
  const connection = await connect(settings, io);
  // Findings name the backup itself, not a file of a directory.
  const placed = { ...settings, directoryName: "." };
  return runPlan(
    { command: "rollback", settings: placed, io, connection, began },
    async (writer, lockout) => {
      const read = named ?? (await findNewest(writer, connection, settings, io));
      const { plan: made, ...rest } = await plan(writer, connection, {
        ...makeTask(read, settings),
        lockout,
      });
      return { plan: addPlaces(made, read.backup, read.locate), ...rest };
    },
  );
}

/** Finds the newest backup of the cluster, and prints its path. */
async function findNewest(
  reader: Reader,
  connection: Connection,
  { backup: directory }: Settings,
  { env, stderr }: Io,
): Promise<ReadBackup> {
  const { uuid } = await readIntroduction(reader, connection);
  if (uuid === undefined) throw noClusterUuidError("osac cannot tell which backups are of this cluster");
  const found = await findNewestBackup(uuid, directory, env);
  stderr.write(`rolling back ${printable(found.path)}, made at ${found.backup.createdAt}\n`);
  return found;
}

/** Makes a task of the backup, as of a directory with only the entities that its run changed. */
function makeTask({ path, backup, locate }: ReadBackup, settings: Settings): Task {
  const { kinds, prune, changedLogins } = makeRollbackDirectory(backup, locate);
  const declared: Directory = { path: dirname(path), kinds, ignored: [], findings: [] };
  return {
    directory: { ...declared, findings: contentFindings(declared) },
    choice: {
      forced: new Set(),
      areAllForced: false,
      prune,
      ignore: settings.ignore,
      secretPaths: [],
      settings: settings.protection,
      unseen: { lockedLogin: makeLockedLogin, changedLogins },
    },
    history: { directory: dirname(path), paths: [] },
    backup,
    guards: makeGuardChoice(settings),
    administration: makeAdministrationTask(settings),
    hashing: { algorithm: settings.passwordAlgorithm, cost: settings.passwordCost },
    isStrict: settings.strict,
  };
}
