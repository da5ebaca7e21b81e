import { describeGrants } from "../access/describe-grants.ts";
import { toDocuments } from "../access/documents.ts";
import { touches, type OwnAccess } from "../access/own-changes.ts";
import { requestKinds, toLiveKinds } from "../cluster/fetch-live.ts";
import { readIntroduction, withVersion } from "../cluster/identify.ts";
import { readStoredDocuments } from "../cluster/stored-documents.ts";
import { versionFindings } from "../cluster/version.ts";
import { proveDeletions, type Proofs } from "../git/history.ts";
import { confusableNameFindings } from "../lint/confusable-names.ts";
import { limitToKinds } from "../files/limit-kinds.ts";
import { loadDirectory, type LoadOptions } from "../files/load-directory.ts";
import { refusedSecretFindings } from "../lint/refused-secrets.ts";
import type { KnownNames } from "../lint/references.ts";
import { notSupportedFindings } from "../lint/not-supported.ts";
import { unknownFieldFindings } from "../lint/unknown-fields.ts";
import { collectPausing } from "../files/pausing.ts";
import { contentSteps, referenceSteps } from "../lint/check-directory.ts";
import { OsacError } from "../errors.ts";
import { guardFindings, type GuardChoice } from "../guard/index.ts";
import { formatAddress } from "../kinds/address.ts";
import { findIgnored, dropIgnored } from "../kinds/ignore-rules.ts";
import { allKinds, kinds } from "../kinds/index.ts";
import { checkLockout, type LockoutTask } from "./check-lockout.ts";
import type { Backup } from "../model/backup.ts";
import type { Change } from "../model/change.ts";
import type { ClusterInfo, Connection, Reader } from "../model/cluster.ts";
import type { DriftCause } from "../model/drift.ts";
import type { Directory, LiveEntity, LiveKind } from "../model/entity.ts";
import type { Finding } from "../model/finding.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Comparison, EntityNote, Plan } from "../model/plan.ts";
import type { SavedPlan } from "../model/saved-plan.ts";
import type { HashChoice } from "../passwords/hash.ts";
import { algorithmFindings } from "../passwords/user-passwords.ts";
import { findCauses } from "../plan/drift-cause.ts";
import { listNamesToProve } from "../plan/ownership.ts";
import {
  guardedChangeFindings,
  judgeFindings,
  leftBehindFindings,
  mappingOfDeletedFindings,
  reservedMappingFindings,
  withReferences,
  opaqueFindings,
  unsendableFindings,
} from "../plan/plan-findings.ts";
import { isEntityError, isLeftOut, makeRefusedRules, addWayOut } from "../plan/refused-entities.ts";
import { compare, makePlan, type PlanChoice } from "../plan/make-plan.ts";
import { disproofFindings } from "../plan/prove-changes.ts";
import { placeholderFindings } from "../plan/server-placeholders.ts";
import { occasionFindings } from "../plan/reviewed/saved-plan.ts";
import { matchPlanId, matchSavedPlan } from "../plan/reviewed/match-reviewed.ts";
import { toRollbackPlan, otherClusterFindings } from "../plan/rollback/rollback-directory.ts";
import { limitFindings } from "../report/findings-text.ts";
import { writesIn } from "../plan/writes.ts";
import { verifyLogins, type LoginTask, type Verification } from "./verify-passwords.ts";

/** What a run is about, besides the cluster. */
export interface Task {
  readonly directory: Directory;
  readonly choice: Omit<PlanChoice, "verified" | "refuted" | "proved">;
  /** How passwords are verified whose hash cannot be seen: by logging in as the user, or by what that has told already. */
  readonly logins?: LoginTask["logins"] | undefined;
  /** Whose git history proves that a deletion is meant, and under which names it stood before. */
  readonly history: { readonly directory: string; readonly paths: readonly string[] };
  /** How much the run may delete; whoever only looks at differences has no guards. */
  readonly guards?: GuardChoice | undefined;
  /** Who must not be locked out, likewise. */
  readonly lockout?: LockoutTask | undefined;
  /** Nothing but this is planned; what moved since refuses. */
  readonly reviewed?: ReviewedPlan | undefined;
  /** The directory is not that of the files: it takes back the run that this was saved before. */
  readonly backup?: Backup | undefined;
  /** How passwords would be hashed. */
  readonly hashing: HashChoice;
  /** No placeholder was looked up, so that none needs a value: nothing of such a plan is sent. */
  readonly areSecretsOpaque?: boolean | undefined;
  /** The run writes what it plans, so that it may look at the values of secrets. */
  readonly isSending?: boolean | undefined;
  /** Warnings count as errors. */
  readonly isStrict: boolean;
}

