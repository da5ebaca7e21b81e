import { compareAccess, comparedKinds, concernsAccess } from "../access/compare/index.ts";
import { makeTransition, toDocuments } from "../access/documents.ts";
import type { AccessDifference } from "../model/access-change.ts";
import type { Change } from "../model/change.ts";
import type { ClusterInfo, Connection, Reader } from "../model/cluster.ts";
import type { LiveKind } from "../model/entity.ts";
import type { KindName } from "../model/kind-name.ts";
import { addMissingKinds } from "./read-cluster.ts";

/** The live state, by kind. */
type Live = ReadonlyMap<KindName, LiveKind>;

/** The deciding kinds, if the changes affect access. osac reads those that the files do not declare. */
export async function readDeciding(
  reader: Reader,
  connection: Connection,
  changes: readonly Change[],
  state: { readonly live: Live; readonly cluster: ClusterInfo },
): Promise<Live> {
  if (!changes.some(concernsAccess)) return state.live;
  return addMissingKinds(reader, connection, state, comparedKinds);
}

/** Compares the access of users before and after some changes. */
export function compareChanges(
  deciding: Live,
  changes: readonly Change[],
  { version }: ClusterInfo,
  restApiRoles: readonly string[] | undefined,
): AccessDifference | undefined {
  const transition = makeTransition(toDocuments(deciding), changes);
  return compareAccess({ transition, version, restApiRoles });
}

/** Compares the access of users in the cluster with that in the files. */
export function compareWithFiles(
  deciding: Live,
  changes: readonly Change[],
  { version }: ClusterInfo,
  restApiRoles: readonly string[] | undefined,
): AccessDifference | undefined {
  const { before, after } = makeTransition(toDocuments(deciding), changes);
  return compareAccess({ transition: { before: after, after: before, changes }, version, restApiRoles });
}
