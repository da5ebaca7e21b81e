import { randomUUID } from "node:crypto";
import { collectionPath, writePatience } from "./cluster/client.ts";
import { fetchLive } from "./cluster/fetch.ts";
import { whyNoAccess, writableKinds } from "./cluster/write/access-proof.ts";
import { applyRequests, type Applied } from "./cluster/write/apply.ts";
import type { Surroundings, Undoing } from "./cluster/write/verdict.ts";
import { poisonFindings } from "./config/poison.ts";
import { OsacError } from "./errors.ts";
import { allKinds } from "./kinds/index.ts";
import { openRecovery, touches, type Recovery } from "./lockout.ts";
import type { Change, Connection, Finding, KindName, LiveKind, Plan, Reader, Writer } from "./model.ts";
import type { HashChoice } from "./passwords/hash.ts";
import { hashLogins } from "./passwords/logins.ts";
import { inverseOf } from "./plan/inverse.ts";
import { orderRequests } from "./plan/order.ts";
import { disproofFindings } from "./plan/prove.ts";
import { holdToSeen } from "./plan/reviewed/stale.ts";
import { standingOf } from "./plan/state.ts";
import { stepsOf } from "./plan/steps.ts";
import { suspectsOf } from "./plan/suspects.ts";
import { trialOf } from "./plan/trial.ts";
import type { Reconciliation } from "./reconcile.ts";

/** How a plan is to be written. */
export interface ApplyOptions extends Pick<
  Surroundings,
  "comparesBeforeEach" | "keepsGoing" | "signal" | "onRequest" | "onSending" | "onDecided" | "onUnclear"
> {
  readonly hashing: HashChoice;
  /** The admin certificate that may take back what locks the caller out. */
  readonly recovery?: Connection | undefined;
}

/** The same, with passwords hashed already: that takes its time, in which a cluster can move. */
export async function withHashes(
  { plan: planned, ...rest }: Reconciliation,
  hashing: HashChoice,
): Promise<Reconciliation> {
  return { plan: { ...planned, changes: await hashLogins(planned.changes, hashing) }, ...rest };
}

/** What reading again after a write has shown. */
interface Verified {
  /** The kinds that were written, or were to be; absent where they could not be read. */
  readonly after?: ReadonlyMap<KindName, LiveKind>;
  readonly findings: readonly Finding[];
}

/** What became of a plan. */
export type Written = Applied & Verified;

/** Writes a plan, stage by stage: hash what has to be sent, prove it, send it, read again. */
export async function apply(
  writer: Writer,
  connection: Connection,
  { plan: planned, live, own }: Reconciliation,
  { hashing, recovery, ...options }: ApplyOptions,
): Promise<Written> {
  const { cluster } = planned;
  const changes = await hashLogins(planned.changes, hashing);
  const disproved = disproofFindings(changes, live, cluster.version);
  if (disproved.length > 0) throw new OsacError("input", disproved);
  const recoverer = await openRecovery(recovery, cluster, own, kindsOf(changes));
  const writable = own.changes.size > 0 ? await writableKinds(writer) : [];
  const undoing = (way: Recovery): Undoing => ({
    ...way,
    standingOf,
    inverseOf: (step) => inverseOf(step, way.live.get(step.kind)!),
    trialFor: (kind) => trialOf(kind, `osac-trial-${randomUUID()}`),
    patienceMs: connection.timeoutMs * writePatience,
  });
  const reread = async (kind: KindName): Promise<LiveKind> =>
    (await fetchLive(writer, connection, cluster, [kind])).get(kind)!;
  try {
    const applied = await applyRequests(stepsOf(orderRequests(changes, touches(own)), cluster.version), {
      ...undoing({ live, writer, reread }),
      suspectsIn: (step) => suspectsOf(step, (documents) => poisonFindings(documents, cluster.version)),
      pathOf: (kind) => collectionPath(connection, kind),
      proveAccess: async (request) =>
        request.changes.some(touches(own)) ? whyNoAccess(connection, own.caller, writable) : undefined,
      ...(recoverer ? { recovery: undoing(recoverer) } : {}),
      ...options,
    });
    const verified = await verify(applied, reread).catch(notVerified);
    return { ...applied, ...verified, findings: [...applied.findings, ...verified.findings] };
  } finally {
    await recoverer?.writer.close();
  }
}

/** Whoever cannot read again must still be told what was written. */
function notVerified(error: unknown): Verified {
  if (!(error instanceof OsacError)) throw error;
  return { findings: [notReadAgain(error.findings[0]!.message)] };
}

/** The plan beside the cluster as it is now: whatever it touches and has moved since is found. */
export async function lookAgain(
  reader: Reader,
  connection: Connection,
  { plan: planned, live }: Reconciliation,
): Promise<Plan> {
  const { cluster, changes } = planned;
  return holdToSeen(planned, live, await fetchLive(reader, connection, cluster, kindsOf(changes)));
}

/** Reads the written kinds again: whatever is not as desired is said, and not tried again. */
async function verify(applied: Applied, reread: (kind: KindName) => Promise<LiveKind>): Promise<Verified> {
  const ended = (result: string): Change[] =>
    applied.outcomes.filter((outcome) => outcome.result === result).map(({ change }) => change);
  const written = ended("done");
  const after = await rereadKinds(kindsOf(written), reread);
  const isAsDesired = (change: Change): boolean => standingOf(change, after.get(change.kind)!).isAfter;
  // Of what failed it is only of use to know how it stands.
  const failed = await rereadKinds(kindsOf(ended("failed")), reread).catch(
    () => new Map<KindName, LiveKind>(),
  );
  return {
    after: new Map([...failed, ...after]),
    findings: [
      ...[...after].flatMap(([kind, answer]) =>
        answer.readable ? [] : [{ ...notReadAgain(answer.reason), kind }],
      ),
      ...written
        .filter((change) => after.get(change.kind)!.readable && !isAsDesired(change))
        .map(notAsDesired),
    ],
  };
}

function notReadAgain(reason: string): Finding {
  const message = `what was written could not be read again: ${reason}`;
  return { code: "not-verified", severity: "error", message, hint: "look at a new plan" };
}

function kindsOf(changes: readonly Change[]): KindName[] {
  return allKinds.map(({ name }) => name).filter((name) => changes.some(({ kind }) => kind === name));
}

async function rereadKinds(
  names: readonly KindName[],
  reread: (kind: KindName) => Promise<LiveKind>,
): Promise<Map<KindName, LiveKind>> {
  return new Map(await Promise.all(names.map(async (name) => [name, await reread(name)] as const)));
}

function notAsDesired({ kind, name, at }: Change): Finding {
  return {
    code: "not-as-desired",
    severity: "error",
    message: "it was written, but the cluster returns something else",
    hint: "another client may have changed it since: make a new plan",
    kind,
    name,
    ...(at ? { at } : {}),
  };
}
