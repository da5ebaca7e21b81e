import { makeFinding } from "../errors.ts";
import type { Finding } from "../model/finding.ts";
import type { Approval, Danger } from "../model/plan.ts";

/**
 * Approvals of what this plan does not do. On the command line that is most likely a mistake; in osac.yml they stay
 * from one run to the next, and are only mentioned.
 */
export function unusedApprovalFindings(allowed: readonly Approval[], dangers: readonly Danger[]): Finding[] {
  const used = new Set(dangers.map(({ address }) => address));
  return allowed
    .filter(({ address }) => !used.has(address))
    .map(({ address, setBy, isFlag }) => {
      const message = `${setBy} allows ${address} to be deleted, but this plan neither deletes it nor revokes its permissions`;
      const hint = "remove it: an approval that stays forever disables the guard for that name";
      if (isFlag)
        return makeFinding("unused-approval", { severity: "warning", message, hint: "is the name right?" });
      // The notice names no entity: reports show it only with -v.
      return makeFinding("unused-approval", { severity: "notice", message, hint });
    });
}
