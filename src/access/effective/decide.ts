import type { Access } from "./access.ts";
import { isClusterAction, isForNewNames, isShrinkable, normalizeAction, whyUndecidable } from "./actions.ts";
import { isUnknown, type Because, type Decision, type Missing, type Unknown } from "./answer.ts";
import { isEverything, resolveNames, type RequestedNames } from "./names.ts";
import { withNearest } from "./nearest.ts";
import {
  findClusterPermission,
  findCoverage,
  findGrantors,
  findUniversal,
  type Grantor,
} from "./permissions.ts";
import { findDashboardsDoubt, findRefusal, findSpecialDoubt } from "./special.ts";
import { mappingDoubt, type Caller } from "./subject.ts";

/** A request as the server judges it: one action, with further actions on the same names. */
export interface Question {
  readonly action: string;
  readonly also?: readonly string[];
  /** Names, wildcards, aliases, data streams; none for all indices. Cluster actions ignore them. */
  readonly on?: readonly string[];
}

/** Decides whether the server permits an action to a caller. */
export function decideAction(access: Access, caller: Caller, question: Question): Decision {
  if (caller.isCertificate) return { verdict: "allowed", because: [] };
  if (caller.obstacle) return { verdict: "denied", missing: [caller.obstacle] };
  const action = normalizeAction(question.action);
  const doubt = mappingDoubt(access) ?? actionDoubt(action);
  if (doubt) return undecided([doubt]);
  const decision = isClusterAction(action, access.generation)
    ? decideCluster(access, caller, action)
    : decideIndices(access, caller, { ...question, action });
  return withNearest(access, caller, decision);
}

function actionDoubt(action: string): Unknown | undefined {
  const why = whyUndecidable(action);
  if (why !== undefined) return { code: "request-content", text: why };
  return /^(?:indices|cluster):/.test(action)
    ? undefined
    : { code: "plugin-action", text: `${action} is no action of the server itself` };
}

function decideCluster(access: Access, caller: Caller, action: string): Decision {
  const { generation } = access;
  if (caller.isServiceAccount && generation.knowsServiceAccounts)
    return denied([
      { need: "rule", what: "a service account has no cluster permissions", names: [], nearest: [] },
    ]);
  const finding = findClusterPermission(access, caller, action);
  const isByIndices = generation.shrinksMultiRequests && access.dynamic.shrinks && isMultiRequest(action);
  if (finding.is === "yes" && isByIndices) return undecided([multiRequestDoubt(action)]);
  if (finding.is === "yes") return { verdict: "allowed", because: [{ action, chain: finding.chain }] };
  if (finding.is === "unsure") return undecided([finding.reason]);
  return denied([{ need: "cluster-permission", what: action, names: [], nearest: [] }]);
}

function isMultiRequest(action: string): boolean {
  return ["indices:data/read/msearch", "indices:data/read/mget"].includes(action);
}

function multiRequestDoubt(action: string): Unknown {
  const text = `with do_not_fail_on_forbidden, up to 2.15 the server judges ${action} by the indices, too`;
  return { code: "request-content", text };
}

function decideIndices(access: Access, caller: Caller, question: Question): Decision {
  const { action, also = [], on = [] } = question;
  if (access.dynamic.isV4)
    return undecided([{ code: "evaluation-v4", text: "privileges_evaluation_type: v4 is not modelled" }]);
  const dashboards = findDashboardsDoubt(access, caller, on);
  if (dashboards) return undecided([dashboards]);
  const each = readTable(access, caller, [action, ...also]);
  const isByPattern = access.generation.shrinksByPattern && shrinking(access, question) === "yes";
  const table = isByPattern ? permittingAll(each) : each;
  const requested = resolveNames(access, on);
  if (isUnknown(requested)) return decideUnresolved(access, table, question, requested);
  const refusal = findRefusal(access, action, requested);
  if (refusal) return denied([refusal]);
  const doubt = findSpecialDoubt(access, action, requested);
  if (doubt) return undecided([doubt]);
  return decideNames(access, caller, table, requested, question);
}

/** The blocks that permit each of the actions. */
type Table = ReadonlyMap<string, readonly Grantor[]>;

function readTable(access: Access, caller: Caller, actions: readonly string[]): Table {
  return new Map(actions.map((action) => [action, findGrantors(access, caller, action)]));
}

/** Keeps only the blocks that permit all of the actions. */
function permittingAll(table: Table): Table {
  const blocks = [...table.values()].map((grantors) => new Set(grantors.map(({ block }) => block)));
  return new Map(
    [...table].map(([action, grantors]) => [
      action,
      grantors.filter(({ block }) => blocks.every((some) => some.has(block))),
    ]),
  );
}

