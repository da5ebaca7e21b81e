import type { AccessPrincipal } from "../../model/access-change.ts";
import { defaultRestApiRoles } from "../compare/index.ts";
import { listCandidates, type Candidate } from "../compare/principals.ts";
import { needed } from "../compare/words.ts";
import { coveringNames } from "../effective/facts.ts";
import {
  can,
  findRestrictions,
  operations,
  type Access,
  type Caller,
  type Decision,
  type Target,
} from "../effective/index.ts";
import { coverWith } from "../effective/permissions.ts";
import { hasVariables, renderVariables } from "../effective/variables.ts";
import { replaceInvented } from "../invented-names.ts";
import { isExpression } from "../match-pattern.ts";
import { listIndexActions } from "./find-surplus.ts";
import { judgeAdministration } from "./judge-administration.ts";
import type { Judgement, MatrixLevel, ProbeAnswer } from "./judgement.ts";
import { makeExample } from "./list-access.ts";
import { findOperation, findTargetKind } from "./parse-question.ts";

/** An index pattern of a role, a tenant, the cluster, or an operation on it. */
interface Column {
  readonly kind: "security" | "index" | "tenant" | "cluster";
  /** The pattern, the tenant, the operation; `cluster` and `security configuration` as a whole. */
  readonly name: string;
  /** An index name that the pattern matches; absent if there is none, or if it depends on the caller. */
  readonly example?: string | undefined;
  /** What a caller must be able to do for each level: operations or actions. */
  readonly probes: readonly (readonly [MatrixLevel, readonly string[]])[];
}

/** The access of all principals. */
export interface Matrix {
  readonly principals: readonly AccessPrincipal[];
  readonly columns: readonly Column[];
  /** For each principal the judgements of the columns, in their order. */
  readonly rows: readonly (readonly Judgement[])[];
}

/** Computes who has which access, on each side for the principals and columns of all sides. */
export function readMatrices(
  sides: readonly Access[],
  restApiRoles: readonly string[] = defaultRestApiRoles,
): Matrix[] {
  const candidates = listCandidates(sides).filter(
    ({ principal }) => principal.kind !== "anonymous" || sides.some(({ dynamic }) => dynamic.letsAnonymousIn),
  );
  const columns = listColumns(sides);
  return sides.map((access) => readMatrix(access, candidates, columns, restApiRoles));
}

function readMatrix(
  access: Access,
  candidates: readonly Candidate[],
  columns: readonly Column[],
  restApiRoles: readonly string[],
): Matrix {
  const readCover = rememberCovers(access);
  const rows = candidates.map(({ identify }) => {
    const caller = identify(access);
    const judgeIndex = rememberJudgements(access, caller, readCover);
    return columns.map((column) => {
      if (column.kind === "security") return judgeAdministration(access, caller, restApiRoles);
      return column.kind === "index" ? judgeIndex(column) : judge(access, caller, column, findTarget(column));
    });
  });
  return { principals: candidates.map(({ principal }) => principal), columns, rows };
}

function findTarget({ kind, name }: Column): Target {
  return kind === "tenant" ? { kind, name } : { kind: "cluster" };
}

/** No permission names these characters, so only a permission for all actions matches them. */
const unknownPart = "\u{e000}\u{e001}\u{e002}\u{e003}\u{e004}\u{e005}\u{e006}\u{e007}\u{e008}";

const indexProbes: Column["probes"] = [
  ["read", needed.read],
  ["write", needed.write],
  ["manage", needed.manage],
  ["everything", [`indices:${unknownPart}`]],
];

const tenantProbes: Column["probes"] = [
  ["read", ["read in Dashboards"]],
  ["write", ["save in Dashboards"]],
];

const clusterProbes: Column["probes"] = [
  ["read", ["cluster:monitor/health", "cluster:monitor/state", "cluster:monitor/nodes/stats"]],
  ["manage", ["cluster:admin/settings/update", "cluster:admin/repository/put"]],
  ["everything", [`cluster:${unknownPart}`]],
];

function listColumns(sides: readonly Access[]): Column[] {
  return [
    { kind: "security", name: "security configuration", probes: [] },
    ...listPatterns(sides).map((name): Column => ({
      kind: "index",
      name,
      example: hasVariables(name) ? undefined : findExample(sides[0]!, name),
      probes: indexProbes,
    })),
    ...listTenants(sides).map((name): Column => ({ kind: "tenant", name, probes: tenantProbes })),
    { kind: "cluster", name: "cluster", probes: clusterProbes },
    ...Object.keys(operations)
      .filter((name) => findTargetKind(name) === "cluster")
      .map((name): Column => ({ kind: "cluster", name, probes: [[findOperationLevel(name), [name]]] })),
  ];
}

