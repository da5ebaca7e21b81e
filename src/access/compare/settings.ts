import type { AccessChange } from "../../model/access-change.ts";
import type { Change } from "../../model/change.ts";
import type { Access } from "../effective/access.ts";

type Dynamic = Access["dynamic"];

/** A setting of `config` that decides what requests do with the same permissions. */
interface Switch {
  readonly name: string;
  readonly isOn: (dynamic: Dynamic) => boolean;
  /** The effects of turning it on, and off, on everyone. */
  readonly effects: readonly [on: Told, off: Told];
  /** The server does not honour it. */
  readonly isIgnored?: (access: Access) => boolean;
}

type Told = readonly [direction: AccessChange["direction"], effect: string];

const switches: readonly Switch[] = [
  {
    name: "do_not_fail_on_forbidden",
    isOn: ({ shrinks }) => shrinks,
    effects: [
      ["gain", "gets the permitted part of requests that failed as a whole before"],
      ["loss", "gets no answer to requests that are permitted in part"],
    ],
  },
  {
    name: "do_not_fail_on_forbidden_empty",
    isOn: ({ shrinks, empties }) => shrinks && empties,
    effects: [
      ["change", "gets an empty answer to forbidden requests, instead of 403"],
      ["change", "gets 403 for forbidden requests, instead of an empty answer"],
    ],
  },
  {
    name: "multi_rolespan_enabled",
    isOn: ({ spansRoles }) => spansRoles,
    effects: [
      ["gain", "may combine the permissions of several roles in one request"],
      ["loss", "needs one role with all permissions of a request"],
    ],
    isIgnored: ({ generation }) => !generation.honoursRoleSpan,
  },
  {
    name: "respect_request_indices_options",
    isOn: ({ respectsOptions }) => respectsOptions,
    effects: [
      ["change", "is judged by the indices that the options of a request select"],
      [
        "change",
        "is judged by all open indices that a wildcard matches, whatever the options of a request are",
      ],
    ],
  },
  {
    name: "kibana.multitenancy_enabled",
    isOn: ({ hasTenants }) => hasTenants,
    effects: [
      ["loss", "needs the permission for a tenant to use Dashboards"],
      ["gain", "uses Dashboards without tenants: the permissions on its index decide"],
    ],
  },
  {
    name: "kibana.private_tenant_enabled",
    isOn: ({ hasPrivateTenant }) => hasPrivateTenant,
    effects: [
      ["gain", "gains a private tenant"],
      ["loss", "loses the private tenant"],
    ],
  },
];

/** Lists the effects of changed settings. Documents without them have the server's defaults. */
export function compareSettings(
  [before, after]: readonly [Access, Access],
  changes: readonly Change[],
): AccessChange[] {
  const causes = changes.flatMap(({ kind, name, at }) => (kind === "config" ? [{ kind, name, at }] : []));
  const make = (
    setting: string,
    [direction, effect]: Told,
    sides: readonly [string, string],
  ): AccessChange => ({
    principals: [{ kind: "everyone", name: "" }],
    direction,
    effect: `${effect} (${setting})`,
    before: sides[0],
    after: sides[1],
    causes,
  });
  const turned = switches.flatMap(({ name, isOn, effects, isIgnored }) => {
    const [was, is] = [isOn(before.dynamic), isOn(after.dynamic)];
    if (was === is || isIgnored?.(after)) return [];
    return [make(name, effects[is ? 0 : 1], [`${was}`, `${is}`])];
  });
  return [...turned, ...compareServerUser([before, after], make)];
}

/** Dashboards calls the server as this user, and no tenant restricts it. */
function compareServerUser(
  [{ dynamic: old }, { dynamic: now }]: readonly [Access, Access],
  make: (setting: string, told: Told, sides: readonly [string, string]) => AccessChange,
): AccessChange[] {
  if (old.dashboardsUser === now.dashboardsUser) return [];
  const sides = [old.dashboardsUser, now.dashboardsUser] as const;
  const gain = make(
    "kibana.server_username",
    ["gain", "is the user of Dashboards, and no tenant restricts this user"],
    sides,
  );
  return [{ ...gain, principals: [{ kind: "user", name: now.dashboardsUser }] }];
}
