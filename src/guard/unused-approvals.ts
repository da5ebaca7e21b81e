import { makeFinding } from "../errors.ts";
import type { Escalation } from "../model/escalation.ts";
import type { Finding } from "../model/finding.ts";
import type { Approval, DestructiveEffect } from "../model/plan.ts";

/**
 * Finds approvals that the plan does not need. In a flag, such an approval is most likely a mistake; in
 * osac.yml it stays from one run to the next, and gets only a notice.
 */
export function unusedApprovalFindings(
  allowed: readonly Approval[],
  dangers: readonly DestructiveEffect[],
): Finding[] {
  const used = new Set(dangers.map(({ address }) => address));
  return allowed
    .filter(({ address }) => !used.has(address))
    .map((one) =>
      unusedFinding(one, "to be deleted, but this plan neither deletes it nor revokes its permissions"),
    );
}

/** Finds approvals of escalations that the plan does not have. */
export function unusedEscalationFindings(
  approvals: readonly Approval[],
  escalations: readonly Escalation[],
): Finding[] {
  const found = new Set(escalations.flatMap(({ names }) => names));
  return approvals
    .filter(({ address }) => !found.has(address))
    .map((one) => unusedFinding(one, "as an escalation, but this plan has no such escalation"));
}

function unusedFinding({ address, setBy, isFlag }: Approval, what: string): Finding {
  const message = `${setBy} allows ${address} ${what}`;
  const hint = "remove it: an approval that stays forever disables the guard for that name";
  if (isFlag)
    return makeFinding("unused-approval", { severity: "warning", message, hint: "is the name right?" });
  // The notice names no entity: reports show it only with -v.
  return makeFinding("unused-approval", { severity: "notice", message, hint });
}
