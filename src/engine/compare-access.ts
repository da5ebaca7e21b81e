import { compareAccess } from "../access/compare/index.ts";
import { permissionKinds } from "../kinds/index.ts";
import { services } from "../kinds/services/index.ts";
import type { AccessDifference } from "../model/access-change.ts";
import type { Change } from "../model/change.ts";
import type { Connection } from "../model/cluster.ts";
import type { Body } from "../model/value.ts";
import { isSameValue } from "../value/equal.ts";
import type { AccessBasis } from "./load-access.ts";
import { findEscalations } from "../access/escalation/index.ts";
import { allowEscalations } from "../guard/index.ts";
import type { Escalation } from "../model/escalation.ts";
import type { AdministrationTask, Task } from "./task.ts";

/** Compares the access of users in two directories, or in a directory and the cluster. */
export function compareBases(
  before: AccessBasis,
  after: AccessBasis,
  restApiRoles: readonly string[] | undefined,
): AccessDifference {
  const [old, now] = [addBuiltIns(before, after), addBuiltIns(after, before)];
  const missing = permissionKinds.filter((kind) => !old.has(kind) || !now.has(kind));
  if (missing.length > 0)
    return {
      changes: [],
      escalations: [],
      doubts: [`not compared: ${missing.join(", ")} cannot be read on both sides`],
    };
  const transition = { before: old, after: now, changes: listChanges(old, now, after) };
  const { version, facts } = after;
  const compared = compareAccess({ transition, version: version.value, facts, restApiRoles });
  return compared ?? { changes: [], escalations: [], doubts: [] };
}

/**
 * The documents of one side. Beside the cluster, files count as they would in it: what they do not declare
 * is there if it is built-in, and a resource type without a file is as in the cluster.
 */
function addBuiltIns(
  side: AccessBasis,
  { directory, documents, isOwn }: AccessBasis,
): AccessBasis["documents"] {
  if (side.directory === undefined || directory !== undefined) return side.documents;
  const kinds = permissionKinds.flatMap((kind) => {
    const [declared, live] = [side.documents.get(kind), documents.get(kind)];
    const isDeclared = declared !== undefined && !side.absent.includes(kind);
    if (live === undefined || !isDeclared) return live ? [[kind, live] as const] : [];
    const builtIn = [...live].filter(([name]) => !isOwn(kind, name));
    return [[kind, new Map([...builtIn, ...declared])] as const];
  });
  return new Map(kinds);
}

/** Lists the entities that differ, with their places on either side. */
function listChanges(
  before: AccessBasis["documents"],
  after: AccessBasis["documents"],
  { locate }: AccessBasis,
): Change[] {
  return permissionKinds.flatMap((kind) => {
    const [old, now] = [before.get(kind)!, after.get(kind)!];
    const names = new Set([...old.keys(), ...now.keys()]);
    return [...names].flatMap((name): Change[] => {
      const change = makeChange(old.get(name), now.get(name));
      return change ? [{ kind, name, at: locate({ kind, name, pointer: "" }), ...change }] : [];
    });
  });
}

type Step =
  | { readonly action: "create"; readonly after: Body }
  | { readonly action: "update"; readonly before: Body; readonly after: Body }
  | { readonly action: "delete"; readonly before: Body };

function makeChange(before: Body | undefined, after: Body | undefined): Step | undefined {
  if (before === undefined) return after && { action: "create", after };
  if (after === undefined) return { action: "delete", before };
  return isSameValue(before, after) ? undefined : { action: "update", before, after };
}

/** The roles that open the REST API: those of the settings, or of the managed service. Undefined if unknown. */
export function findRestApiRoles(
  { administration }: Pick<Task, "administration">,
  { service }: Pick<Connection, "service">,
): readonly string[] | undefined {
  return administration?.restApiRoles ?? (service && services[service].restApiRoles);
}

/** Finds the escalations of some changes, and marks those that the settings allow. */
export function judgeEscalations(
  access: AccessDifference | undefined,
  changes: readonly Change[],
  administration: AdministrationTask = { approvals: [], breakGlass: [] },
): Escalation[] {
  return allowEscalations(findEscalations(access?.escalations ?? [], changes), administration);
}
