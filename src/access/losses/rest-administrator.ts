import { adminEndpoints, administers, resolveClusterPermissions } from "../permissions.ts";
import type { Principal } from "../principal.ts";
import { listRolesAfter } from "./roles.ts";
import type { Transition } from "../documents.ts";
import { findPermissionSuspects, type Loss } from "./loss.ts";

/** Finds changes that revoke the `restapi:admin/…` permissions of a REST administrator. */
export function restAdministratorLosses(transition: Transition, principal: Principal): Loss[] {
  if (principal.isRestAdministrator !== true) return [];
  const roles = principal.rolesNow ?? [];
  const [before, after] = [
    resolveClusterPermissions(transition.before, roles),
    resolveClusterPermissions(transition.after, listRolesAfter(transition, principal)),
  ];
  const lost = adminEndpoints.filter(
    (endpoint) => administers(before, endpoint) === "yes" && administers(after, endpoint) === "no",
  );
  const permissions = lost.map((endpoint) => `restapi:admin/${endpoint}`);
  return lost.length === 0
    ? []
    : findPermissionSuspects(transition, principal.name, roles, before).map((change) => ({
        certainty: "no",
        change,
        why: `this change takes part in the loss of ${permissions.join(", ")}`,
        hint: "keep the chain from this user to a role and an action group with these permissions",
      }));
}
