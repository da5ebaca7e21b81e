import { applyRequests, type Applied } from "./cluster/apply.ts";
import { fetchLive } from "./cluster/fetch.ts";
import { identify } from "./cluster/identify.ts";
import { readPolicy } from "./cluster/policy.ts";
import { limitTo } from "./config/limit.ts";
import { loadDirectory } from "./config/load.ts";
import type { KnownNames } from "./config/references.ts";
import { contentFindings, referenceFindings } from "./config/validate.ts";
import { OsacError } from "./errors.ts";
import { guardFindings, type GuardChoice } from "./guard/index.ts";
import { allKinds, kinds } from "./kinds/index.ts";
import type {
  Change,
  ClusterInfo,
  Connection,
  Directory,
  Finding,
  KindName,
  LiveKind,
  PatchRequest,
  Plan,
  Reader,
  Writer,
} from "./model.ts";
import type { HashChoice } from "./passwords/hash.ts";
import { algorithmFindings, hashLogins, policyFindings, verifiedLogins } from "./passwords/logins.ts";
import { orderRequests } from "./plan/order.ts";
import { guardedChanges, judgeFindings, leftBehind, reservedMappings } from "./plan/findings.ts";
import { makePlan, type PlanChoice } from "./plan/plan.ts";
import { proveChanges } from "./plan/prove.ts";
import { standingOf } from "./plan/state.ts";

/** What a run is about, besides the cluster. */
export interface Task {
  readonly directory: Directory;
  readonly choice: Omit<PlanChoice, "verified">;
  /** How much the run may delete; whoever only looks at differences has no guards. */
  readonly guards?: GuardChoice;
  /** How passwords would be hashed. */
  readonly hashing: HashChoice;
  /** Warnings count as errors. */
  readonly isStrict: boolean;
}

/** A plan, with the live state that it was made from. */
export interface Reconciliation {
  readonly plan: Plan;
  readonly live: ReadonlyMap<KindName, LiveKind>;
}

/**
 * Reads and checks a directory, all but its references: those are judged with the cluster, which has entities that no
 * file declares. Throws everything found wrong, if any of it is an error.
 */
export async function load(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
  only?: readonly KindName[],
): Promise<Directory> {
  const loaded = await loadDirectory(path, { env });
  const directory = limitTo({ ...loaded, findings: [...loaded.findings, ...contentFindings(loaded)] }, only);
  const { findings } = directory;
  if (findings.some(({ severity }) => severity === "error")) throw new OsacError("input", findings);
  return directory;
}

/** Compares the files with the cluster. Writes nothing: a reader cannot. */
export async function plan(reader: Reader, connection: Connection, task: Task): Promise<Reconciliation> {
  const { directory } = task;
  const cluster = await identify(reader, connection);
  const live = await fetchLive(reader, connection, cluster, kindsToRead(directory));
  const verified = await verifiedLogins(directory, live);
  const made = makePlan({ directory, cluster, live, choice: { ...task.choice, verified } });
  if (made.kinds.length === 0) throw nothingCompared(made.findings);
  const { changes } = made;
  const offline = [
    ...directory.findings,
    ...referenceFindings(directory, namesAfter(directory, live, changes)),
  ];
  const found = [
    ...made.findings,
    ...judgeFindings(offline, changes, cluster.version),
    ...guardedChanges(changes, live),
    ...leftBehind(changes, directory, live),
    ...reservedMappings(changes, live, cluster),
    ...(task.guards ? guardFindings({ plan: made, directory, choice: task.guards }) : []),
    ...guessedVersion(cluster),
    ...algorithmFindings(changes, live, task.hashing),
    ...policyFindings(changes, await readPolicy(reader, connection, changes)),
  ];
  const findings = task.isStrict ? found.map(asError) : found;
  // What has no value yet cannot be proved; such a plan is refused anyway.
  if (!findings.some(({ severity }) => severity === "error")) proveChanges(changes, live, cluster.version);
  return { plan: { ...made, findings }, live };
}