/** What a plan has to know of the cluster, on its way. */
export interface ClusterReads {
  readonly cluster: Promise<ClusterInfo>;
  readonly live: Promise<ReadonlyMap<KindName, LiveKind>>;
}

/**
 * The plan that somebody reviewed: saved, with the time and the files it is to be applied with, or its id alone, whole
 * or from its beginning.
 */
export type ReviewedPlan = ReviewedFile | { readonly id: string };

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
  readonly loginResults: Verification["loginResults"];
}

/** The same, with which side changed each of the entities that differ. */
export interface Drift extends Reconciliation {
  readonly causes: ReadonlyMap<Change, DriftCause>;
}

/**
 * Reads and checks a directory, all but its references: those are judged with the cluster, which has entities that no
 * file declares. Throws everything found wrong, if any of it is an error.
 */
export async function load(path: string, env: Environment, options: LoadingOptions = {}): Promise<Directory> {
  const directory = await loadChecked(path, env, options);
  const { findings } = directory;
  if (findings.some(isError)) throw new OsacError("input", limitFindings(findings));
  return directory;
}

/** The same for a plan, which refuses single entities by name: only errors about more than one entity are thrown. */
export async function loadForPlan(
  path: string,
  env: Environment,
  options: LoadingOptions,
): Promise<Directory> {
  const directory = await loadChecked(path, env, options);
  const { findings } = directory;
  if (findings.some((finding) => isError(finding) && !isEntityError(finding, directory)))
    throw new OsacError("input", limitFindings(findings));
  return directory;
}

type Environment = Readonly<Record<string, string | undefined>>;

type LoadingOptions = Omit<LoadOptions, "env"> & { readonly only?: readonly KindName[] | undefined };

async function loadChecked(
  path: string,
  env: Environment,
  { only, ...options }: LoadingOptions,
): Promise<Directory> {
  const loaded = await loadDirectory(path, { env, ...options });
  const found = await collectPausing(contentSteps(loaded));
  return limitToKinds({ ...loaded, findings: [...loaded.findings, ...found] }, only);
}

function isError({ severity }: Finding): boolean {
  return severity === "error";
}

/**
 * Begins to ask the cluster what a plan of these kinds has to know. Who the cluster and the caller are comes first: a
 * login that fails must not fail once more for each kind.
 */
