import { makeFinding } from "../errors.ts";
import { formatAddress, writeAddress } from "../kinds/address.ts";
import type { AccessChange, AccessDifference } from "../model/access-change.ts";
import type { Finding } from "../model/finding.ts";
import type { Approval } from "../model/plan.ts";

/** Refuses changes that let everyone administer, unless an approval names one of them. */
export function escalationFindings(
  access: AccessDifference | undefined,
  allowed: readonly Approval[],
): Finding[] {
  const names = new Set(allowed.map(({ address }) => address));
  return (access?.changes ?? [])
    .filter(({ isForEveryone }) => isForEveryone)
    .filter(({ causes }) => !causes.some((cause) => names.has(formatAddress(cause))))
    .map(escalationFinding);
}

function escalationFinding({ principals, effect, causes }: AccessChange): Finding {
  const who = principals.map(({ kind, name }) => `${kind} ${name}`.trim()).join(", ");
  const [cause] = causes;
  return makeFinding("access-escalation", {
    refusedBy: "guard",
    message: `${who} ${effect}; nothing was written`,
    hint:
      cause &&
      `name the users or backend roles that need it; to allow exactly this, pass --allow-escalation ${writeAddress(formatAddress(cause))}`,
    kind: cause?.kind,
    name: cause?.name,
    at: cause?.at,
  });
}
