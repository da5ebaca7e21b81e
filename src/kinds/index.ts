import { kindNames, type KindName } from "../model/kind-name.ts";
import { actionGroups } from "./action-groups.ts";
import { allowlist } from "./allowlist.ts";
import { audit } from "./audit.ts";
import { config } from "./config.ts";
import { internalUsers } from "./internal-users.ts";
import type { Kind } from "./kind.ts";
import { nodesDn } from "./nodes-dn.ts";
import { rolesMapping } from "./roles-mapping.ts";
import { roles } from "./roles.ts";
import { tenants } from "./tenants.ts";

/**
 * Every kind. osac creates entities from left to right (`kindNames`), because those on the right refer to those on the left:
 *
 *     tenants   actiongroups ─▶ roles ─▶ rolesmapping ─▶ internalusers   config   audit   nodesdn   allowlist
 */
export const kinds: Readonly<Record<KindName, Kind>> = {
  tenants,
  actiongroups: actionGroups,
  roles,
  rolesmapping: rolesMapping,
  internalusers: internalUsers,
  config,
  audit,
  nodesdn: nodesDn,
  allowlist,
};

/** Every kind in the order of creation. */
export const allKinds: readonly Kind[] = kindNames.map((name) => kinds[name]);

/** The kinds that decide who has which permissions. */
export const permissionKinds = listDeciding("permissions");

/** The kinds that decide who may change the security configuration. */
export const administrationKinds = listDeciding("administration");

function listDeciding(what: Kind["decides"][number]): readonly KindName[] {
  return allKinds.filter(({ decides }) => decides.includes(what)).map(({ name }) => name);
}
