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

/** Checks a test. Throws an `OsacError` for a subject, operation or target that makes no sense. */
export function runAccessTest(access: Access, test: AccessTest): Failure[] {
  const caller = identifyCaller(access, parseSubject(test.subject, test));
  const failures = test.expectations.flatMap((expectation) => checkExpectation(access, caller, expectation));
  const only = test.expectations.filter(({ list }) => list === "only");
  return only.length === 0 ? failures : [...failures, ...findSurplus(access, caller, only)];
}

function checkExpectation(access: Access, caller: Caller, expectation: Expectation): Failure[] {
  const what = parseOperation(expectation.operation);
  return expectation.targets.flatMap((text) => {
    const target = parseTarget(text);
    refuseMisfit(access, what, target);
    const { decision } = can(access, caller, what, target);
    return isMet(expectation, decision)
      ? []
      : [
          {
            expectation,
            isWanted: expectation.list !== "cannot",
            verdict: decision.verdict,
            what: formatWhat(what, text),
            details: explain(decision),
          },
        ];
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
  const [first] = only as readonly [Expectation, ...Expectation[]];
  const surplus = (verdict: Decision["verdict"], what: string, details: readonly string[] = []): Failure => ({
    expectation: first,
    isWanted: false,
    verdict,
    what,
    details,
  });
  const granted = only.map((one) => ({ actions: listActions(one.operation), targets: one.targets }));
  const isGranted = (action: string, name: string): boolean =>
    granted.some(
      ({ actions, targets }) =>
        actions.includes(action) && targets.some((one) => access.matches(one, name) === "yes"),
    );
  const ask = (action: string, target: Target, name: string): Failure[] => {
    const { decision } = can(access, caller, action, target);
    if (decision.verdict === "denied") return [];
    const isUnknown = decision.verdict === "unknown";
    return [surplus(decision.verdict, formatWhat(action, name), isUnknown ? explain(decision) : [])];
  };
  const cluster = allActions
    .filter((action) => isClusterAction(action, access.generation))
    .filter((action) => !granted.some(({ actions }) => actions.includes(action)))
    .flatMap((action) => ask(action, { kind: "cluster" }, "cluster"));
  const names = access.names === undefined ? [] : [...access.names.indices.keys()];
  const indices = names.flatMap((name) =>
    allActions
      .filter((action) => !isClusterAction(action, access.generation) && !isGranted(action, name))
      .flatMap((action) => ask(action, { kind: "indices", expressions: [name] }, name)),
  );
  const unseen =
    access.names === undefined
      ? [
          surplus("unknown", "anything else, on other indices", [
            "the index names of the cluster are unknown",
          ]),
        ]
      : [];
  return [...cluster, ...indices, ...unseen, ...findOtherTenants(access, caller, only, surplus)];
}

function findOtherTenants(
  access: Access,
  caller: Caller,
  only: readonly Expectation[],
  surplus: (verdict: Decision["verdict"], what: string) => Failure,
): Failure[] {
  const named = new Set(only.flatMap(({ targets }) => targets));
  return [...(access.documents.get("tenants")?.keys() ?? [])]
    .filter((name) => !named.has(`tenant:${name}`))
    .flatMap((name) => {
      const { read } = findTenantAccess(access, caller, name);
      return read.is === "no"
        ? []
        : [surplus(read.is === "yes" ? "allowed" : "unknown", `read in Dashboards, on tenant:${name}`)];
    });
}

const allActions = [...new Set(Object.keys(operations).flatMap(listActions))];

/** The actions that an operation takes; an action takes itself. */
function listActions(what: string): string[] {
  const operation = findOperation(what);
  return operation ? [...operation.cluster, ...operation.index, ...(operation.also ?? [])] : [what];
}