/** Defaults and rules differ between versions, so a guess may be wrong about both. */
function guessedVersion({ isVersionGuessed, version }: ClusterInfo): Finding[] {
  if (!isVersionGuessed) return [];
  const message = `the server does not tell its version; ${version.major}.${version.minor} is assumed`;
  return [
    { code: "version-unknown", severity: "warning", message, hint: "give the caller cluster:monitor/main" },
  ];
}

/** A run that compared nothing has not found that nothing differs. */
function nothingCompared(findings: readonly Finding[]): OsacError {
  return new OsacError("access", findings.map(asError));
}

/** Writes a plan, stage by stage: hash what has to be sent, prove it, send it, read again. */
export async function apply(
  writer: Writer,
  connection: Connection,
  { plan: planned, live }: Reconciliation,
  options: {
    hashing: HashChoice;
    signal: AbortSignal;
    onRequest: (request: PatchRequest, index: number) => void;
  },
): Promise<Applied> {
  const changes = await hashLogins(planned.changes, options.hashing);
  proveChanges(changes, live, planned.cluster.version);
  const reread = async (kind: KindName): Promise<LiveKind> =>
    (await fetchLive(writer, connection, planned.cluster, [kind])).get(kind)!;
  const applied = await applyRequests(orderRequests(changes), { writer, reread, standingOf, ...options });
  const remaining = await verify(applied, reread).catch(notVerified);
  return { ...applied, findings: [...applied.findings, ...remaining] };
}

/** Whoever cannot read again must still be told what was written. */
function notVerified(error: unknown): Finding[] {
  if (!(error instanceof OsacError)) throw error;
  const message = `what was written could not be read again: ${error.findings[0]!.message}`;
  return [{ code: "not-verified", severity: "error", message, hint: "look at a new plan" }];
}

/** The changes whose entities are no longer as the plan found them. */
export async function movedSince(
  reader: Reader,
  connection: Connection,
  { changes, cluster }: Plan,
): Promise<Change[]> {
  const names = [...new Set(changes.map(({ kind }) => kind))];
  const live = await fetchLive(reader, connection, cluster, names);
  return changes.filter((change) => !standingOf(change, live.get(change.kind)!).isBefore);
}

/** Reads the written kinds again: whatever is not as desired is said, and not tried again. */
async function verify(applied: Applied, reread: (kind: KindName) => Promise<LiveKind>): Promise<Finding[]> {
  const written = applied.outcomes.filter(({ result }) => result === "done").map(({ change }) => change);
  const names = allKinds.map(({ name }) => name).filter((name) => written.some(({ kind }) => kind === name));
  const live = new Map(await Promise.all(names.map(async (name) => [name, await reread(name)] as const)));
  return written.filter((change) => !standingOf(change, live.get(change.kind)!).isAfter).map(notAsDesired);
}

function notAsDesired({ kind, name, at }: Change): Finding {
  return {
    code: "not-as-desired",
    severity: "error",
    message: "it was written, but reads otherwise",
    hint: "somebody else may have changed it since: look at a new plan",
    kind,
    name,
    ...(at ? { at } : {}),
  };
}

/** The declared kinds, and those that must be known to tell whether the server will take them. */
function kindsToRead({ kinds: declared }: Directory): KindName[] {
  const needed = new Set([...declared.keys()].flatMap((name) => [name, ...kinds[name].needs]));
  return allKinds.map(({ name }) => name).filter((name) => needed.has(name));
}

/** What can be referred to afterwards: the entities of the cluster that stay, and those of the files. A kind nobody could read is unknown. */
function namesAfter(
  { kinds: declared }: Directory,
  live: ReadonlyMap<KindName, LiveKind>,
  changes: readonly Change[],
): KnownNames {
  const deleted = new Set(
    changes.flatMap(({ action, kind, name }) => (action === "delete" ? [`${kind}/${name}`] : [])),
  );
  return new Map(
    [...live].flatMap(([kind, answer]) => {
      if (!answer.readable) return [];
      const kept = [...answer.entities.keys()].filter((name) => !deleted.has(`${kind}/${name}`));
      return [[kind, new Set([...kept, ...(declared.get(kind)?.keys() ?? [])])]];
    }),
  );
}

function asError(finding: Finding): Finding {
  return finding.severity === "warning" ? { ...finding, severity: "error" } : finding;
}