function findOperationLevel(name: string): MatrixLevel {
  const isRead = findOperation(name)!.cluster.every((action) => /:(?:monitor|data\/read)\//.test(action));
  return isRead ? "read" : "manage";
}

/** Lists the index patterns of all roles that a mapping or an internal user may give. */
function listPatterns(sides: readonly Access[]): string[] {
  const patterns = sides.flatMap((access) =>
    listMappedRoles(access).flatMap((name) =>
      (access.findRole(name)?.blocks ?? []).flatMap((block) => block.patterns.map(({ value }) => value)),
    ),
  );
  return [...new Set(patterns)].toSorted();
}

function listMappedRoles({ documents }: Access): string[] {
  const own = [...(documents.get("internalusers")?.values() ?? [])].flatMap((body) => {
    const roles = body["opendistro_security_roles"];
    return Array.isArray(roles) ? roles.filter((role) => typeof role === "string") : [];
  });
  return [...new Set([...(documents.get("rolesmapping")?.keys() ?? []), ...own])];
}

function listTenants(sides: readonly Access[]): string[] {
  const names = sides.flatMap(({ documents }) => [...(documents.get("tenants")?.keys() ?? [])]);
  return [...new Set(["global_tenant", ...names])].toSorted();
}

/** Asks for each level, and where there is none for each single action. */
function judge(access: Access, caller: Caller, { probes }: Column, target: Target): Judgement {
  const answers = probes.flatMap(([level, asked]) =>
    asked.map((what): ProbeAnswer => ({
      level,
      what: what.replace(unknownPart, "*"),
      decision: can(access, caller, what, target).decision,
    })),
  );
  const of = (level: MatrixLevel): readonly ProbeAnswer[] => answers.filter((one) => one.level === level);
  const levels = probes.map(([level]) => level).filter((level) => of(level).every(isPermitted));
  const open = probes.map(([level]) => level).filter((level) => isOpen(of(level)));
  const isNone = levels.length === 0 && open.length === 0;
  const single = isNone ? findSingle(access, caller, answers, target) : undefined;
  return { levels, open, single, answers };
}

/** A name that does not exist is no missing permission. */
function isPermitted({ decision }: ProbeAnswer): boolean {
  return decision.verdict === "allowed" || (decision.verdict === "partly" && decision.effect === "404");
}

function isOpen(answers: readonly ProbeAnswer[]): boolean {
  const isDenied = answers.some((one) => !isPermitted(one) && one.decision.verdict !== "unknown");
  return !isDenied && answers.some(({ decision }) => decision.verdict === "unknown");
}

function findSingle(
  access: Access,
  caller: Caller,
  answers: readonly ProbeAnswer[],
  target: Target,
): ProbeAnswer | undefined {
  const asked = answers.find(isPermitted);
  if (asked || target.kind !== "indices" || caller.roles.length === 0) return asked;
  for (const what of listSingleActions(access, caller)) {
    const answer = { level: "read", what, decision: can(access, caller, what, target).decision } as const;
    if (isPermitted(answer)) return answer;
  }
  return undefined;
}

/** The actions of everyday operations, and those that the caller's roles name. */
function listSingleActions(access: Access, caller: Caller): string[] {
  const named = caller.roles
    .flatMap(({ name }) => access.findRole(name)?.blocks ?? [])
    .flatMap(({ permissions }) => permissions.map(({ pattern }) => pattern))
    .filter((pattern) => pattern.startsWith("indices:"))
    .map((pattern) => pattern.replaceAll(/\*+/g, unknownPart));
  return [...new Set([...listIndexActions(access), ...named])];
}

/** Judges the patterns of one caller. Names that the same entries cover have the same judgement. */
function rememberJudgements(
  access: Access,
  caller: Caller,
  readCover: ReadCover,
): (column: Column) => Judgement {
  const known = new Map<string, Judgement>();
  return (column) => {
    const own = column.example === undefined ? findOwnExample(access, caller, column.name) : undefined;
    const example = column.example ?? own;
    if (example === undefined) return withoutExample(column);
    const cover = caller.roles.map(({ name }) => readCover(caller, name, example)).join("");
    const key = JSON.stringify([own ?? describeRules(access, example), cover]);
    const found = known.get(key) ?? judgeName(access, caller, column, example);
    known.set(key, found);
    return found;
  };
}

function judgeName(access: Access, caller: Caller, column: Column, example: string): Judgement {
  const judgement = judge(access, caller, column, { kind: "indices", expressions: [example] });
  const isReading = judgement.levels.includes("read") || judgement.single !== undefined;
  const restrictions = isReading ? findRestrictions(access, caller, example) : undefined;
  // A part of the name can be the made-up name of a principal that a pattern such as `guest-*` stands for.
  return { ...judgement, example: replaceInvented(example, "x"), restrictions };
}

/**
 * Describes what decides about a name besides the patterns that cover it: nothing, that it does not exist, or
 * the name itself.
 */
function describeRules({ names, dynamic, settings }: Access, name: string): string {
  const isNamed = name === dynamic.dashboardsIndex || name === settings.config_index_name;
  if (isNamed || hasGuardedNames(settings) || !/^[a-z0-9][a-z0-9._-]*$/.test(name)) return name;
  return names === undefined ? "" : describeExistence(names, name);
}

function describeExistence(
  { indices, aliases, streams }: NonNullable<Access["names"]>,
  name: string,
): string {
  const facts = indices.get(name);
  if (facts === undefined) return aliases.has(name) || streams.has(name) ? name : "missing";
  const isPlain = !facts.isClosed && facts.aliases.length === 0 && facts.stream === undefined;
  return isPlain ? "" : name;
}

function hasGuardedNames(settings: Access["settings"]): boolean {
  return [
    settings["system_indices.indices"],
    settings["protected_indices.indices"],
    settings["compliance.immutable_indices"],
  ].some(({ length }) => length > 0);
}

function withoutExample({ name, probes }: Column): Judgement {
  const text = `osac finds no example of a name that ${name} matches: give the index names with --facts`;
  const decision: Decision = { verdict: "unknown", reasons: [{ code: "expression", text }] };
  const answers = probes.map(([level]): ProbeAnswer => ({ level, what: "indices:*", decision }));
  return { levels: [], open: probes.map(([level]) => level), answers };
}

/** Finds a name that a pattern matches, an index of the cluster if there is one. */
function findExample({ names, matches }: Access, pattern: string): string | undefined {
  const real = names?.open.find((name) => matches(pattern, name) === "yes");
  if (real !== undefined || !isExpression(pattern)) return real ?? makeExample(pattern);
  const made = makeFromExpression(pattern);
  return matches(pattern, made) === "yes" ? made : undefined;
}

/** Finds a name for a pattern with variables. A variable whose value is not known stands for any text. */
function findOwnExample(access: Access, caller: Caller, pattern: string): string | undefined {
  if (!hasVariables(pattern)) return undefined;
  const rendered = renderVariables(access, caller, pattern);
  const known = typeof rendered === "string" ? rendered : pattern;
  return findExample(access, known.replaceAll(/\$\{[^}]*\}/g, "example"));
}

