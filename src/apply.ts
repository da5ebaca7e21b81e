import { fetchLive } from "./cluster/fetch.ts";
import { writableKinds } from "./cluster/write/access-proof.ts";
import { applySteps, type Applied } from "./cluster/write/apply.ts";
import { readKind, type WriteChoice } from "./cluster/write/context.ts";
import { OsacError } from "./errors.ts";
import { allKinds } from "./kinds/index.ts";
import { openRecovery } from "./lockout.ts";
import type { Change, Connection, Finding, KindName, LiveKind, Plan, Reader, Step, Writer } from "./model.ts";
import type { HashChoice } from "./passwords/hash.ts";
import { hashRequests } from "./passwords/logins.ts";
import { disproofFindings } from "./plan/prove.ts";
import { holdToSeen } from "./plan/reviewed/stale.ts";
import { standingOf } from "./plan/state.ts";
import { stepsOf } from "./plan/steps.ts";
import { writesIn } from "./plan/writes.ts";
import type { Reconciliation } from "./reconcile.ts";

/** A plan that is ready to be written: its passwords are hashed, and each of its requests is proved. */
export interface Prepared extends Reconciliation {
  /** Exactly what is sent. */
  readonly steps: readonly Step[];
}

/** How a plan is to be written. */
export interface ApplyOptions extends WriteChoice {
  /** The admin certificate that may take back what locks the caller out. */
  readonly recovery?: Connection | undefined;
}

/** What reading again after a write has shown. */
interface Verified {
  /** The kinds that were written, or were to be; absent where they could not be read. */
  readonly after?: ReadonlyMap<KindName, LiveKind>;
  readonly findings: readonly Finding[];
}

/** What became of a plan. */
export type Written = Applied & Verified;

/** Hashes the passwords of a plan, which takes its time, and proves what is to be sent. Writes nothing. */
export async function prepare(planned: Reconciliation, hashing: HashChoice): Promise<Prepared> {
  const { version } = planned.plan.cluster;
  const requests = await hashRequests(planned.plan.requests, hashing);
  const disproved = disproofFindings(writesIn(requests), planned.live, version);
  if (disproved.length > 0) throw new OsacError("input", disproved);
  return { ...planned, steps: stepsOf(requests, version) };
}

/** Sends what was prepared, request by request, and reads again what it wrote. */
export async function apply(
  writer: Writer,
  connection: Connection,
  { plan: planned, live, own, steps }: Prepared,
  { recovery: certificate, ...choice }: ApplyOptions,
): Promise<Written> {
  const { cluster } = planned;
  const access = { writer, connection, cluster, live };
  const recovery = await openRecovery(certificate, planned, own);
  const writable = own.changes.size > 0 ? await writableKinds(writer) : [];
  try {
    const applied = await applySteps(steps, { ...access, ...choice, own, writable, recovery });
    const verified = await verify(applied, (kind) => readKind(access, kind)).catch(notVerified);
    return { ...applied, ...verified, findings: [...applied.findings, ...verified.findings] };
  } finally {
    await recovery?.writer.close();
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
