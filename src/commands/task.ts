import { openReader } from "../cluster/client.ts";
import { listFiles, type Listing } from "../config/list-files.ts";
import { readRecovery } from "../config/settings/connection.ts";
import type { Settings } from "../config/settings/settings.ts";
import { placeholderRules } from "../config/placeholders/sources.ts";
import { OsacError } from "../errors.ts";
import type { GuardChoice } from "../guard/index.ts";
import type { Connection, Directory, KindName, Reader } from "../model.ts";
import type { LockoutTask } from "../lockout.ts";
import { ask, loadForPlan, type Asked, type Task } from "../reconcile.ts";
import { inDirectory } from "../report/findings.ts";
import { connect } from "./connect.ts";
import type { Io } from "./io.ts";

/** What `plan`, `apply` and `drift` have in common: the files and the choices. */
export async function readTask(settings: Settings, io: Io, listing?: Promise<Listing>): Promise<Task> {
  const directory = await loadNamed(settings, io, listing);
  const choice = {
    forced: new Set(settings.setPassword),
    areAllForced: settings.setAllPasswords,
    prune: settings.prune,
    ignore: settings.ignore,
    secretPaths: settings.setSecret,
    settings: settings.protection,
  };
  const hashing = { algorithm: settings.passwordAlgorithm, cost: settings.passwordCost };
  const history = { directory: settings.directory, paths: settings.historyPaths };
  const { strict: isStrict, secrets } = settings;
  const logins = settings.verifyPasswords ? ("try" as const) : undefined;
  const areSecretsOpaque = secrets === "opaque";
  return { directory, choice, logins, history, hashing, isStrict, areSecretsOpaque };
}

async function loadNamed(settings: Settings, io: Io, listing?: Promise<Listing>): Promise<Directory> {
  const { directory, directoryName, kinds: only } = settings;
  try {
    return await loadForPlan(directory, io.env, { only, rules: placeholderRules(settings), listing });
  } catch (error) {
    if (error instanceof OsacError)
      throw new OsacError(error.reason, inDirectory(error.findings, directoryName));
    throw error;
  }
}

/** The limits of the settings, for commands that plan what will be written. */
export function guardsOf({ maxDeletes, maxDeleteShare, allowDelete, setBy }: Settings): GuardChoice {
  return {
    deletes: { most: maxDeletes, setBy: setBy["maxDeletes"] },
    deleteShare: { most: Number.parseFloat(maxDeleteShare), setBy: setBy["maxDeleteShare"] },
    allowed: allowDelete,
  };
}

/** Who must not be locked out, and what may undo a lockout; for the same commands. */
export async function lockoutOf(settings: Settings, connection: Connection): Promise<LockoutTask> {
  const { breakGlass, restApiRoles, allowLockoutRisk: isRiskAccepted } = settings;
  return { breakGlass, restApiRoles, isRiskAccepted, recovery: await readRecovery(settings, connection) };
}

/**
 * Runs a reading command: its reader has no way to write, and is closed whatever happens. The cluster is asked while the
 * files are read, so that neither waits for the other; what is wrong with the files is told before what is wrong with it.
 */
export async function withReader<Result>(
  settings: Settings,
  io: Io,
  use: (reader: Reader, connection: Connection, task: Task, asked: Asked) => Promise<Result>,
): Promise<Result> {
  const connection = await connect(settings, io);
  const reader = openReader(connection);
  try {
    const listing = listFiles(settings.directory);
    const declared = listing.then(({ files }) => kindsOf(files, settings));
    const asked = ask(reader, connection, declared);
    return await use(reader, connection, await readTask(settings, io, listing), asked);
  } finally {
    await reader.close();
  }
}

/** What will be declared, unless something is wrong with the files. */
function kindsOf(files: Listing["files"], { kinds: only }: Settings): KindName[] {
  return [...files.keys()].map(({ name }) => name).filter((name) => !only || only.includes(name));
}