function makeFromExpression(expression: string): string {
  return expression
    .slice(1, -1)
    .replaceAll(/^\^|\$$/g, "")
    .replaceAll(/\.[*+]\??/g, "example")
    .replaceAll(/\\d[*+]?/g, "1")
    .replaceAll(/\\([^a-z0-9])/gi, "$1");
}

/** Returns the entries of a role that cover a name, as text. */
type ReadCover = (caller: Caller, role: string, name: string) => string;

/** Only patterns with variables depend on the caller. */
function rememberCovers(access: Access): ReadCover {
  const known = new Map<string, Map<string, string>>();
  return (caller, role, name) => {
    const blocks = access.findRole(role)?.blocks ?? [];
    if (blocks.some(({ patterns }) => patterns.some(({ value }) => hasVariables(value))))
      return readCover(access, caller, role, name);
    const ofRole = known.get(role) ?? new Map<string, string>();
    known.set(role, ofRole);
    const cover = ofRole.get(name) ?? readCover(access, caller, role, name);
    ofRole.set(name, cover);
    return cover;
  };
}

function readCover(access: Access, caller: Caller, role: string, name: string): string {
  const names = access.names ? coveringNames(access.names, name) : [name];
  const covers = (access.findRole(role)?.blocks ?? []).flatMap((block) => {
    const found = coverWith(access, caller, block, name, names);
    if (found.is === "no") return [];
    const why = found.is === "yes" ? found.chain.map(({ pointer }) => pointer) : found.reason.text;
    return [[role, block.pointer, why]];
  });
  return covers.length === 0 ? "" : JSON.stringify(covers);
}
