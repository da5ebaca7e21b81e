import {
  documentsOf,
  lossesOf,
  mayAdminister,
  ownChanges,
  turnOf,
  allOf,
  anyOf,
  type Loss,
  type Principal,
  type Turn,
  type Verdict,
} from "../../access/index.ts";
import type { BreakGlass, Change, Finding, KindName } from "../../model.ts";
import { authenticationRisk, placed, riskOf } from "./authentication-risk.ts";
import type { LockoutInput } from "./facts.ts";
import { watchedBreakGlass, watchedCaller, type Watched } from "./principals.ts";

export type { LockoutChoice, LockoutInput } from "./facts.ts";

/** What the guard against lockouts says of some changes. */
export interface LockoutJudgement {
  readonly findings: readonly Finding[];
  /** Those that touch the caller's own access: they are written last, and proved. */
  readonly own: readonly Change[];
}

/**
 * Why the planned documents would lock out the caller, or somebody of `break_glass`. What cannot be judged is said:
 * for the caller it is a refusal that a recovery certificate, or accepting the risk, lifts.
 */
export function judgeLockout(input: LockoutInput): LockoutJudgement {
  const turn = turnOf(documentsOf(input.live), input.changes);
  const caller = input.caller && watchedCaller(turn.before, input.caller, input);
  return {
    findings: [
      ...(caller ? callerFindings(turn, caller, input) : []),
      ...input.choice.breakGlass.flatMap((entry) => breakGlassFindings(turn, entry, input)),
    ],
    own: caller ? caller.principals.flatMap((principal) => ownChanges(turn, principal)) : [],
  };
}

function callerFindings(turn: Turn, { label, principals }: Watched, input: LockoutInput): Finding[] {
  if (input.caller?.roles.length === 0) return [unknownCaller];
  const losses = principals.flatMap((principal) => lossesOf(turn, principal));
  const proved = losses.filter(({ verdict }) => verdict === "no");
  if (proved.length > 0) return proved.map((loss) => locksOut(label, loss));
  return [...losses.map((loss) => mayLockOut(label, loss, input)), ...authenticationRisk(turn, input)];
}

function breakGlassFindings(turn: Turn, entry: BreakGlass, input: LockoutInput): Finding[] {
  const { label, principals } = watchedBreakGlass(turn.before, entry, input);
  if (principals.length === 0) return [];
  const able = principals.filter((principal) => mayAdminister(turn.before, principal) !== "no");
  if (able.length === 0) return [isUnable(label)];
  const judged = able.map((principal) => judge(turn, principal));
  const after = anyOf(judged.map(({ verdict }) => verdict));
  if (after === "yes") return [];
  const losses = judged.flatMap((one) => one.losses);
  if (after === "no") return losses.map((loss) => locksOut(label, loss));
  return losses.length === 0 ? [cannotJudge(label, input)] : losses.map((loss) => isAtRisk(label, loss));
}

const unknownCaller: Finding = {
  code: "lockout-unknown",
  severity: "warning",
  message:
    "the server does not say which roles the caller has, so whether it locks itself out cannot be judged",
  hint: "let the caller read authinfo: an allowlist may be in the way",
};

interface Judged {
  readonly verdict: Verdict;
  readonly losses: readonly Loss[];
}

function judge(turn: Turn, principal: Principal): Judged {
  const losses = lossesOf(turn, principal);
  const links = losses.map(({ verdict }) => verdict);
  return { verdict: allOf([mayAdminister(turn.before, principal), ...links]), losses };
}

function locksOut(label: string, { change, why, hint }: Loss): Finding {
  return {
    ...placed(change),
    code: "lockout",
    severity: "error",
    refusedBy: "lockout",
    message: `${label} could no longer change the security configuration: ${why}; nothing was written`,
    hint,
  };
}

/** What may lock out can be taken back with an admin certificate, or be somebody's decision. */
function mayLockOut(label: string, loss: Loss, input: LockoutInput): Finding {
  return { ...placed(loss.change), ...riskOf(input, riskTo(label, loss), loss.hint) };
}

/** osac cannot log in as a principal of `break_glass` to check its access, so it could not revert the change. */
function isAtRisk(label: string, loss: Loss): Finding {
  return {
    ...placed(loss.change),
    code: "lockout-risk",
    severity: "warning",
    message: riskTo(label, loss),
    hint: loss.hint,
  };
}

function riskTo(label: string, { why }: Loss): string {
  return `${label} may not be able to change the security configuration afterwards: ${why}`;
}

function isUnable(label: string): Finding {
  return {
    code: "break-glass-unable",
    severity: "warning",
    message: `${label} cannot change the security configuration even now`,
    hint: "give it a role of plugins.security.restapi.roles_enabled (lockout.rest_api_roles names them), from 3.9 on the restapi:admin/ permissions of all kinds, or take it out",
  };
}

/** The kinds without which nobody can tell how somebody of `break_glass` gets in. */
const deciding: readonly KindName[] = ["internalusers", "rolesmapping", "config"];

function cannotJudge(label: string, { live }: LockoutInput): Finding {
  const unread = deciding.filter((kind) => live.get(kind)?.readable !== true);
  const why = unread.length > 0 ? `${unread.join(", ")} cannot be read` : "it is known outside the cluster";
  return {
    code: "break-glass-unknown",
    severity: "notice",
    message: `whether ${label} can change the security configuration cannot be judged: ${why}`,
  };
}
