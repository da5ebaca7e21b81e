import { compareAccess, concernsAccess } from "../access/compare/index.ts";
import { describeGrants } from "../access/describe-grants.ts";
import { makeTransition, toDocuments } from "../access/documents.ts";
import { permissionKinds } from "../kinds/index.ts";
import type { AccessDifference } from "../model/access-change.ts";
import type { Change } from "../model/change.ts";
import type { ClusterInfo, Connection, Reader } from "../model/cluster.ts";
import type { DriftCause } from "../model/drift.ts";
import type { Directory, LiveState } from "../model/entity.ts";
import type { Escalation } from "../model/escalation.ts";
import type { EntityNote } from "../model/plan.ts";
import { findCauses } from "../plan/drift-cause.ts";
import { findRestApiRoles, judgeEscalations } from "./compare-access.ts";
import { listHandmade } from "./find-handmade.ts";
import { plan, type Reconciliation } from "./plan.ts";
import { addMissingKinds, type ClusterReads } from "./read-cluster.ts";
import type { Task } from "./task.ts";
import { reverseChange } from "../plan/diff.ts";

/** A plan, with which side changed each of the entities that differ. */
export interface Drift extends Reconciliation {
  readonly causes: ReadonlyMap<Change, DriftCause>;
}

/** Compares, and finds out which side changed if the files as last applied are known. */
export async function drift(
  reader: Reader,
  connection: Connection,
  task: Task,
  base?: Directory,
  reads?: ClusterReads,
): Promise<Drift> {
  const found = await plan(reader, connection, task, reads);
  // A failed login must not fail again with the passwords of the base.
  const logins = task.logins && found.loginResults;
  const older = base && (await plan(reader, connection, { ...task, logins, directory: base }));
  const { live, deciding, plan: made } = found;
  const causes = findCauses(made.changes, older?.plan.changes);
  // Changes in the files that are not applied yet are no changes in the cluster.
  const moved = made.changes.filter((change) => causes.get(change) !== "files").map(reverseChange);
  const restApiRoles = findRestApiRoles(task, connection);
  const access = compareHistory(deciding, moved, made.cluster, { ...task, restApiRoles });
  const { escalations, doubts } = await findEscalations(reader, connection, found, moved, task);
  return {
    ...found,
    plan: {
      ...made,
      access: access ?? (doubts.length > 0 ? { changes: [], escalations: [], doubts } : undefined),
      escalations,
      unmanaged: describeUnmanaged(made.unmanaged, live),
    },
    causes,
  };
}

/**
 * Finds the escalations that changes in the cluster and unmanaged entities make. The comparison begins with
 * the files and what the server ships.
 */
async function findEscalations(
  reader: Reader,
  connection: Connection,
  { live, deciding, plan: { cluster } }: Reconciliation,
  moved: readonly Change[],
  task: Task,
): Promise<{ readonly escalations: readonly Escalation[]; readonly doubts: readonly string[] }> {
  const made = [...moved, ...listHandmade(live, task.directory, task.choice.ignore)];
  const missing = made.some(concernsAccess) ? permissionKinds : [];
  const known = await addMissingKinds(reader, connection, { live: deciding, cluster }, missing);
  const restApiRoles = findRestApiRoles(task, connection);
  const access = compareHistory(known, made, cluster, { ...task, restApiRoles });
  return { escalations: judgeEscalations(access, made, task.administration), doubts: access?.doubts ?? [] };
}

/** A reader must see which access an unmanaged entity grants, and to whom. */
function describeUnmanaged(unmanaged: readonly EntityNote[], live: LiveState): EntityNote[] {
  const documents = toDocuments(live);
  return unmanaged.map((one) => {
    const grants = describeGrants(documents, one.kind, one.name);
    return grants === undefined ? one : { ...one, grants };
  });
}

/** Compares the access of users before changes that the cluster already has with their access now. */
function compareHistory(
  known: LiveState,
  changes: readonly Change[],
  { version }: ClusterInfo,
  {
    accessTests,
    restApiRoles,
  }: Pick<Task, "accessTests"> & { readonly restApiRoles?: readonly string[] | undefined },
): AccessDifference | undefined {
  const { before, after } = makeTransition(toDocuments(known), changes.map(reverseChange));
  return compareAccess({
    transition: { before: after, after: before, changes },
    version,
    facts: accessTests?.facts,
    restApiRoles,
  });
}
