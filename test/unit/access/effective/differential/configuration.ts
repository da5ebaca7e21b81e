import type { Json } from "../../../../../src/model/value.ts";
import type { Random } from "./random.ts";

type Entities = Readonly<Record<string, { readonly [field: string]: Json }>>;

/** One random configuration. */
export interface Configuration {
  readonly roles: Entities;
  readonly mappings: Entities;
  readonly users: Entities;
  readonly groups: Entities;
  readonly dynamic: { readonly [field: string]: Json };
}

export const tenants = ["zt_a", "zt_b", "zt_u1"];

const patterns = [
  "* zz-* zz-a zz-b zz-c zz-log-* zz-log-? zz-al1 zz-al2 zy-* zz-al* zz-ds1 .ds-zz*",
  "zz-own-${user.name} zz-${attr.internal.x} /zz-(a|c)/ /zz-log-\\d/ *-1 *l* zz-? zz-missing",
  "zz-hid _all zz-[ab] ** zz-clo",
].flatMap((line) => line.split(" "));

/**
 * The others, two of them on one index, leave its restrictions open up to 2.19: there, one restricting block in sixty has
 * some.
 */
const plainPatterns = patterns.filter((pattern) => !/[?/$]|missing|_all|\[|\*\*/.test(pattern));

const actions = [
  "read search get write crud G1 G2 data_access unknown_group indices:* * indices:data/read/*",
  "indices:data/read/search indices:data/read/search* indices:data/write/delete",
  "indices:data/write/bulk[s] indices:data/write/bulk* indices:admin/* /indices:data\\/read\\/.*/",
  "indices:data/read/mget* manage create_index indices:monitor/* indices:admin/mapping/put",
].flatMap((line) => line.split(" "));

const clusterPermissions = [
  "cluster_composite_ops cluster_composite_ops_ro indices:data/read/msearch * cluster:monitor/*",
  "indices:data/write/bulk cluster:monitor/main cluster_monitor",
].flatMap((line) => line.split(" "));

/** Makes a configuration. Servers up to 2.18 recurse without end in a circle of groups. */
export function makeConfiguration(random: Random, version: string): Configuration {
  const roles = Object.fromEntries(
    Array.from({ length: 14 }, (_, index) => [`Z${index}`, makeRole(random, version)]),
  );
  return {
    roles: {
      ...roles,
      // Everybody needs the cluster actions by which the questions are asked.
      ZBASE: {
        cluster_permissions: ["indices:data/read/msearch", "indices:data/write/bulk"],
        index_permissions: [],
        tenant_permissions: [],
      },
    },
    mappings: {
      ...Object.fromEntries(Object.keys(roles).map((role) => [role, makeMapping(random)])),
      ZBASE: { users: ["u*"] },
    },
    users: Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`u${index + 1}`, makeUser(random)])),
    groups: makeGroups(random, version.startsWith("2.11")),
    dynamic: {
      do_not_fail_on_forbidden: random.below(2) === 1,
      do_not_fail_on_forbidden_empty: random.below(3) === 0,
    },
  };
}

function makeGroups(random: Random, isFlat: boolean): Entities {
  const first = random.some(["search", "get", "G2", "indices:data/write/delete"], 2);
  const second = random.some([...(isFlat ? [] : ["G1"]), "indices:data/read/get", "write"], 2);
  return { G1: { allowed_actions: first }, G2: { allowed_actions: second } };
}

function makeRole(random: Random, version: string): Entities[string] {
  return {
    cluster_permissions: random.some(clusterPermissions, 2),
    index_permissions: Array.from({ length: random.below(4) }, () => makeBlock(random, version)),
    tenant_permissions: Array.from({ length: random.below(3) }, () => ({
      tenant_patterns: random.some(
        ["zt_a", "zt_b", "zt_*", "/zt_[ab]/", "global_tenant", "zt_${user.name}", "${attr.internal.t}", "*"],
        2,
      ),
      allowed_actions: random.some(
        ["kibana_all_read", "kibana_all_write", "*", "kibana:saved_objects/*/write"],
        1,
      ),
    })),
  };
}

function makeBlock(random: Random, version: string): { [field: string]: Json } {
  const restrictions: { [field: string]: Json } = {};
  if (random.below(4) === 0)
    restrictions["dls"] = JSON.stringify({ term: { k: random.pick(["a", "b", "c"]) } });
  const fields = random.pick([
    ["k", "f", "s"],
    ["k", "~f", "s"],
    ["~s", "~f"],
  ]);
  if (random.below(6) === 0) restrictions["fls"] = random.some(fields, 2);
  if (random.below(6) === 0) restrictions["masked_fields"] = random.some(["s", "f"], 2);
  const isPlain = version.startsWith("2.") && Object.keys(restrictions).length > 0 && random.below(60) > 0;
  return {
    index_patterns: random.some(isPlain ? plainPatterns : patterns, 3),
    allowed_actions: random.some(actions, 2),
    ...restrictions,
  };
}

function makeMapping(random: Random): Entities[string] {
  return random.pick<() => Entities[string]>([
    () => ({ users: random.some(["u1", "u2", "u3", "u4", "u?", "/u[12]/"], 2) }),
    () => ({ backend_roles: random.some(["b1", "b2", "b?", "*"], 2) }),
    () => ({ backend_roles: random.some(["b1", "b3"], 1) }),
    () => ({ and_backend_roles: random.some(["b1", "b2", "b*"], 2) }),
    () => ({ users: ["u5"], hosts: [random.pick(["127.0.0.1", "10.*"])] }),
    () => ({ users: ["u6"] }),
  ])();
}

function makeUser(random: Random): Entities[string] {
  const backendRoles = Array.from({ length: random.below(3) }, () => random.pick(["b1", "b2", "b3"]));
  const attributes = random.below(2)
    ? { x: random.pick(["a", "log-*", "?", "b"]), t: random.pick(["zt_a", "zt_", "nothing"]) }
    : {};
  return { backend_roles: [...new Set(backendRoles)], attributes };
}
