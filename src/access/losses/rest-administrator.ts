import { allKinds } from "../../kinds/index.ts";
import type { Change } from "../../model.ts";
import { administers, clusterPermissions } from "../permissions.ts";
import type { Principal } from "../principal.ts";
import { rolesAfter } from "./roles.ts";
import type { Turn } from "../documents.ts";
import { changeOf, type Loss } from "./loss.ts";

/** What takes away the `restapi:admin/…` permissions of a REST administrator. */
export function restAdministratorLosses(turn: Turn, principal: Principal): Loss[] {
  if (principal.isRestAdministrator !== true) return [];
  const roles = principal.rolesNow ?? [];
  const [before, after] = [
    clusterPermissions(turn.before, roles),
    clusterPermissions(turn.after, rolesAfter(turn, principal)),
  ];
  const lost = endpoints.filter(
    (endpoint) => administers(before, endpoint) === "yes" && administers(after, endpoint) === "no",
  );
  const permissions = lost.map((endpoint) => `restapi:admin/${endpoint}`);
  return lost.length === 0
    ? []
    : suspects(turn, principal, before).map((change) => ({
        verdict: "no",
        change,
        why: `this change takes part in the loss of ${permissions.join(", ")}`,
        hint: "keep the chain from this user to a role and an action group with these permissions",
      }));
}

const endpoints = allKinds.map(({ name }) => (name === "config" ? "config/update" : name));

/** The changes of whatever the permissions came through. */
function suspects(turn: Turn, { name, rolesNow = [] }: Principal, permissions: readonly string[]): Change[] {
  return [
    ...rolesNow.flatMap((role) => [changeOf(turn, "rolesmapping", role), changeOf(turn, "roles", role)]),
    ...permissions.map((group) => changeOf(turn, "actiongroups", group)),
    changeOf(turn, "internalusers", name),
  ].filter((change) => change !== undefined);
}
