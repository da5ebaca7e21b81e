import type { Expectation } from "../../model/access-test.ts";
import {
  can,
  isClusterAction,
  operations,
  type Access,
  type Caller,
  type Decision,
} from "../effective/index.ts";
import { isExpression, readPattern } from "../match-pattern.ts";
import { findOperation, formatTarget, parseTarget } from "./parse-question.ts";

/** Something that a caller can do, or may be able to do, and that no expectation names. */
export interface Surplus {
  readonly what: string;
  readonly target: string;
  readonly decision: Decision;
  /** The target in messages, if it is not a name. */
  readonly on?: string | undefined;
}

type Only = readonly Pick<Expectation, "operation" | "targets">[];

/**
 * Finds everything that a caller can do besides some expectations: each action of all operations, on the
 * cluster, on each known index and on each tenant. Without the names of the cluster, it finds the patterns of
 * roles that permit an action on other names than the expectations.
 */
export function findSurplus(access: Access, caller: Caller, only: Only): Surplus[] {
  const grants = only.map((one) => readGrant(access, one));
  return [
    ...listClusterActions(access)
      .filter((action) => !grants.some(({ actions }) => actions.has(action)))
      .flatMap((action) => ask(access, caller, action, "cluster")),
    ...findOnTenants(access, caller, only),
    ...(access.names === undefined
      ? findOnPatterns(access, caller, grants)
      : findOnIndices(access, caller, grants)),
  ];
}

/** The actions that an expectation grants, and the names that it grants them on. */
interface Grant {
  readonly actions: ReadonlySet<string>;
  readonly names: readonly string[];
}

/** Who may use an alias or a data stream, may use its members by their own names. */
function readGrant(access: Access, { operation, targets }: Only[number]): Grant {
  const expressions = targets.flatMap((target) => {
    const parsed = parseTarget(target);
    return parsed.kind === "indices" ? parsed.expressions : [];
  });
  const groups = [...(access.names?.aliases ?? []), ...(access.names?.streams ?? [])];
  const members = groups.flatMap(([name, indices]) =>
    expressions.some((one) => access.matches(one, name) === "yes") ? indices : [],
  );
  return { actions: new Set(listActions(operation)), names: [...expressions, ...members] };
}

function ask(access: Access, caller: Caller, what: string, target: string, on?: string): Surplus[] {
  const { decision } = can(access, caller, what, parseTarget(target));
  return decision.verdict === "denied" ? [] : [{ what, target, decision, on }];
}

function findOnIndices(access: Access, caller: Caller, grants: readonly Grant[]): Surplus[] {
  const indices = [...access.names!.indices.keys()];
  return listIndexActions(access).flatMap((action) =>
    indices
      .filter((index) => !isGranted(grants, action, (name) => access.matches(name, index) === "yes"))
      .flatMap((index) => ask(access, caller, action, index)),
  );
}

function isGranted(grants: readonly Grant[], action: string, covers: (name: string) => boolean): boolean {
  return grants.some(({ actions, names }) => actions.has(action) && names.some(covers));
}

/** osac does not know whether a pattern matches other names of the cluster. */
function findOnPatterns(access: Access, caller: Caller, grants: readonly Grant[]): Surplus[] {
  return listIndexActions(access).flatMap((action) =>
    listPatterns(access, caller, action)
      .filter((pattern) => !isGranted(grants, action, (name) => coversPattern(name, pattern)))
      .map((pattern) => ({
        what: action,
        target: pattern,
        on: `other names that ${pattern} matches`,
        decision: { verdict: "unknown", reasons: [unknownNames] } as const,
      })),
  );
}

const unknownNames = { code: "cluster-names", text: "the index names of the cluster are unknown" } as const;

function listPatterns(access: Access, caller: Caller, action: string): string[] {
  const blocks = caller.roles.flatMap(({ name }) => access.findRole(name)?.blocks ?? []);
  const giving = blocks.filter(({ permissions }) =>
    permissions.some(({ pattern }) => access.matches(pattern, action) !== "no"),
  );
  return [...new Set(giving.flatMap(({ patterns }) => patterns.map(({ value }) => value)))];
}

/** True if a name or wildcard matches everything that a pattern matches. */
function coversPattern(name: string, pattern: string): boolean {
  if (name === pattern) return true;
  if (isExpression(pattern)) return name === "*";
  const example = pattern.replaceAll(/\*+/g, "\u{e000}\u{e001}").replaceAll("?", "\u{e002}");
  return readPattern(name)(example) === "yes";
}

/** An expectation to save includes reading. */
function findOnTenants(access: Access, caller: Caller, only: Only): Surplus[] {
  const saved = listTargets(only, (one) => one === save);
  const named = listTargets(only, (one) => one === save || one === read);
  const tenants = [...(access.documents.get("tenants")?.keys() ?? [])].map((name) =>
    formatTarget({ kind: "tenant", name }),
  );
  return [
    ...tenants.filter((one) => !named.has(one)).flatMap((one) => ask(access, caller, read, one)),
    ...tenants
      .filter((one) => named.has(one) && !saved.has(one))
      .flatMap((one) => ask(access, caller, save, one)),
  ];
}

const [read, save] = ["read in Dashboards", "save in Dashboards"];

function listTargets(only: Only, isWanted: (operation: string) => boolean): Set<string> {
  return new Set(only.flatMap(({ operation, targets }) => (isWanted(operation) ? targets : [])));
}

/** The actions of all operations that are done to the cluster. */
export function listClusterActions({ generation }: Access): string[] {
  return allActions.filter((action) => isClusterAction(action, generation));
}

/** The actions of all operations that are done to indices. */
export function listIndexActions({ generation }: Access): string[] {
  return allActions.filter((action) => !isClusterAction(action, generation));
}

const allActions = [...new Set(Object.keys(operations).flatMap(listActions))];

/** Returns the actions of an operation; an action has itself. */
function listActions(what: string): string[] {
  const operation = findOperation(what);
  return operation ? [...operation.cluster, ...operation.index, ...(operation.also ?? [])] : [what];
}
