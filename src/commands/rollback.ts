import { dirname, resolve } from "node:path";
import { readBackup, type ReadBackup } from "../config/written/backup-file.ts";
import type { Settings } from "../config/settings/settings.ts";
import { contentFindings } from "../config/validate.ts";
import type { ExitReason } from "../errors.ts";
import type { Directory } from "../model.ts";
import { makeLockedLogin } from "../passwords/locked-login.ts";
import { wayBack, withPlaces } from "../plan/rollback/way-back.ts";
import { plan, type Task } from "../reconcile.ts";
import { carryOut } from "./carry-out.ts";
import { connect } from "./connect.ts";
import type { Io } from "./io.ts";
import { guardsOf } from "./task.ts";

/** Plans and applies the way back to a backup, through the stages of `apply`. */
export async function run(settings: Settings, io: Io): Promise<ExitReason> {
  const began = performance.now();
  const name = settings.argument!;
  const path = resolve(io.cwd, name);
  const read = await readBackup(path, name);
  const task = taskOf(read, path, settings);
  const connection = await connect(settings, io);
  return carryOut({ command: "rollback", settings, io, connection, began }, async (writer, lockout) => {
    const { plan: made, ...rest } = await plan(writer, connection, { ...task, lockout });
    return { plan: withPlaces(made, read.backup, read.placeOf), ...rest };
  });
}

/** The backup as if it were a directory of files: what its run touched, and nothing else. */
function taskOf({ backup, placeOf }: ReadBackup, path: string, settings: Settings): Task {
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
