import type { InversePatch, Step, Suspect } from "../model/change.ts";
import type { ClusterInfo } from "../model/cluster.ts";
import type { Finding } from "../model/finding.ts";
import type { Json, Value } from "../model/value.ts";
import { Secret } from "../secrets/secret.ts";
import { unloadableFindings } from "../lint/stored-configuration.ts";
import { findSuspects } from "../plan/suspects.ts";
import { collectionPath } from "../cluster/client.ts";
import { describeReply, type Reply } from "./classify-reply.ts";
import { proveAccess } from "./check-access.ts";
import type { ApplyContext, WriteAccess } from "./context.ts";
import { revert, type RevertResult } from "./revert.ts";
import {
  changeFinding,
  requestFinding,
  listChangeNames,
  type Fault,
  type RequestOutcome,
} from "./request-outcome.ts";
import { mapScalars } from "../value/walk.ts";

const noRestart = "do not restart any node: nobody could log in after it";

/**
 * Reverts at once a change that the server stored and cannot load. Until then neither this change nor a later
 * one takes effect. `isFirst`: this run wrote nothing before.
 */
export async function recover(
  step: Step,
  answer: Reply,
  isFirst: boolean,
  context: ApplyContext,
): Promise<RequestOutcome> {
  const undone = await revert(step, context);
  const findings = undone.isBack
    ? undone.isWriting
      ? recovered(step, answer, undone, context)
      : [requestFinding(step, invalidByOthersFault(answer, undone, isFirst))]
    : [requestFinding(step, notRecovered(step, answer, undone, context))];
  return { results: step.changes.map(() => "failed"), findings, mayGoOn: false };
}

/**
 * Reverts a change that locked the caller out: with the recovery certificate if there is one, and if that
 * fails as the caller.
 */
export async function restoreAccess(step: Step, why: string, context: ApplyContext): Promise<RequestOutcome> {
  const undone = await revertByAny(step, context.recovery ? [context.recovery, context] : [context]);
  const what = `after it the caller could not change the security configuration any more (${why})`;
  const fault = undone.isBack
    ? await describeReverted(step, `${what}. osac reverted it${lostText(undone)}`, context)
    : {
        message: `${what}, and osac could not revert it: ${undone.reason}`,
        hint: formatManualPatch(undone.inverse, context),
      };
  const result = undone.isBack ? "failed" : "done";
  const finding = requestFinding(step, { code: "locked-out", refusedBy: "lockout", ...fault });
  return { results: step.changes.map(() => result), findings: [finding], mayGoOn: false };
}

async function revertByAny(step: Step, ways: readonly WriteAccess[]): Promise<RevertResult> {
  const [first, ...others] = ways;
  const undone = await revert(step, first!);
  return undone.isBack || others.length === 0 ? undone : revertByAny(step, others);
}

/** Checks the access again after the change was reverted, and describes the result. */
async function describeReverted(
  step: Step,
  message: string,
  context: ApplyContext,
): Promise<Pick<Fault, "message" | "hint">> {
  const still = await proveAccess(step, context);
  return still === undefined
    ? {
        message: `${message}, and the caller has its access again`,
        hint: "check the risks that the plan named, lockout.rest_api_roles in osac.yml, and the log of the node",
      }
    : { message: `${message}, but that does not help: ${still}`, hint: "look at osac status" };
}

function recovered(step: Step, answer: Reply, undone: RevertResult, { cluster }: ApplyContext): Finding[] {
  const suspects = suspectsIn(step, cluster);
  const known = suspects.filter(({ isKnown }) => isKnown);
  const what = `${describeReply(answer)}: the change was stored, and could not be loaded. osac reverted it, and the cluster accepts writes again`;
  const message = `${what}${lostText(undone)}`;
  if (known.length > 0)
    return known.map(({ change, why }) =>
      changeFinding(change, {
        code: "invalid-stored-configuration",
        message: `${message}. At fault: ${why}`,
        hint: "correct it",
      }),
    );
  const likely = suspects.map(({ change }) => change);
  const looks = likely.length > 0 ? `look at ${listChangeNames(likely)} first: ${suspects[0]!.why}. ` : "";
  return [
    requestFinding(step, {
      code: "invalid-stored-configuration",
      message: `${message}. Why is not known`,
      hint: `${looks}The log of the node has the reason. A node that is shutting down gives the same answer, and so does a node before 3.2 that is already loading: then run again`,
    }),
  ];
}

/**
 * The fault if writes still have no effect after osac reverted the change: another client's change is the
 * cause.
 */
function invalidByOthersFault(answer: Reply, undone: RevertResult, isFirst: boolean): Fault {
  const when = isFirst ? "before this run began" : "while this run was under way";
  return {
    code: "invalid-stored-by-others",
    message: `${describeReply(answer)}: no write takes effect, because a node cannot load what another client stored ${when}. osac reverted the change${lostText(undone)}`,
    hint: `${noRestart}. Run osac status, find in the log of the node what it cannot load, and revert that with the admin certificate`,
  };
}

function notRecovered(
  step: Step,
  answer: Reply,
  { inverse, reason }: RevertResult,
  context: ApplyContext,
): Fault {
  const likely = suspectsIn(step, context.cluster).map(({ change, why }) => `${change.name}: ${why}`);
  const cause = likely.length > 0 ? `. Look at ${likely.join(", ")}` : "";
  return {
    code: "not-recovered",
    message: `${describeReply(answer)}: the cluster stored the change and cannot load it; no later write takes effect. osac could not revert it: ${reason}${cause}`,
    hint: `${noRestart}. ${formatManualPatch(inverse, context)}`,
  };
}

/** Entities of a request that the server cannot load, or probably cannot. */
function suspectsIn(step: Step, { version }: ClusterInfo): Suspect[] {
  return findSuspects(step, (documents) => unloadableFindings(documents, version));
}

/** The request that an operator must send, complete except for secrets. */
function formatManualPatch({ kind, operations }: InversePatch, { connection }: ApplyContext): string {
  if (operations.length === 0) return "upload the last good files with securityadmin.sh";
  const body = operations.map((operation) =>
    operation.op === "remove" ? operation : { ...operation, value: withReferences(operation.value) },
  );
  return `Send this, with the admin certificate: PATCH ${collectionPath(connection, kind)} ${JSON.stringify(body)}`;
}

function withReferences(value: Value): Json {
  return mapScalars(value, (one): Json => (one instanceof Secret ? (one.reference ?? "(sensitive)") : one));
}

function lostText({ inverse: { lost } }: RevertResult): string {
  if (lost.length === 0) return "";
  const paths = lost.map(({ kind, name, path }) => `${kind}/${name} ${path.join(".")}`);
  return `, except for values that osac could not read: ${paths.join(", ")}`;
}
