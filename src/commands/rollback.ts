import { dirname, resolve } from "node:path";
import { introduce } from "../cluster/identify.ts";
import { findNewestBackup, readBackup, type ReadBackup } from "../config/written/backup-file.ts";
import type { Settings } from "../config/settings/settings.ts";
import { contentFindings } from "../config/validate.ts";
import type { ExitReason } from "../errors.ts";
import type { Connection, Directory, Reader } from "../model.ts";
import { makeLockedLogin } from "../passwords/locked-login.ts";
import { wayBack, withPlaces } from "../plan/rollback/way-back.ts";
import { noClusterUuid } from "../plan/reviewed/saved-plan.ts";
import { plan, type Task } from "../reconcile.ts";
import { printable } from "../report/printable.ts";
import { carryOut } from "./carry-out.ts";
import { connect } from "./connect.ts";
import type { Io } from "./io.ts";
import { guardsOf } from "./task.ts";

/** Plans and applies the way back to a backup, through the stages of `apply`. */
export async function run(settings: Settings, io: Io): Promise<ExitReason> {
  const began = performance.now();
  const { argument: name } = settings;
  const named = name === undefined ? undefined : await readBackup(resolve(io.cwd, name), name);
  const connection = await connect(settings, io);
  // Findings name the backup itself, and no file of a directory.
  const placed = { ...settings, directoryName: "." };
  return carryOut(
    { command: "rollback", settings: placed, io, connection, began },
    async (writer, lockout) => {
      const read = named ?? (await findNewest(writer, connection, settings, io));
      const { plan: made, ...rest } = await plan(writer, connection, { ...taskOf(read, settings), lockout });
      return { plan: withPlaces(made, read.backup, read.placeOf), ...rest };
    },
  );
}

/** The newest backup of the cluster that answers, and says which. */
async function findNewest(
  reader: Reader,
  connection: Connection,
  { backup: directory }: Settings,
  { env, stderr }: Io,
): Promise<ReadBackup> {
  const { uuid } = await introduce(reader, connection);
  if (uuid === undefined) throw noClusterUuid("osac cannot tell which backups are of this cluster");
  const found = await findNewestBackup(uuid, directory, env);
  stderr.write(`rolling back ${printable(found.path)}, made at ${found.backup.createdAt}\n`);
  return found;
}

/** The backup as if it were a directory of files: what its run touched, and nothing else. */
function taskOf({ path, backup, placeOf }: ReadBackup, settings: Settings): Task {
  const { kinds, prune, changedLogins } = wayBack(backup, placeOf);
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
    guards: guardsOf(settings),
    hashing: { algorithm: settings.passwordAlgorithm, cost: settings.passwordCost },
    isStrict: settings.strict,
  };
}