export function startReading(
  reader: Reader,
  connection: Connection,
  declared: readonly KindName[] | Promise<readonly KindName[]>,
): ClusterReads {
  const introduction = readIntroduction(reader, connection);
  const cluster = introduction.then((known) => withVersion(reader, known));
  const answers = Promise.all([introduction, declared]).then(([known, names]) =>
    requestKinds(reader, connection, known, listKindsToRead(names)),
  );
  const live = Promise.all([cluster, answers]).then(([{ version }, found]) =>
    toLiveKinds(connection, found, version),
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
  reads: ClusterReads = startReading(reader, connection, [...given.directory.kinds.keys()]),
): Promise<Reconciliation> {
  const task = skipRefusedEntities(given);
  const { directory } = task;
  const cluster = await preferFileErrors(given, reads.cluster);
  refuseWrongOccasion(task, cluster);
  const live = await preferFileErrors(given, reads.live);
  const logins = await verifyLogins(reader, connection, { directory, live, cluster }, makeLoginTask(task));
  const proofs = await findProofs(task, live);
  const { verified, refuted, loginResults } = logins;
  const choice = { ...task.choice, verified, refuted, proved: proofs.proved };
  const compared = compare({ directory, cluster, live, choice });
  // A run that wrote nothing leaves nothing to take back, and so nothing to compare.
  if (compared.kinds.length === 0 && directory.kinds.size > 0) throw nothingComparedError(compared.findings);
  const held = restrictToReviewed(task, dropRefusedNotes(compared, directory, given.choice), live);
  const lockout = await checkLockout(reader, connection, held.changes, { live, cluster }, task.lockout);
  // What touches the caller's own access is written last: should it go wrong, the rest is done.
  const made = makePlan(held, touches(lockout.own));
  const { changes } = made;
  const writes = writesIn(made.requests);
  const offline = [
    ...dropRepeatedFindings(directory.findings, made.findings),
    ...notSupportedFindings(directory, made),
    ...unknownFieldFindings(directory, changes, live),
    ...(await collectPausing(referenceSteps(directory, collectNamesAfter(live, changes)))),
    ...confusableNameFindings(directory, collectNamesAfter(live, changes)),
  ].filter((finding) => !isLeftOut(finding, given.choice.ignore));
  const refused = [
    ...judgeFindings(offline, changes, cluster.version, live),
    ...(task.areSecretsOpaque ? opaqueFindings(directory) : writes.flatMap(unsendableFindings)),
    ...(task.isSending ? refusedSecretFindings(directory, writes.map(withReferences)) : []),
    ...guardedChangeFindings(changes, live),
    ...reservedMappingFindings(changes, live, cluster),
  ];
  const found = [
    ...made.findings,
    ...proofs.findings,
    ...logins.findings,
    ...refused.map(addWayOut),
    ...leftBehindFindings(changes, directory, live),
    ...mappingOfDeletedFindings(changes, directory, live),
    ...planGuardFindings(made, task),
    ...lockout.findings,
    ...versionFindings(cluster),
    ...reader.unanswered.values(),
    ...algorithmFindings(changes, live, task.hashing),
    ...(await bakedInPlaceholderFindings(reader, made)),
  ];
  const judged = limitFindings(task.isStrict ? found.map(toError) : found);
  // What has no value yet cannot be proved; such a plan is refused, or opaque and not for sending.
  const provable = task.areSecretsOpaque
    ? writes.filter((write) => unsendableFindings(write).length === 0)
    : writes;
  const isRefused = judged.some(({ severity }) => severity === "error");
  const findings = isRefused ? judged : [...judged, ...disproofFindings(provable, live, cluster.version)];
  return { plan: { ...made, findings }, live, own: lockout.own, loginResults };
}

/** Entities whose files have errors are compared no more than what the user leaves out. */
function skipRefusedEntities(task: Task): Task {
  const { choice, directory } = task;
  return { ...task, choice: { ...choice, ignore: [...choice.ignore, ...makeRefusedRules(directory)] } };
}

/** Nobody asked for these to be ignored: their errors tell of them. */
function dropRefusedNotes(made: Comparison, directory: Directory, { ignore }: Task["choice"]): Comparison {
  const refused = makeRefusedRules(directory);
  const ignored = made.ignored.filter((one) => !isLeftOut(one, refused) || isLeftOut(one, ignore));
  return { ...made, ignored };
}

/** What is wrong with the files is told before what is wrong with the cluster. */
async function preferFileErrors<Result>(
  { directory, choice }: Task,
  answer: Promise<Result>,
): Promise<Result> {
  try {
    return await answer;
  } catch (error) {
    const findings = directory.findings.filter((finding) => !isLeftOut(finding, choice.ignore));
    throw findings.some(isError) ? new OsacError("input", limitFindings(findings)) : error;
  }
}

/** What a warning says of the files is not said again where the plan has an error for it. */
function dropRepeatedFindings(offline: readonly Finding[], said: readonly Finding[]): Finding[] {
  const code = "placeholder-not-allowed";
  const entities = new Set(
    said.filter((finding) => finding.code === code).map(({ kind, name }) => `${kind}/${name}`),
  );
  return offline.filter(
    (finding) => finding.code !== code || !entities.has(`${finding.kind}/${finding.name}`),
  );
}

/** What the writes take along. Only the admin certificate can look, and only what is written is looked at. */
async function bakedInPlaceholderFindings(reader: Reader, { cluster, requests }: Plan): Promise<Finding[]> {
  if (cluster.adminDn === undefined || requests.length === 0) return [];
  const written = [...new Set(requests.map(({ kind }) => kind))];
  return placeholderFindings(await readStoredDocuments(reader, written));
}

/** No login is tried whose outcome would mean nothing. */
function makeLoginTask({ logins, choice: { areAllForced, forced, ignore } }: Task): LoginTask {
  return {
    logins,
    isCompared: ({ kind, name, isBuiltIn }) => {
      const { whole, fields } = findIgnored(ignore, kind, name);
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
  reads?: ClusterReads,
): Promise<Drift> {
  const found = await plan(reader, connection, task, reads);
  // Whoever failed to log in must not fail again with what the older files have.
  const logins = task.logins && found.loginResults;
  const older = base && (await plan(reader, connection, { ...task, logins, directory: base }));
  const { live, plan: made } = found;
  return {
    ...found,
    plan: { ...made, unmanaged: describeUnmanaged(made.unmanaged, live) },
    causes: findCauses(made.changes, older?.plan.changes),
  };
}

/** Whoever reads of an entity that no file declares has to know what it gives, and to whom. */
function describeUnmanaged(
  unmanaged: readonly EntityNote[],
  live: ReadonlyMap<KindName, LiveKind>,
): EntityNote[] {
  const documents = toDocuments(live);
  return unmanaged.map((one) => {
    const grants = describeGrants(documents, one.kind, one.name);
    return grants === undefined ? one : { ...one, grants };
  });
}

/**
 * What the guards say. An approval of what a reviewed plan has done already is no mistake, and a backup that holds
 * nothing of what its run created was not lost; nor is a kind that its run found empty and the way back leaves so.
 */
function planGuardFindings(made: Plan, task: Task): Finding[] {
  const { guards, reviewed, backup, directory } = task;
  const findings = guards ? guardFindings({ plan: made, directory, choice: guards }) : [];
  const pointless = [
    ...(reviewed ? ["unused-approval"] : []),
    ...(backup ? ["empty-directory", "empty-kind"] : []),
  ];
  return findings.filter(({ code }) => !pointless.includes(code));
}

/** A plan for another cluster or other files is not even compared, and neither is the backup of another cluster. */
function refuseWrongOccasion({ reviewed, backup, choice }: Task, cluster: ClusterInfo): void {
  const findings = [
    ...(reviewed && "saved" in reviewed
      ? occasionFindings(reviewed.saved, { ...reviewed, settings: choice.settings?.bound, cluster })
      : []),
    ...(backup ? otherClusterFindings(backup, cluster) : []),
  ];
  if (findings.length > 0) throw new OsacError("stale", findings);
}

function restrictToReviewed(
  { reviewed, backup }: Task,
  compared: Comparison,
  live: ReadonlyMap<KindName, LiveKind>,
): Comparison {
  if (backup) return toRollbackPlan(compared, live, backup);
  if (!reviewed) return compared;
  return "saved" in reviewed
    ? matchSavedPlan(compared, live, reviewed.saved)
    : matchPlanId(compared, reviewed.id);
}

/** What the history says of undeclared entities, where only what it once declared may be deleted. */
async function findProofs(
  { directory, choice: { prune, ignore }, history }: Task,
  all: ReadonlyMap<KindName, LiveKind>,
): Promise<Proofs> {
  const live = dropIgnored(all, ignore);
  const kept = allKinds.filter(
    ({ name }) => prune[name]?.mode === "removed" && directory.kinds.has(name) && live.get(name)?.readable,
  );
  if (kept.length === 0) return { proved: new Map(), findings: [] };
  const names = kept.map(({ name }) => {
    const answer = live.get(name)!;
    const entities = answer.readable ? answer.entities : new Map<string, LiveEntity>();
    return [name, listNamesToProve(prune[name], directory.kinds.get(name)!, entities)] as const;
  });
  return proveDeletions(history.directory, history.paths, new Map(names));
}

/** A run that compared nothing has not found that nothing differs. */
function nothingComparedError(findings: readonly Finding[]): OsacError {
  return new OsacError("access", findings.map(toError));
}

/** The declared kinds, and those that must be known to tell whether the server will take them. */
function listKindsToRead(declared: readonly KindName[]): KindName[] {
  const needed = new Set(declared.flatMap((name) => [name, ...kinds[name].needs]));
  return allKinds.map(({ name }) => name).filter((name) => needed.has(name));
}

/** What can be referred to afterwards: the entities of the cluster that stay, and those that are created. A kind nobody could read is unknown. */
function collectNamesAfter(live: ReadonlyMap<KindName, LiveKind>, changes: readonly Change[]): KnownNames {
  const deleted = new Set(changes.filter(({ action }) => action === "delete").map(formatAddress));
  return new Map(
    [...live].flatMap(([kind, answer]) => {
      if (!answer.readable) return [];
      const kept = [...answer.entities.keys()].filter((name) => !deleted.has(formatAddress({ kind, name })));
      const created = changes.filter((change) => change.action === "create" && change.kind === kind);
      return [[kind, new Set([...kept, ...created.map(({ name }) => name)])]];
    }),
  );
}

function toError(finding: Finding): Finding {
  return finding.severity === "warning" ? { ...finding, severity: "error" } : finding;
}
