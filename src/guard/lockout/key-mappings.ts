import { isNonEmptyList } from "../../value/record.ts";
import type { Finding } from "../../model/finding.ts";
import type { Body } from "../../model/value.ts";
import { judgeRisk, placeOfChange } from "./authentication-risk.ts";
import type { LockoutInput } from "./facts.ts";

const members = ["users", "backend_roles", "and_backend_roles", "hosts"];

/**
 * Refuses to take all members from a mapping by which the administrators of a managed service reach the API:
 * there is no admin certificate that could give them back.
 */
export function keyMappingFindings(input: LockoutInput): Finding[] {
  const mappings = input.live.get("rolesmapping");
  if (!mappings?.readable) return [];
  return input.changes
    .filter(
      (change) =>
        change.kind === "rolesmapping" &&
        change.action === "update" &&
        mappings.entities.get(change.name)?.isKey === true &&
        hasMembers(change.before) &&
        !hasMembers(change.after),
    )
    .map((change) => ({
      ...placeOfChange(change),
      ...judgeRisk(
        { ...input, canRecover: false },
        "the administrators of the service reach the Security API by this mapping, and it would have no member",
        "keep the master user in it",
      ),
    }));
}

function hasMembers(body: Body | undefined): boolean {
  return members.some((field) => isNonEmptyList(body?.[field]));
}
