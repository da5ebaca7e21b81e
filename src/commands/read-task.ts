import { openReader } from "../cluster/client.ts";
import { loadAccessTests } from "../files/access-tests.ts";
import { listFiles, type Listing } from "../files/list-files.ts";
import { makeLayering } from "../settings/read-layering.ts";
import { readRecovery } from "../settings/read-connection.ts";
import type { Settings } from "../settings/settings.ts";
import { makePlaceholderRules } from "../files/placeholders/sources.ts";
import { OsacError } from "../errors.ts";
import type { GuardChoice } from "../guard/index.ts";
import type { Connection, Reader } from "../model/cluster.ts";
import type { Directory } from "../model/entity.ts";
import type { KindName } from "../model/kind-name.ts";
import type { LockoutTask } from "../engine/check-lockout.ts";
import { startReading, type ClusterReads } from "../engine/read-cluster.ts";
import { loadForPlan } from "../engine/read-files.ts";
import type { AdministrationTask, Task } from "../engine/task.ts";
import { placeInDirectory } from "../report/findings-text.ts";
import { connect } from "./connect.ts";
import type { Io } from "./io.ts";
import { readRestApiRoles } from "./managed-service.ts";
import { readFacts } from "./read-basis.ts";

/** Reads the files and choices that `plan`, `apply` and `drift` share. */
export async function readTask(
  settings: Settings,
  io: Io,
  listing: Promise<Listing> = listFiles(settings.directory, makeLayering(settings).layers),
): Promise<Task> {
  const layering = makeLayering(settings);
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
  const history = { directory: settings.directory, paths: settings.historyPaths, layering };
  const { strict: isStrict, secrets } = settings;
  const logins = settings.verifyPasswords ? ("try" as const) : undefined;
  const areSecretsOpaque = secrets === "opaque";
  const { accessTests: files } = await listing;
  const tests = await loadAccessTests(settings.directory, files);
  const accessTests = { ...tests, facts: await readFacts(settings, io) };
  const administration = makeAdministrationTask(settings);
  return {
    directory,
    choice,
    administration,
    accessTests,
    logins,
    history,
    hashing,
    isStrict,
    areSecretsOpaque,
  };
}

async function loadNamed(settings: Settings, io: Io, listing?: Promise<Listing>): Promise<Directory> {
  const { directory, directoryName, kinds: only } = settings;
  try {
    const [rules, layering] = [makePlaceholderRules(settings), makeLayering(settings)];
    return await loadForPlan(directory, io.env, { only, rules, layering, listing });
  } catch (error) {
    if (error instanceof OsacError)
      throw new OsacError(error.reason, placeInDirectory(error.findings, directoryName));
    throw error;
  }
}

/** Returns the limits of the settings, for commands that plan writes. */
export function makeGuardChoice({ maxDeletes, maxDeleteShare, allowDelete, setBy }: Settings): GuardChoice {
  return {
    deletes: { max: maxDeletes, setBy: setBy["maxDeletes"] },
    deleteShare: { max: Number.parseFloat(maxDeleteShare), setBy: setBy["maxDeleteShare"] },
    allowed: allowDelete,
  };
}

/** Returns the settings about administrators of the security configuration. */
export function makeAdministrationTask(settings: Settings): AdministrationTask {
  const { allowEscalation: approvals, breakGlass } = settings;
  return { restApiRoles: readRestApiRoles(settings), approvals, breakGlass };
}

/** Reads the break-glass access and the recovery certificate, for commands that plan writes. */
export async function readLockoutTask(settings: Settings, connection: Connection): Promise<LockoutTask> {
  const { breakGlass, allowLockoutRisk: isRiskAccepted } = settings;
  return {
    breakGlass,
    restApiRoles: readRestApiRoles(settings),
    isRiskAccepted,
    recovery: await readRecovery(settings, connection),
  };
}

/**
 * Runs a reading command with a reader, which cannot write and is closed at the end. The cluster is read
 * while the files are read; errors of the files are reported before errors of the cluster.
 */
export async function withReader<Result>(
  settings: Settings,
  io: Io,
  use: (reader: Reader, connection: Connection, task: Task, reads: ClusterReads) => Promise<Result>,
): Promise<Result> {
  const connection = await connect(settings, io);
  const reader = openReader(connection);
  try {
    const listing = listFiles(settings.directory, makeLayering(settings).layers);
    const declared = listing.then(({ files }) => listKinds(files, settings));
    const reads = startReading(reader, connection, declared);
    return await use(reader, connection, await readTask(settings, io, listing), reads);
  } finally {
    await reader.close();
  }
}

/** Lists the resource types that the files will declare, if the files are valid. */
function listKinds(files: Listing["files"], { kinds: only }: Settings): KindName[] {
  return [...files.keys()].map(({ name }) => name).filter((name) => !only || only.includes(name));
}