/**
 * A permission on every name is enough even if osac does not know the names. The security index is an
 * exception: the server refuses guarded actions on it.
 */
function decideUnresolved(access: Access, table: Table, question: Question, reason: Unknown): Decision {
  const universal = [...table].map(([action, grantors]) => ({ action, finding: findUniversal(grantors) }));
  const because = universal.flatMap(({ action, finding }): Because[] =>
    finding.is === "yes" ? [{ action, name: "*", chain: finding.chain }] : [],
  );
  const { on = [] } = question;
  const isSettled = reason.code === "cluster-names" && because.length === universal.length;
  if (!isSettled) return undecided([reason]);
  const everything: RequestedNames = { isAll: isEverything(on), names: [], missing: [] };
  const refusal = findRefusal(access, question.action, everything);
  if (refusal) return denied([refusal]);
  const mayReach = on.some(
    (expression) => access.matches(expression, access.settings.config_index_name) === "yes",
  );
  const probe: RequestedNames = { isAll: false, names: [access.settings.config_index_name], missing: [] };
  if (mayReach && findRefusal(access, question.action, probe))
    return denied([findRefusal(access, question.action, probe)!]);
  return hasSpecialSettings(access)
    ? undecided([{ code: "system-index", text: "system or protected indices may be among them" }])
    : { verdict: "allowed", because };
}

function hasSpecialSettings({ settings }: Access): boolean {
  return (
    settings["system_indices.enabled"] ||
    settings["system_indices.permission.enabled"] ||
    settings["protected_indices.enabled"] ||
    settings["compliance.immutable_indices"].length > 0
  );
}

/**
 * The judgement of one name: the chains of the permitted actions, the actions that lack a permission, and
 * doubts.
 */
interface Row {
  readonly name: string;
  readonly because: readonly Because[];
  readonly lacking: readonly string[];
  readonly doubts: readonly Unknown[];
}

function decideNames(
  access: Access,
  caller: Caller,
  table: Table,
  requested: RequestedNames,
  question: Question,
): Decision {
  const rows = requested.names.map((name) => readRow(access, caller, table, name));
  const decision = isJudgedWhole(access, requested)
    ? decideWhole(access, table, rows, question)
    : decideRows(access, rows, question);
  return withRoleSpan(
    access,
    caller,
    table,
    requested,
    question,
    withMissingNames(decision, requested, question),
  );
}

function readRow(access: Access, caller: Caller, table: Table, name: string): Row {
  const cells = [...table].map(([action, grantors]) => ({
    action,
    finding: findCoverage(access, caller, grantors, name),
  }));
  return {
    name,
    because: cells.flatMap(({ action, finding }) =>
      finding.is === "yes" ? [{ action, name, chain: finding.chain }] : [],
    ),
    lacking: cells.filter(({ finding }) => finding.is === "no").map(({ action }) => action),
    doubts: cells.flatMap(({ finding }) => (finding.is === "unsure" ? [finding.reason] : [])),
  };
}

/** Servers that resolve patterns treat a request for all indices as one name, which only `*` covers. */
function isJudgedWhole({ generation }: Access, { isAll }: RequestedNames): boolean {
  return isAll && !generation.comparesNames;
}

function decideWhole(access: Access, table: Table, rows: readonly Row[], question: Question): Decision {
  const universal = [...table].map(([action, grantors]) => ({ action, finding: findUniversal(grantors) }));
  const doubts = universal.flatMap(({ finding }) => (finding.is === "unsure" ? [finding.reason] : []));
  const lacking = universal.filter(({ finding }) => finding.is === "no").map(({ action }) => action);
  const because = universal.flatMap(({ action, finding }): Because[] =>
    finding.is === "yes" ? [{ action, name: "*", chain: finding.chain }] : [],
  );
  if (lacking.length === 0 && doubts.length === 0) return { verdict: "allowed", because };
  if (lacking.length === 0) return undecided(doubts);
  const shrinks = shrinking(access, question);
  if (shrinks === "yes") {
    const shrunk = decideRows(access, rows, question);
    return shrunk.verdict === "allowed" ? partly("shrunk", rows, []) : shrunk;
  }
  const missing: Missing[] = lacking.map((what) => ({
    need: "index-permission",
    what,
    names: ["*"],
    nearest: [],
  }));
  return shrinks === "no" ? denied(missing) : undecided([shrinks]);
}

function decideRows(access: Access, rows: readonly Row[], question: Question): Decision {
  const refused = rows.filter(({ lacking }) => lacking.length > 0);
  const sure = rows.filter(({ lacking, doubts }) => lacking.length === 0 && doubts.length === 0);
  const open = rows.filter(({ lacking, doubts }) => lacking.length === 0 && doubts.length > 0);
  if (open.length > 0 && !isDeniedAnyway(access, refused, question))
    return undecided(open.flatMap(({ doubts }) => doubts));
  return refused.length === 0
    ? decidePermitted(access, sure, question)
    : decideRefused(access, sure, refused, question);
}

