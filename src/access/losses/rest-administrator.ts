import { adminEndpoints, administers, clusterPermissions } from "../permissions.ts";
import type { Principal } from "../principal.ts";
import { rolesAfter } from "./roles.ts";
import type { Turn } from "../documents.ts";
import { permissionSuspects, type Loss } from "./loss.ts";

/** What takes away the `restapi:admin/…` permissions of a REST administrator. */
export function restAdministratorLosses(turn: Turn, principal: Principal): Loss[] {
  if (principal.isRestAdministrator !== true) return [];
  const roles = principal.rolesNow ?? [];
  const [before, after] = [
    clusterPermissions(turn.before, roles),
    clusterPermissions(turn.after, rolesAfter(turn, principal)),
  ];
  const lost = adminEndpoints.filter(
    (endpoint) => administers(before, endpoint) === "yes" && administers(after, endpoint) === "no",
  );
  const permissions = lost.map((endpoint) => `restapi:admin/${endpoint}`);
  return lost.length === 0
    ? []
    : permissionSuspects(turn, principal.name, roles, before).map((change) => ({
        verdict: "no",
        change,
        why: `this change takes part in the loss of ${permissions.join(", ")}`,
        hint: "keep the chain from this user to a role and an action group with these permissions",
      }));
}
