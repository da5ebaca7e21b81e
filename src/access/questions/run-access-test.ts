import type { AccessTest, Expectation } from "../../model/access-test.ts";
import {
  can,
  findTenantAccess,
  identifyCaller,
  isClusterAction,
  operations,
  type Access,
  type Answer,
  type Caller,
  type Decision,
  type Target,
} from "../effective/index.ts";
import { findOperation, parseOperation, parseSubject, parseTarget, refuseMisfit } from "./parse-question.ts";

/** The result of an expectation that is not met. */
export interface Failure {
  readonly expectation: Expectation;
  /** True if the operation must be allowed. */
  readonly isWanted: boolean;
  /** The actual verdict; "unknown" if osac cannot judge. */
  readonly verdict: Decision["verdict"];
  /** `index a document, on logs-1`. */
  readonly what: string;
  /** The missing permissions, or the reasons why osac cannot judge. */
  readonly details: readonly string[];
}

/**
 * Runs a test and returns its failures. Throws an `OsacError` for an invalid subject, operation or target.
 */
export function runAccessTest(access: Access, test: AccessTest): Failure[] {
  const caller = identifyCaller(access, parseSubject(test.subject, test));
  const failures = test.expectations.flatMap((expectation) => checkExpectation(access, caller, expectation));
  const only = test.expectations.filter(({ list }) => list === "only");
  return only.length === 0 ? failures : [...failures, ...findSurplus(access, caller, only)];
}

function checkExpectation(access: Access, caller: Caller, expectation: Expectation): Failure[] {
  const what = parseOperation(expectation.operation);
  const isWanted = expectation.list !== "cannot";
  return expectation.targets.flatMap((text) => {
    const target = parseTarget(text);
    refuseMisfit(access, what, target);
    const { decision } = can(access, caller, what, target);
    if (isMet(expectation, decision)) return [];
    const { verdict } = decision;
    return [{ expectation, isWanted, verdict, what: formatWhat(what, text), details: explain(decision) }];
  });
}

/** A missing name does not count as a missing permission. */
function isMet({ list }: Expectation, decision: Decision): boolean {
  const isAllowed =
    decision.verdict === "allowed" || (decision.verdict === "partly" && decision.effect === "404");
  return list === "cannot" ? decision.verdict === "denied" : isAllowed;
}

function formatWhat(what: string, target: string): string {
  return target === "cluster" ? what : `${what}, on ${target}`;
}

function explain(decision: Answer["decision"]): string[] {
  if (decision.verdict === "unknown") return [...new Set(decision.reasons.map(({ text }) => text))];
  if (decision.verdict === "allowed") return [];
  return decision.missing.map(({ need, what }) =>
    need === "login" || need === "rule" ? what : `missing: ${need.replace("-", " ")} ${what}`,
  );
}

/**
 * Finds everything else that the caller can do: each action of all operations, on the cluster and on each
 * known index and tenant.
 */
function findSurplus(access: Access, caller: Caller, only: readonly Expectation[]): Failure[] {
  const found = [
    ...listOtherActions(access, only).flatMap((other) => askAction(access, caller, other)),
    ...listOtherTenants(access, only).flatMap((name) => askTenant(access, caller, name)),
    ...(access.names === undefined ? [unseenIndices] : []),
  ];
  return found.map((one) => ({ ...one, expectation: only[0]!, isWanted: false }));
}

type Surplus = Omit<Failure, "expectation" | "isWanted">;

const unseenIndices: Surplus = {
  verdict: "unknown",
  what: "anything else, on other indices",
  details: ["the index names of the cluster are unknown"],
};

/** An action on the cluster, or on an index. */
interface OtherAction {
  readonly action: string;
  readonly index?: string | undefined;
}

/** The actions that no expectation takes, and those that one takes on other indices. */
function listOtherActions(access: Access, only: readonly Expectation[]): OtherAction[] {
  const granted = only.map(({ operation, targets }) => ({ actions: listActions(operation), targets }));
  const isGranted = (action: string, index?: string): boolean =>
    granted.some(
      ({ actions, targets }) =>
        actions.includes(action) &&
        (index === undefined || targets.some((one) => access.matches(one, index) === "yes")),
    );
  const indices = [...(access.names?.indices.keys() ?? [])];
  return allActions.flatMap((action): OtherAction[] => {
    if (isClusterAction(action, access.generation)) return isGranted(action) ? [] : [{ action }];
    return indices.filter((index) => !isGranted(action, index)).map((index) => ({ action, index }));
  });
}

function askAction(access: Access, caller: Caller, { action, index }: OtherAction): Surplus[] {
  const target: Target =
    index === undefined ? { kind: "cluster" } : { kind: "indices", expressions: [index] };
  const { decision } = can(access, caller, action, target);
  const { verdict } = decision;
  if (verdict === "denied") return [];
  return [
    {
      verdict,
      what: formatWhat(action, index ?? "cluster"),
      details: verdict === "unknown" ? explain(decision) : [],
    },
  ];
}

function listOtherTenants({ documents }: Access, only: readonly Expectation[]): string[] {
  const named = new Set(only.flatMap(({ targets }) => targets));
  return [...(documents.get("tenants")?.keys() ?? [])].filter((name) => !named.has(`tenant:${name}`));
}

function askTenant(access: Access, caller: Caller, name: string): Surplus[] {
  const { read } = findTenantAccess(access, caller, name);
  if (read.is === "no") return [];
  const verdict = read.is === "yes" ? "allowed" : "unknown";
  return [{ verdict, what: `read in Dashboards, on tenant:${name}`, details: [] }];
}

const allActions = [...new Set(Object.keys(operations).flatMap(listActions))];

/** The actions that an operation takes; an action takes itself. */
function listActions(what: string): string[] {
  const operation = findOperation(what);
  return operation ? [...operation.cluster, ...operation.index, ...(operation.also ?? [])] : [what];
}
