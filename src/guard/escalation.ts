import { makeFinding } from "../errors.ts";
import { writeAddress } from "../kinds/address.ts";
import type { Escalation } from "../model/escalation.ts";
import type { Finding } from "../model/finding.ts";
import type { Approval, BreakGlass } from "../model/plan.ts";

/** The escalations that the settings allow. */
export interface EscalationChoice {
  readonly approvals: readonly Approval[];
  /** Its administration of the security configuration needs no other approval. */
  readonly breakGlass: readonly BreakGlass[];
}

/** Marks the escalations that an approval names. Principals with and without one get entries of their own. */
export function allowEscalations(
  found: readonly Escalation[],
  { approvals, breakGlass }: EscalationChoice,
): Escalation[] {
  const known = new Map(
    [...breakGlass.map(approveBreakGlass), ...approvals].map((approval) => [approval.address, approval]),
  );
  return found.flatMap((escalation) => divide(escalation, known));
}

function approveBreakGlass(one: BreakGlass): Approval {
  const [kind, name] = Object.entries(one)[0] as [string, string];
  const subject = `${kind === "backend_role" ? "role" : kind}:${name}`;
  const address = `security-administration/${subject}`;
  return { address, reason: "it is break-glass access", setBy: "break_glass", isFlag: false };
}

function divide(escalation: Escalation, known: ReadonlyMap<string, Approval>): Escalation[] {
  const groups = new Map<Approval | undefined, number[]>();
  for (const [place, name] of escalation.names.entries())
    groups.set(known.get(name), [...(groups.get(known.get(name)) ?? []), place]);
  return [...groups].map(([approval, places]) => ({
    ...escalation,
    names: places.map((place) => escalation.names[place]!),
    principals: places.flatMap((place) => escalation.principals[place] ?? []),
    allowed: approval && { reason: approval.reason, setBy: approval.setBy },
  }));
}

/** Refuses escalations that nothing allows, each with the approval to add. */
export function escalationFindings(escalations: readonly Escalation[]): Finding[] {
  return escalations
    .filter(({ allowed }) => allowed === undefined)
    .flatMap((escalation) => escalation.names.map((name) => escalationFinding(escalation, name)));
}

function escalationFinding({ word, principals, effect, perhaps, causes }: Escalation, name: string): Finding {
  // The finding names the entity before its message.
  const subject = principals.length === 0 ? "" : `${name.slice(word.length + 1)} `;
  const [cause] = causes;
  const entry = `- {name: ${JSON.stringify(name)}, reason: "why it is meant"}`;
  return makeFinding("access-escalation", {
    refusedBy: "guard",
    message: `${word}: ${perhaps === undefined ? "" : "perhaps "}${subject}${effect}; nothing was written`,
    hint: `if it is meant, add to guards.allow_escalation in osac.yml: ${entry}; or, for one run, pass --allow-escalation ${writeAddress(name)}`,
    kind: cause?.kind,
    name: cause?.name,
    at: cause?.at,
  });
}
