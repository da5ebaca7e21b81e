import { openReader } from "../cluster/client.ts";
import { listFiles } from "../config/list-files.ts";
import { readHealing } from "../config/settings/connection.ts";
import type { Settings } from "../config/settings/settings.ts";
import { placeholderRules } from "../config/placeholders/sources.ts";
import { OsacError } from "../errors.ts";
import type { GuardChoice } from "../guard/index.ts";
import type { Connection, Directory, KindName, Reader } from "../model.ts";
import type { LockoutTask } from "../lockout.ts";
import { ask, load, type Task } from "../reconcile.ts";
import { inDirectory } from "../report/findings.ts";
import { connect } from "./connect.ts";
import type { Io } from "./io.ts";

/** What `plan`, `apply` and `drift` have in common: the files and the choices. */
export async function readTask(settings: Settings, io: Io): Promise<Task> {
  const directory = await loadNamed(settings, io);
  const choice = {
    forced: new Set(settings.setPassword),
    areAllForced: settings.setAllPasswords,
    prune: settings.prune,
    ignore: settings.ignore,
    secretPaths: settings.setSecret,
  };
  const hashing = { algorithm: settings.passwordAlgorithm, cost: settings.passwordCost };
  const history = { directory: settings.directory, paths: settings.historyPaths };
  const { strict: isStrict, secrets } = settings;
  const logins = settings.verifyPasswords ? ("try" as const) : undefined;
  const areSecretsOpaque = secrets === "opaque";
  return { directory, choice, logins, history, hashing, isStrict, areSecretsOpaque };
}

async function loadNamed(settings: Settings, io: Io): Promise<Directory> {
  const { directory, directoryName, kinds } = settings;
  try {
    return await load(directory, io.env, kinds, placeholderRules(settings));
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

/** Who must not be locked out, and what may heal it; for the same commands. */
export async function lockoutOf(settings: Settings, connection: Connection): Promise<LockoutTask> {
  const { breakGlass, restApiRoles, allowLockoutRisk: isRiskAccepted } = settings;
  return { breakGlass, restApiRoles, isRiskAccepted, healing: await readHealing(settings, connection) };
}

/** What will be declared, unless something is wrong with the files. */
async function kindsWithFiles({ directory, kinds }: Settings): Promise<KindName[]> {
  const names = [...(await listFiles(directory)).files.keys()].map(({ name }) => name);
  return names.filter((name) => !kinds || kinds.includes(name));
}

/**
 * Runs a reading command: its reader has no way to write, and is closed whatever happens. The cluster is asked while the
 * files are read, so that neither waits for the other; what is wrong with the files is told first all the same.
 */
export async function withReader<Result>(
  settings: Settings,
  io: Io,
  use: (reader: Reader, connection: Connection, task: Task) => Promise<Result>,
): Promise<Result> {
  const connection = await connect(settings, io);
  const reader = openReader(connection);
  try {
    const asked = ask(reader, connection, kindsWithFiles(settings));
    return await use(reader, connection, { ...(await readTask(settings, io)), asked });
  } finally {
    await reader.close();
  }
}
