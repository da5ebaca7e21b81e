import { findDestructiveEffects } from "../kinds/destructive.ts";
import type { Finding } from "../model/finding.ts";
import { deleteShare, mostDeletes, emptyKind, emptyDirectory } from "./deletions.ts";
import { escalationFindings } from "./escalation.ts";
import type { Guard, GuardInput } from "./guard.ts";
import { unusedApprovalFindings, unusedEscalationFindings } from "./unused-approvals.ts";

export { allowEscalations, type EscalationChoice } from "./escalation.ts";
export type { GuardChoice } from "./guard.ts";

const guards: readonly Guard[] = [mostDeletes, deleteShare, emptyKind, emptyDirectory];

/** Finds all refusals of deletions and of escalations, and all approvals without effect. */
export function guardFindings(input: GuardInput): Finding[] {
  const all = input.plan.changes.flatMap(findDestructiveEffects);
  const allowed = new Set(input.choice.allowed.map(({ address }) => address));
  const dangers = all.filter(({ address }) => !allowed.has(address));
  return [
    ...guards.flatMap((guard) => guard({ ...input, dangers })),
    ...unusedApprovalFindings(input.choice.allowed, all),
    ...escalationFindings(input.plan.escalations ?? []),
    ...unusedEscalationFindings(input.allowedEscalations ?? [], input.plan.escalations ?? []),
  ];
}
