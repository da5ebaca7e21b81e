import { readUuidAgain } from "../cluster/identify.ts";
import { fetchLive } from "../cluster/fetch-live.ts";
import { readWritableKinds } from "../apply/check-access.ts";
import { applySteps, type Applied } from "../apply/apply-requests.ts";
import { readKind, type WriteChoice } from "../apply/context.ts";
import { OsacError, makeFinding } from "../errors.ts";
import { allKinds } from "../kinds/index.ts";
import { openRecovery } from "./check-lockout.ts";
import type { Change, Step } from "../model/change.ts";
import type { ClusterInfo, Connection, Reader, Writer } from "../model/cluster.ts";
import type { LiveKind, LiveState } from "../model/entity.ts";
import type { Finding } from "../model/finding.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Plan } from "../model/plan.ts";
import type { HashChoice } from "../passwords/hash.ts";
import { hashRequests } from "../passwords/user-passwords.ts";
import { planAgain, staleFinding } from "../plan/reviewed/saved-plan.ts";
import { checkUnchanged } from "../plan/reviewed/match-reviewed.ts";
import { compareWithLive } from "../plan/compare-with-live.ts";
import { writesIn, makeSteps } from "../plan/writes.ts";
import type { Reconciliation } from "./plan.ts";
import { disproofFindings } from "../plan/prove-changes.ts";

/** A plan that is ready to be written: its passwords are hashed, and each of its requests is proved. */
export interface Prepared extends Reconciliation {
  /** The requests exactly as osac sends them. */
  readonly steps: readonly Step[];
}

/** The choices of a user, and the callbacks of the run. */
export interface ApplyOptions extends WriteChoice {
  /** The recovery certificate, which may revert a change that locks the caller out. */
  readonly recovery?: Connection | undefined;
}

/** The result of reading the written entities again. */
interface VerifyResult {
  /** The kinds of the plan after the run; absent if osac could not read them. */
  readonly after?: LiveState;
  readonly findings: readonly Finding[];
}

/** The result of the requests, and of reading the entities again. */
export type ApplyResult = Applied & VerifyResult;

/** Hashes the passwords of a plan and proves its requests. Hashing is slow. Writes nothing. */
export async function prepare(planned: Reconciliation, hashing: HashChoice): Promise<Prepared> {
  const { version } = planned.plan.cluster;
  const requests = await hashRequests(planned.plan.requests, hashing);
  const disproved = disproofFindings(writesIn(requests), planned.live, version);
  if (disproved.length > 0) throw new OsacError("input", disproved);
  return { ...planned, steps: makeSteps(requests, version) };
}

/** Sends the prepared requests one after the other, and verifies the written entities. */
export async function apply(
  writer: Writer,
  connection: Connection,
  { plan: planned, live, own, steps }: Prepared,
  { recovery: certificate, ...choice }: ApplyOptions,
): Promise<ApplyResult> {
  const { cluster } = planned;
  const access = { writer, connection, cluster, live };
  const recovery = await openRecovery(certificate, planned, own);
  const writable = own.changes.size > 0 ? await readWritableKinds(writer) : [];
  try {
    const applied = await applySteps(steps, { ...access, ...choice, own, writable, recovery });
    const verified = await verifyApplied(applied, (kind) => readKind(access, kind)).catch(toUnverified);
    return { ...applied, ...verified, findings: [...applied.findings, ...verified.findings] };
  } finally {
    await recovery?.writer.close();
  }
}

/** The report names what was written even if the cluster cannot be read again. */
function toUnverified(error: unknown): VerifyResult {
  if (!(error instanceof OsacError)) throw error;
  return { findings: [notReadAgainFinding(error.findings[0]!.message)] };
}

/**
 * Compares the plan with the cluster as it is now. Finds the entities of the plan that have changed since.
 */
export async function recheckPlan(
  reader: Reader,
  connection: Connection,
  { plan: planned, live }: Reconciliation,
): Promise<Plan> {
  const { cluster, changes } = planned;
  refuseOtherCluster(cluster, await readUuidAgain(reader, connection));
  return checkUnchanged(planned, live, await fetchLive(reader, connection, cluster, collectKinds(changes)));
}

/** An address can lead to another cluster in the meantime, and the entities of the plan can be the same in both. */
function refuseOtherCluster({ uuid: planned }: ClusterInfo, now: string | undefined): void {
  if (planned === undefined || now === undefined || planned === now) return;
  const message = `the address leads to another cluster now: the plan is of ${planned}, and ${now} answers`;
  throw new OsacError("stale", [staleFinding("other-cluster", message, planAgain)]);
}

/** Reads the written kinds again. Reports entities that are not as desired, and does not write them again. */
async function verifyApplied(
  applied: Applied,
  refetchKind: (kind: KindName) => Promise<LiveKind>,
): Promise<VerifyResult> {
  const ended = (result: string): Change[] =>
    applied.outcomes.filter((outcome) => outcome.result === result).map(({ change }) => change);
  const written = ended("done");
  const after = await refetchKinds(collectKinds(written), refetchKind);
  const isAsDesired = (change: Change): boolean =>
    compareWithLive(change, after.get(change.kind)!).matchesAfter;
  // The state of failed changes is useful, but not required: a failed read is no error.
  const failed = await refetchKinds(collectKinds(ended("failed")), refetchKind).catch(
    () => new Map<KindName, LiveKind>(),
  );
  return {
    after: new Map([...failed, ...after]),
    findings: [
      ...[...after].flatMap(([kind, answer]) =>
        answer.readable ? [] : [{ ...notReadAgainFinding(answer.reason), kind }],
      ),
      ...written
        .filter((change) => after.get(change.kind)!.readable && !isAsDesired(change))
        .map(notAsDesiredFinding),
    ],
  };
}

function notReadAgainFinding(reason: string): Finding {
  const message = `what was written could not be read again: ${reason}`;
  return makeFinding("not-verified", { message, hint: "look at a new plan" });
}

function collectKinds(changes: readonly Change[]): KindName[] {
  return allKinds.map(({ name }) => name).filter((name) => changes.some(({ kind }) => kind === name));
}

async function refetchKinds(
  names: readonly KindName[],
  refetchKind: (kind: KindName) => Promise<LiveKind>,
): Promise<Map<KindName, LiveKind>> {
  return new Map(await Promise.all(names.map(async (name) => [name, await refetchKind(name)] as const)));
}

function notAsDesiredFinding({ kind, name, at }: Change): Finding {
  return makeFinding("not-as-desired", {
    message: "it was written, but the cluster returns something else",
    hint: "another client may have changed it since: make a new plan",
    kind,
    name,
    at,
  });
}
