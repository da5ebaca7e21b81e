import { makeFinding } from "../../errors.ts";
import {
  toDocuments,
  findAccessLosses,
  mayAdminister,
  findOwnChanges,
  makeTransition,
  combineAll,
  combineAny,
  type Loss,
  type Principal,
  type Transition,
  type Certainty,
} from "../../access/index.ts";
import type { Change } from "../../model/change.ts";
import type { Finding } from "../../model/finding.ts";
import type { KindName } from "../../model/kind-name.ts";
import type { BreakGlass } from "../../model/plan.ts";
import { authenticationRiskFindings, placeOfChange, judgeRisk } from "./authentication-risk.ts";
import type { LockoutInput } from "./facts.ts";
import { keyMappingFindings } from "./key-mappings.ts";
import { watchBreakGlass, watchCaller, type Watched } from "./principals.ts";

export type { LockoutChoice, LockoutInput } from "./facts.ts";

/** The result of the guard against lockouts. */
export interface LockoutJudgement {
  readonly findings: readonly Finding[];
  /** Changes of the caller's own access. The run writes them last and verifies them. */
  readonly own: readonly Change[];
}

/**
 * Judges whether the planned documents would lock out the caller, or an entry of `break_glass`. The findings
 * also name what osac cannot judge: for the caller that is a refusal, which a recovery certificate, or
 * accepting the risk, lifts.
 */
export function judgeLockout(input: LockoutInput): LockoutJudgement {
  const transition = makeTransition(toDocuments(input.live), input.changes);
  const caller = input.caller && watchCaller(transition.before, input.caller, input);
  return {
    findings: [
      ...(caller ? callerFindings(transition, caller, input) : []),
      ...keyMappingFindings(input),
      ...input.choice.breakGlass.flatMap((entry) => breakGlassFindings(transition, entry, input)),
    ],
    own: caller ? caller.principals.flatMap((principal) => findOwnChanges(transition, principal)) : [],
  };
}

function callerFindings(
  transition: Transition,
  { label, principals }: Watched,
  input: LockoutInput,
): Finding[] {
  if (input.caller?.roles.length === 0) return [unknownCallerFinding];
  const losses = principals.flatMap((principal) => findAccessLosses(transition, principal));
  const proved = losses.filter(({ certainty }) => certainty === "no");
  if (proved.length > 0) return proved.map((loss) => lockoutFinding(label, loss));
  return [
    ...losses.map((loss) => mayLockOutFinding(label, loss, input)),
    ...authenticationRiskFindings(transition, input),
  ];
}

function breakGlassFindings(transition: Transition, entry: BreakGlass, input: LockoutInput): Finding[] {
  const { label, principals } = watchBreakGlass(transition.before, entry, input);
  if (principals.length === 0) return [];
  const able = principals.filter((principal) => mayAdminister(transition.before, principal) !== "no");
  if (able.length === 0) return [unableFinding(label)];
  const judged = able.map((principal) => judgeAccess(transition, principal));
  const after = combineAny(judged.map(({ certainty }) => certainty));
  if (after === "yes") return [];
  const losses = judged.flatMap((one) => one.losses);
  if (after === "no") return losses.map((loss) => lockoutFinding(label, loss));
  return losses.length === 0
    ? [cannotJudgeFinding(label, input)]
    : losses.map((loss) => atRiskFinding(label, loss));
}

const unknownCallerFinding: Finding = makeFinding("lockout-unknown", {
  message:
    "the server does not say which roles the caller has, so whether it locks itself out cannot be judged",
  hint: "let the caller read authinfo: check the allowlist",
});

interface AccessJudgement {
  readonly certainty: Certainty;
  readonly losses: readonly Loss[];
}

function judgeAccess(transition: Transition, principal: Principal): AccessJudgement {
  const losses = findAccessLosses(transition, principal);
  const links = losses.map(({ certainty }) => certainty);
  return { certainty: combineAll([mayAdminister(transition.before, principal), ...links]), losses };
}

function lockoutFinding(label: string, { change, why, hint }: Loss): Finding {
  return makeFinding("lockout", {
    ...placeOfChange(change),
    refusedBy: "lockout",
    message: `${label} could no longer change the security configuration: ${why}; nothing was written`,
    hint,
  });
}

/** Refuses a possible lockout, unless an admin certificate can revert it or the risk is accepted. */
function mayLockOutFinding(label: string, loss: Loss, input: LockoutInput): Finding {
  return { ...placeOfChange(loss.change), ...judgeRisk(input, describeRisk(label, loss), loss.hint) };
}

/** osac cannot log in as a principal of `break_glass` to check its access, so it could not revert the change. */
function atRiskFinding(label: string, loss: Loss): Finding {
  return makeFinding("lockout-risk", {
    ...placeOfChange(loss.change),
    severity: "warning",
    message: describeRisk(label, loss),
    hint: loss.hint,
  });
}

function describeRisk(label: string, { why }: Loss): string {
  return `${label} may not be able to change the security configuration afterwards: ${why}`;
}

function unableFinding(label: string): Finding {
  return makeFinding("break-glass-without-access", {
    message: `${label} cannot change the security configuration even now`,
    hint: "give it a role of plugins.security.restapi.roles_enabled (lockout.rest_api_roles names them), from 3.9 on the restapi:admin/ permissions of all resource types, or remove it from break_glass",
  });
}

/** The kinds that osac must read to judge how an entry of `break_glass` logs in. */
const deciding: readonly KindName[] = ["internalusers", "rolesmapping", "config"];

function cannotJudgeFinding(label: string, { live }: LockoutInput): Finding {
  const unread = deciding.filter((kind) => live.get(kind)?.readable !== true);
  const why = unread.length > 0 ? `${unread.join(", ")} cannot be read` : "it is known outside the cluster";
  return makeFinding("break-glass-not-checked", {
    message: `whether ${label} can change the security configuration cannot be judged: ${why}`,
  });
}
