import { compareAccess, concernsAccess } from "../access/compare/index.ts";
import { canTakeAccess, makeTransition, toDocuments } from "../access/index.ts";
import { touches, type OwnAccess } from "../access/own-changes.ts";
import { OsacError, isError } from "../errors.ts";
import type { Proofs } from "../git/history.ts";
import { dropIgnored, findIgnored } from "../kinds/ignore-rules.ts";
import { administrationKinds, allKinds, kinds, permissionKinds } from "../kinds/index.ts";
import type { Change } from "../model/change.ts";
import type { Connection, Reader } from "../model/cluster.ts";
import type { LiveState } from "../model/entity.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Comparison, IgnoreRule, Plan } from "../model/plan.ts";
import { compare, makePlan, type PlanInput } from "../plan/make-plan.ts";
import { listNamesToProve } from "../plan/ownership.ts";
import { isLeftOut, makeRefusedRules } from "../plan/refused-entities.ts";
import { limitFindings, toErrors } from "../report/findings-text.ts";
import type { AccessTestTask } from "./check-access-tests.ts";
import type { Finding } from "../model/finding.ts";
import { checkLockout } from "./check-lockout.ts";
import { findRestApiRoles, judgeEscalations } from "./compare-access.ts";
import { judgePlan } from "./judge-plan.ts";
import { addMissingKinds, startReading, type ClusterReads } from "./read-cluster.ts";
import type { Task } from "./task.ts";
import { verifyLogins, type LoginTask, type Verification } from "./verify-passwords.ts";
import { getEntities } from "../plan/live-entity.ts";

/** A plan, with the live state that it was made from. */
export interface Reconciliation {
  readonly plan: Plan;
  readonly live: LiveState;
  /** The live state, with the kinds that decide about access if the changes concern it. */
  readonly deciding: LiveState;
  /** The changes that touch the caller's own access. */
  readonly own: OwnAccess;
  readonly loginResults: Verification["loginResults"];
}

/** Compares the files with the cluster, and judges the plan. Writes nothing: a reader cannot write. */
export async function plan(
  reader: Reader,
  connection: Connection,
  task: Task,
  reads: ClusterReads = startReading(reader, connection, [...task.directory.kinds.keys()]),
): Promise<Reconciliation> {
  const { directory } = task;
  // Only `apply` and `rollback` have a reviewed plan or a backup.
  const reviewed = task.reviewed || task.backup ? await import("./reviewed-plan.ts") : undefined;
  const cluster = await preferFileErrors(task, reads.cluster);
  reviewed?.refuseWrongOccasion(task, cluster);
  const live = await preferFileErrors(task, reads.live);
  // osac ignores entities whose files have errors, like those that the user ignores.
  const refused = makeRefusedRules(directory);
  const considered = { ...task, choice: { ...task.choice, ignore: [...task.choice.ignore, ...refused] } };
  const state = { directory, live, cluster };
  const logins = await verifyLogins(reader, connection, state, makeLoginTask(considered));
  const proofs = await findProofs(considered, live);
  const { verified, refuted, loginResults } = logins;
  const choice = { ...considered.choice, verified, refuted, proved: proofs.proved };
  const compared = dropRefusedNotes(compareDirectory({ ...state, choice }), refused, task.choice);
  const held = reviewed?.restrictToReviewed(task, compared, live) ?? compared;
  const tests = task.guards ? task.accessTests : undefined;
  const deciding = await addMissingKinds(
    reader,
    connection,
    state,
    listDecidingKinds(held.changes, task, tests),
  );
  const lockout = await checkLockout(reader, connection, held.changes, { ...state, deciding }, task.lockout);
  const tested = await runAccessTests(reader, held.changes, { live: deciding, cluster }, tests);
  const access = compareAccess({
    transition: makeTransition(toDocuments(deciding), held.changes),
    version: cluster.version,
    facts: task.accessTests?.facts,
    restApiRoles: findRestApiRoles(task, connection),
  });
  const escalations = judgeEscalations(access, held.changes, task.administration);
  // Changes of the caller's own access come last. If one fails, the others are written already.
  const made = { ...makePlan(held, touches(lockout.own)), access, escalations };
  const found = [...proofs.findings, ...logins.findings, ...lockout.findings, ...tested];
  const findings = await judgePlan(reader, made, live, task, found);
  return { plan: { ...made, findings }, live, deciding, own: lockout.own, loginResults };
}

/** Checks the access tests. A directory without any loads no code for them. */
async function runAccessTests(
  reader: Reader,
  changes: readonly Change[],
  state: Pick<PlanInput, "live" | "cluster">,
  task: AccessTestTask | undefined,
): Promise<readonly Finding[]> {
  if (task === undefined || task.tests.length === 0) return task?.findings ?? [];
  const { checkAccessTests } = await import("./check-access-tests.ts");
  return checkAccessTests(reader, changes, state, task);
}

/**
 * The kinds that decide about access, as far as the changes, the lockout guard and the access tests concern
 * it. osac reads those that the files do not declare.
 */
function listDecidingKinds(
  changes: readonly Change[],
  { lockout }: Task,
  tests: Task["accessTests"],
): KindName[] {
  const isLockoutPossible = lockout !== undefined && changes.some(canTakeAccess);
  const asksPermissions = changes.some(concernsAccess) || (tests !== undefined && tests.tests.length > 0);
  return [...(asksPermissions ? permissionKinds : []), ...(isLockoutPossible ? administrationKinds : [])];
}

/**
 * If no kind can be compared, the run must not report that nothing differs. A rollback of a run without
 * changes has nothing to compare.
 */
function compareDirectory(input: PlanInput): Comparison {
  const compared = compare(input);
  if (compared.kinds.length > 0 || input.directory.kinds.size === 0) return compared;
  throw new OsacError("access", toErrors(compared.findings));
}

/**
 * Removes the notes that these entities are ignored. The user did not ask for it, and their errors name them.
 */
function dropRefusedNotes(
  made: Comparison,
  refused: readonly IgnoreRule[],
  { ignore }: Task["choice"],
): Comparison {
  const ignored = made.ignored.filter((one) => !isLeftOut(one, refused) || isLeftOut(one, ignore));
  return { ...made, ignored };
}

/** Errors in the files come before errors of the cluster. */
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

/** osac does not try a login whose result would not change the plan. */
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

/** Finds unmanaged entities in the git history, for `prune: removed`. */
async function findProofs(
  { directory, choice: { prune, ignore }, history }: Task,
  all: LiveState,
): Promise<Proofs> {
  const live = dropIgnored(all, ignore);
  const kept = allKinds.filter(
    ({ name }) => prune[name]?.mode === "removed" && directory.kinds.has(name) && live.get(name)?.readable,
  );
  if (kept.length === 0) return { proved: new Map(), findings: [] };
  const names = kept.map(({ name }) => {
    const declared = directory.kinds.get(name)!;
    return [name, listNamesToProve(prune[name], declared, getEntities(live.get(name)))] as const;
  });
  const { proveDeletions } = await import("../git/history.ts");
  return proveDeletions(history.directory, history.paths, new Map(names), history.layering);
}