function decidePermitted(access: Access, rows: readonly Row[], question: Question): Decision {
  const isRewritten = access.generation.rewritesPermitted && shrinking(access, question) === "yes";
  const because = rows.flatMap((row) => row.because);
  return { verdict: "allowed", because, isRewritten: isRewritten || undefined };
}

function decideRefused(
  access: Access,
  sure: readonly Row[],
  refused: readonly Row[],
  question: Question,
): Decision {
  const missing = listMissing(refused);
  const shrinks = shrinking(access, question);
  if (typeof shrinks !== "string") return undecided([shrinks]);
  if (sure.length > 0) return partly(shrinks === "yes" ? "shrunk" : "403", sure, missing);
  const empties = shrinks === "yes" && access.dynamic.empties;
  return empties && isReplaceable(question) ? partly("emptied", [], missing) : denied(missing);
}

/**
 * True if the request fails whatever the doubts are: some names are refused, and the server requires all of
 * them.
 */
function isDeniedAnyway(access: Access, refused: readonly Row[], question: Question): boolean {
  return refused.length > 0 && shrinking(access, question) === "no";
}

/**
 * "yes" if the server reduces the request to the permitted names; a reason if osac could not read the
 * setting.
 */
function shrinking({ dynamic, generation }: Access, { action }: Question): "yes" | "no" | Unknown {
  if (!isShrinkable(action, generation)) return "no";
  if (!dynamic.isRead)
    return { code: "unread-kind", text: "osac could not read config, which has do_not_fail_on_forbidden" };
  return dynamic.shrinks ? "yes" : "no";
}

/** False for a request for one document, which has no list of names that the server could empty. */
function isReplaceable({ action }: Question): boolean {
  return !["indices:data/read/get", "indices:data/read/tv", "indices:data/read/explain"].includes(action);
}

/** A request that needs a literal name finds nothing if the name does not exist. */
function withMissingNames(decision: Decision, { missing }: RequestedNames, { action }: Question): Decision {
  if (missing.length === 0 || isForNewNames(action)) return decision;
  if (decision.verdict !== "allowed") return decision;
  const names = decision.because.flatMap(({ name }) => name ?? []);
  return {
    verdict: "partly",
    effect: "404",
    names: [...new Set(names)],
    because: decision.because,
    missing: [],
  };
}

/** With `multi_rolespan_enabled: false`, one role alone must permit everything. */
function withRoleSpan(
  access: Access,
  caller: Caller,
  table: Table,
  requested: RequestedNames,
  question: Question,
  decision: Decision,
): Decision {
  const isOn = access.generation.honoursRoleSpan && !access.dynamic.spansRoles;
  if (!isOn || caller.roles.length < 2 || ["denied", "unknown"].includes(decision.verdict)) return decision;
  const alone = caller.roles.map((role) => {
    const own = new Map(
      [...table].map(([action, grantors]) => [action, grantors.filter(({ mapped }) => mapped === role)]),
    );
    return decideNames(access, { ...caller, roles: [role] }, own, requested, question);
  });
  const full = alone.find(({ verdict }) => verdict === "allowed");
  if (full) return full;
  if (shrinking(access, question) !== "no" && decision.verdict === "allowed") return { ...decision };
  if (decision.verdict !== "allowed") return decision;
  const what = "multi_rolespan_enabled is false: one role alone has to permit all of it";
  return denied([{ need: "rule", what, names: requested.names, nearest: [] }]);
}

function listMissing(rows: readonly Row[]): Missing[] {
  const byAction = new Map<string, string[]>();
  for (const { name, lacking } of rows)
    for (const action of lacking) if (!byAction.get(action)?.push(name)) byAction.set(action, [name]);
  return [...byAction].map(([what, names]) => ({ need: "index-permission", what, names, nearest: [] }));
}

function partly(
  effect: "403" | "shrunk" | "emptied",
  rows: readonly Row[],
  missing: readonly Missing[],
): Decision {
  return {
    verdict: "partly",
    effect,
    names: rows.map(({ name }) => name),
    because: rows.flatMap(({ because }) => because),
    missing,
  };
}

function denied(missing: readonly Missing[]): Decision {
  return { verdict: "denied", missing };
}

function undecided(reasons: readonly Unknown[]): Decision {
  const seen = new Map(reasons.map((reason) => [reason.text, reason]));
  return { verdict: "unknown", reasons: [...seen.values()] };
}
