import { describeGrants } from "./access/describe-grants.ts";
import { documentsOf } from "./access/documents.ts";
import { touches, type OwnAccess } from "./access/own-changes.ts";
import { askKinds, liveKinds } from "./cluster/fetch.ts";
import { introduce, withVersion } from "./cluster/identify.ts";
import { storedDocuments } from "./cluster/stored-documents.ts";
import { versionFindings } from "./cluster/version.ts";
import { provedDeletions, type Proofs } from "./config/git/history.ts";
import { confusableNames } from "./config/confusable-names.ts";
import { limitTo } from "./config/limit.ts";
import { loadDirectory, type LoadOptions } from "./config/load.ts";
import { refusedSecretFindings } from "./config/refused-secrets.ts";
import type { KnownNames } from "./config/references.ts";
import { notSupportedFindings } from "./config/not-supported.ts";
import { unknownFieldFindings } from "./config/unknown-fields.ts";
import { collectPausing } from "./config/pausing.ts";
import { contentSteps, referenceSteps } from "./config/validate.ts";
import { OsacError } from "./errors.ts";
import { guardFindings, type GuardChoice } from "./guard/index.ts";
import { addressOf } from "./kinds/address.ts";
import { ignoredOf, withoutIgnored } from "./kinds/ignore.ts";
import { allKinds, kinds } from "./kinds/index.ts";
import { guardAgainstLockout, type LockoutTask } from "./lockout.ts";
import type {
  Backup,
  Cause,
  Change,
  ClusterInfo,
  Comparison,
  Connection,
  Directory,
  Finding,
  KindName,
  Listed,
  LiveEntity,
  LiveKind,
  Plan,
  Reader,
  SavedPlan,
} from "./model.ts";
import type { HashChoice } from "./passwords/hash.ts";
import { algorithmFindings } from "./passwords/logins.ts";
import { causesOf } from "./plan/cause.ts";
import { namesToProve } from "./plan/ownership.ts";
import {
  guardedChanges,
  judgeFindings,
  leftBehind,
  mappingsOfDeleted,
  reservedMappings,
  withReferences,
  opaqueNotice,
  unsendable,
} from "./plan/findings.ts";
import { isEntityError, isLeftOut, refusedRules, withWayOut } from "./plan/refused.ts";
import { compare, makePlan, type PlanChoice } from "./plan/plan.ts";
import { disproofFindings } from "./plan/prove.ts";
import { placeholdersBakedIn } from "./plan/server-placeholders.ts";
import { occasionFindings } from "./plan/reviewed/saved-plan.ts";
import { holdToId, holdToSaved } from "./plan/reviewed/stale.ts";
import { asWayBack, otherCluster } from "./plan/rollback/way-back.ts";
import { limitFindings } from "./report/findings.ts";
import { writesIn } from "./plan/writes.ts";
import { verifyLogins, type LoginTask, type Verification } from "./verify-logins.ts";

/** What a run is about, besides the cluster. */
export interface Task {
  readonly directory: Directory;
  readonly choice: Omit<PlanChoice, "verified" | "refuted" | "proved">;
  /** How passwords are verified whose hash cannot be seen: by logging in as the user, or by what that has told already. */
  readonly logins?: LoginTask["logins"];
  /** Whose git history proves that a deletion is meant, and under which names it stood before. */
  readonly history: { readonly directory: string; readonly paths: readonly string[] };
  /** How much the run may delete; whoever only looks at differences has no guards. */
  readonly guards?: GuardChoice;
  /** Who must not be locked out, likewise. */
  readonly lockout?: LockoutTask;
  /** Nothing but this is planned; what moved since refuses. */
  readonly reviewed?: Reviewed;
  /** The directory is not that of the files: it takes back the run that this was saved before. */
  readonly backup?: Backup;
  /** How passwords would be hashed. */
  readonly hashing: HashChoice;
  /** No placeholder was looked up, so that none needs a value: nothing of such a plan is sent. */
  readonly areSecretsOpaque?: boolean;
  /** The run writes what it plans, so that it may look at the values of secrets. */
  readonly isSending?: boolean;
  /** Warnings count as errors. */
  readonly isStrict: boolean;
}

/** What a plan has to know of the cluster, on its way. */
export interface Asked {
  readonly cluster: Promise<ClusterInfo>;
  readonly live: Promise<ReadonlyMap<KindName, LiveKind>>;
}

/**
 * The plan that somebody reviewed: saved, with the time and the files it is to be applied with, or its id alone, whole
 * or from its beginning.
 */
