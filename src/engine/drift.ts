import { compareAccess } from "../access/compare/index.ts";
import { describeGrants } from "../access/describe-grants.ts";
import { makeTransition, toDocuments } from "../access/documents.ts";
import type { Change } from "../model/change.ts";
import type { Connection, Reader } from "../model/cluster.ts";
import type { DriftCause } from "../model/drift.ts";
import type { Directory, LiveKind } from "../model/entity.ts";
import type { KindName } from "../model/kind-name.ts";
import type { EntityNote } from "../model/plan.ts";
import { findCauses } from "../plan/drift-cause.ts";
import { plan, type Reconciliation } from "./plan.ts";
import type { ClusterReads } from "./read-cluster.ts";
import type { Task } from "./task.ts";

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
  const changes = made.changes.filter((change) => causes.get(change) !== "files");
  const { before: cluster, after: files } = makeTransition(toDocuments(deciding), changes);
  const access = compareAccess({
    transition: { before: files, after: cluster, changes },
    version: made.cluster.version,
    facts: task.accessTests?.facts,
    restApiRoles: task.lockout?.restApiRoles,
  });
  return {
    ...found,
    plan: { ...made, access, unmanaged: describeUnmanaged(made.unmanaged, live) },
    causes,
  };
}

/** A reader must see which access an unmanaged entity grants, and to whom. */
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
