import type { AccessTest, Expectation } from "../../model/access-test.ts";
import { can, identifyCaller, type Access, type Caller, type Decision } from "../effective/index.ts";
import { findSurplus, type Surplus } from "./find-surplus.ts";
import { parseOperation, parseSubject, parseTarget, refuseMisfit } from "./parse-question.ts";

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
  if (only.length === 0) return failures;
  const surplus = groupSurplus(findSurplus(access, caller, only)).map((group) => ({
    expectation: only[0]!,
    isWanted: false,
    verdict: group[0]!.decision.verdict,
    what: formatWhat(group[0]!.what, formatTargets(group)),
    details: explainSurplus(group[0]!),
  }));
  return [...failures, ...surplus];
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

function explain(decision: Decision): string[] {
  if (decision.verdict === "unknown") return [...new Set(decision.reasons.map(({ text }) => text))];
  if (decision.verdict === "allowed") return [];
  return decision.missing.map(({ need, what }) =>
    need === "login" || need === "rule" ? what : `missing: ${need.replace("-", " ")} ${what}`,
  );
}

function explainSurplus({ decision }: Surplus): string[] {
  return decision.verdict === "unknown" ? explain(decision) : [];
}

/** What is permitted on many targets is one failure. */
function groupSurplus(found: readonly Surplus[]): Surplus[][] {
  const groups = new Map<string, Surplus[]>();
  for (const one of found) {
    const key = JSON.stringify([one.what, one.decision.verdict, explainSurplus(one)]);
    if (!groups.get(key)?.push(one)) groups.set(key, [one]);
  }
  return [...groups.values()];
}

/** The most targets that a failure names. */
const namedMax = 3;

function formatTargets(group: readonly Surplus[]): string {
  const named = group.slice(0, namedMax).map(({ target, on }) => on ?? target);
  const rest = group.length - named.length;
  return named.join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