export type Reviewed = ReviewedFile | { readonly id: string };

interface ReviewedFile {
  readonly saved: SavedPlan;
  readonly now: Date;
  readonly filesDigest: string;
}

/** A plan, with the live state that it was made from. */
export interface Reconciliation {
  readonly plan: Plan;
  readonly live: ReadonlyMap<KindName, LiveKind>;
  /** What of it touches the caller's own access. */
  readonly own: OwnAccess;
  /** What logins told of passwords. */
  readonly told: Verification["told"];
}

/** The same, with which side changed each of the entities that differ. */
export interface Drift extends Reconciliation {
  readonly causes: ReadonlyMap<Change, Cause>;
}

/**
 * Reads and checks a directory, all but its references: those are judged with the cluster, which has entities that no
 * file declares. Throws everything found wrong, if any of it is an error.
 */
export async function load(path: string, env: Environment, options: Loading = {}): Promise<Directory> {
  const directory = await loadChecked(path, env, options);
  const { findings } = directory;
  if (findings.some(isError)) throw new OsacError("input", limitFindings(findings));
  return directory;
}

/** The same for a plan, which refuses single entities by name: only errors about more than one entity are thrown. */
export async function loadForPlan(path: string, env: Environment, options: Loading): Promise<Directory> {
  const directory = await loadChecked(path, env, options);
  const { findings } = directory;
  if (findings.some((finding) => isError(finding) && !isEntityError(finding, directory)))
    throw new OsacError("input", limitFindings(findings));
  return directory;
}

type Environment = Readonly<Record<string, string | undefined>>;

type Loading = Omit<LoadOptions, "env"> & { readonly only?: readonly KindName[] | undefined };

async function loadChecked(
  path: string,
  env: Environment,
  { only, ...options }: Loading,
): Promise<Directory> {
  const loaded = await loadDirectory(path, { env, ...options });
  const found = await collectPausing(contentSteps(loaded));
  return limitTo({ ...loaded, findings: [...loaded.findings, ...found] }, only);
}

function isError({ severity }: Finding): boolean {
  return severity === "error";
}

/**
 * Begins to ask the cluster what a plan of these kinds has to know. Who the cluster and the caller are comes first: a
 * login that fails must not fail once more for each kind.
 */
export function ask(
  reader: Reader,
  connection: Connection,
  declared: readonly KindName[] | Promise<readonly KindName[]>,
): Asked {
  const introduction = introduce(reader, connection);
  const cluster = introduction.then((known) => withVersion(reader, known));
  const answers = Promise.all([introduction, declared]).then(([known, names]) =>
    askKinds(reader, connection, known, kindsToRead(names)),
  );
  const live = Promise.all([cluster, answers]).then(([{ version }, found]) =>
    liveKinds(connection, found, version),
  );
  // Told to whoever waits for the answers, and nobody does where something is wrong with the files.
  for (const answer of [cluster, live]) answer.catch(() => {});
  return { cluster, live };
}

/** Compares the files with the cluster. Writes nothing: a reader cannot. */
export async function plan(
  reader: Reader,
  connection: Connection,
  given: Task,
  asked: Asked = ask(reader, connection, [...given.directory.kinds.keys()]),
): Promise<Reconciliation> {
  const task = withoutRefused(given);
  const { directory } = task;
  const cluster = await filesFirst(given, asked.cluster);
  refuseOccasion(task, cluster);
  const live = await filesFirst(given, asked.live);
  const logins = await verifyLogins(reader, connection, { directory, live, cluster }, loginTaskOf(task));
  const proofs = await proofsOf(task, live);
  const { verified, refuted, told } = logins;
  const choice = { ...task.choice, verified, refuted, proved: proofs.proved };
  const compared = compare({ directory, cluster, live, choice });
  // A run that wrote nothing leaves nothing to take back, and so nothing to compare.
  if (compared.kinds.length === 0 && directory.kinds.size > 0) throw nothingCompared(compared.findings);
  const held = holdTo(task, withoutRefusedLines(compared, directory, given.choice), live);
  const lockout = await guardAgainstLockout(
    reader,
    connection,
    held.changes,
    { live, cluster },
    task.lockout,
  );
  // What touches the caller's own access is written last: should it go wrong, the rest is done.
  const made = makePlan(held, touches(lockout.own));
  const { changes } = made;
  const writes = writesIn(made.requests);
  const offline = [
    ...withoutSaid(directory.findings, made.findings),
    ...notSupportedFindings(directory, made),
    ...unknownFieldFindings(directory, changes, live),
    ...(await collectPausing(referenceSteps(directory, namesAfter(live, changes)))),
    ...confusableNames(directory, namesAfter(live, changes)),
  ].filter((finding) => !isLeftOut(finding, given.choice.ignore));
  const refused = [
    ...judgeFindings(offline, changes, cluster.version, live),
    ...(task.areSecretsOpaque ? opaqueNotice(directory) : writes.flatMap(unsendable)),
    ...(task.isSending ? refusedSecretFindings(directory, writes.map(withReferences)) : []),
    ...guardedChanges(changes, live),
    ...reservedMappings(changes, live, cluster),
  ];
  const found = [
    ...made.findings,
    ...proofs.findings,
    ...logins.findings,
    ...refused.map(withWayOut),
    ...leftBehind(changes, directory, live),
    ...mappingsOfDeleted(changes, directory, live),
    ...guarded(made, task),
    ...lockout.findings,
    ...versionFindings(cluster),
    ...reader.unanswered.values(),
    ...algorithmFindings(changes, live, task.hashing),
    ...(await bakedIn(reader, made)),
  ];
  const judged = limitFindings(task.isStrict ? found.map(asError) : found);
  // What has no value yet cannot be proved; such a plan is refused, or opaque and not for sending.
  const provable = task.areSecretsOpaque ? writes.filter((write) => unsendable(write).length === 0) : writes;
  const isRefused = judged.some(({ severity }) => severity === "error");
  const findings = isRefused ? judged : [...judged, ...disproofFindings(provable, live, cluster.version)];
  return { plan: { ...made, findings }, live, own: lockout.own, told };
}

/** Entities whose files have errors are compared no more than what the user leaves out. */
function withoutRefused(task: Task): Task {
  const { choice, directory } = task;
  return { ...task, choice: { ...choice, ignore: [...choice.ignore, ...refusedRules(directory)] } };
}

/** Nobody asked for these to be ignored: their errors tell of them. */
function withoutRefusedLines(made: Comparison, directory: Directory, { ignore }: Task["choice"]): Comparison {
  const refused = refusedRules(directory);
  const ignored = made.ignored.filter((one) => !isLeftOut(one, refused) || isLeftOut(one, ignore));
  return { ...made, ignored };
}

/** What is wrong with the files is told before what is wrong with the cluster. */
async function filesFirst<Result>({ directory, choice }: Task, answer: Promise<Result>): Promise<Result> {
  try {
    return await answer;
  } catch (error) {
    const findings = directory.findings.filter((finding) => !isLeftOut(finding, choice.ignore));
    throw findings.some(isError) ? new OsacError("input", limitFindings(findings)) : error;
  }
}

/** What a warning says of the files is not said again where the plan has an error for it. */
function withoutSaid(offline: readonly Finding[], said: readonly Finding[]): Finding[] {
  const code = "placeholder-not-allowed";
  const entities = new Set(
    said.filter((finding) => finding.code === code).map(({ kind, name }) => `${kind}/${name}`),
  );
  return offline.filter(
    (finding) => finding.code !== code || !entities.has(`${finding.kind}/${finding.name}`),
  );
}

/** What the writes take along. Only the admin certificate can look, and only what is written is looked at. */
async function bakedIn(reader: Reader, { cluster, requests }: Plan): Promise<Finding[]> {
  if (cluster.adminDn === undefined || requests.length === 0) return [];
  const written = [...new Set(requests.map(({ kind }) => kind))];
  return placeholdersBakedIn(await storedDocuments(reader, written));
}

/** No login is tried whose outcome would mean nothing. */
function loginTaskOf({ logins, choice: { areAllForced, forced, ignore } }: Task): LoginTask {
  return {
    logins,
    isCompared: ({ kind, name, isBuiltIn }) => {
      const { whole, fields } = ignoredOf(ignore, kind, name);
      const isIgnored = whole || fields.some(({ field }) => field[0] === kinds[kind].login?.hash);
      return !isBuiltIn && !isIgnored && !areAllForced && !forced.has(name);
    },
  };
}

/** What differs, and which side changed: told from the files as they were last applied, where they are given. */
export async function drift(
  reader: Reader,
  connection: Connection,
  task: Task,
  base?: Directory,
  asked?: Asked,
): Promise<Drift> {
  const found = await plan(reader, connection, task, asked);
  // Whoever failed to log in must not fail again with what the older files have.
  const logins = task.logins && found.told;
  const older = base && (await plan(reader, connection, { ...task, logins, directory: base }));
  const { live, plan: made } = found;
  return {
    ...found,
    plan: { ...made, unmanaged: withGrants(made.unmanaged, live) },
    causes: causesOf(made.changes, older?.plan.changes),
  };
}

/** Whoever reads of an entity that no file declares has to know what it gives, and to whom. */
function withGrants(unmanaged: readonly Listed[], live: ReadonlyMap<KindName, LiveKind>): Listed[] {
  const documents = documentsOf(live);
  return unmanaged.map((one) => {
    const grants = describeGrants(documents, one.kind, one.name);
    return grants === undefined ? one : { ...one, grants };
  });
}

/**
 * What the guards say. An approval of what a reviewed plan has done already is no mistake, and a backup that holds
 * nothing of what its run created was not lost; nor is a kind that its run found empty and the way back leaves so.
 */
function guarded(made: Plan, task: Task): Finding[] {
  const { guards, reviewed, backup, directory } = task;
  const findings = guards ? guardFindings({ plan: made, directory, choice: guards }) : [];
  const pointless = [
    ...(reviewed ? ["unused-approval"] : []),
    ...(backup ? ["empty-directory", "empty-kind"] : []),
  ];
  return findings.filter(({ code }) => !pointless.includes(code));
}

/** A plan for another cluster or other files is not even compared, and neither is the backup of another cluster. */
function refuseOccasion({ reviewed, backup, choice }: Task, cluster: ClusterInfo): void {
  const findings = [
    ...(reviewed && "saved" in reviewed
      ? occasionFindings(reviewed.saved, { ...reviewed, settings: choice.settings?.bound, cluster })
      : []),
    ...(backup ? otherCluster(backup, cluster) : []),
  ];
  if (findings.length > 0) throw new OsacError("stale", findings);
}

function holdTo(
  { reviewed, backup }: Task,
  compared: Comparison,
  live: ReadonlyMap<KindName, LiveKind>,
): Comparison {
  if (backup) return asWayBack(compared, live, backup);
  if (!reviewed) return compared;
  return "saved" in reviewed ? holdToSaved(compared, live, reviewed.saved) : holdToId(compared, reviewed.id);
}

/** What the history says of undeclared entities, where only what it once declared may be deleted. */
async function proofsOf(
  { directory, choice: { prune, ignore }, history }: Task,
  all: ReadonlyMap<KindName, LiveKind>,
): Promise<Proofs> {
  const live = withoutIgnored(all, ignore);
  const kept = allKinds.filter(
    ({ name }) => prune[name]?.mode === "removed" && directory.kinds.has(name) && live.get(name)?.readable,
  );
  if (kept.length === 0) return { proved: new Map(), findings: [] };
  const names = kept.map(({ name }) => {
    const answer = live.get(name)!;
    const entities = answer.readable ? answer.entities : new Map<string, LiveEntity>();
    return [name, namesToProve(prune[name], directory.kinds.get(name)!, entities)] as const;
  });
  return provedDeletions(history.directory, history.paths, new Map(names));
}

/** A run that compared nothing has not found that nothing differs. */
function nothingCompared(findings: readonly Finding[]): OsacError {
  return new OsacError("access", findings.map(asError));
}

/** The declared kinds, and those that must be known to tell whether the server will take them. */
function kindsToRead(declared: readonly KindName[]): KindName[] {
  const needed = new Set(declared.flatMap((name) => [name, ...kinds[name].needs]));
  return allKinds.map(({ name }) => name).filter((name) => needed.has(name));
}

/** What can be referred to afterwards: the entities of the cluster that stay, and those that are created. A kind nobody could read is unknown. */
function namesAfter(live: ReadonlyMap<KindName, LiveKind>, changes: readonly Change[]): KnownNames {
  const deleted = new Set(changes.filter(({ action }) => action === "delete").map(addressOf));
  return new Map(
    [...live].flatMap(([kind, answer]) => {
      if (!answer.readable) return [];
      const kept = [...answer.entities.keys()].filter((name) => !deleted.has(addressOf({ kind, name })));
      const created = changes.filter((change) => change.action === "create" && change.kind === kind);
      return [[kind, new Set([...kept, ...created.map(({ name }) => name)])]];
    }),
  );
}

function asError(finding: Finding): Finding {
  return finding.severity === "warning" ? { ...finding, severity: "error" } : finding;
}
