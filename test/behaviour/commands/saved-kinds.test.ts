import { describe, expect, test } from "vitest";
import { allKinds } from "../../../src/kinds/index.ts";
import type { KindName } from "../../../src/model/kind-name.ts";
import type { Json } from "../../../src/model/value.ts";
import type { Simulator } from "../../../src/simulator/index.ts";
import { start, writes } from "../../support/simulated-cluster.ts";
import { desk, makeFile, type Desk } from "./saved.ts";

type Entities = { [name: string]: Json };

/**
 * A change of one entity: its live state, its desired state, and its state after a change by another client.
 */
interface Case {
  readonly live: Entities;
  readonly file: string;
  readonly byHand: Entities;
}

const basic = {
  http_enabled: true,
  order: 0,
  http_authenticator: { type: "basic", challenge: true },
  authentication_backend: { type: "intern" },
};

const cases: Readonly<Record<KindName, Case>> = {
  tenants: {
    live: { one: { description: "old" } },
    file: "one: { description: new }",
    byHand: { one: { description: "by hand" } },
  },
  actiongroups: {
    live: { one: { allowed_actions: ["indices:data/read/get"] } },
    file: "one: { allowed_actions: ['indices:data/read/get', 'indices:data/read/mget'] }",
    byHand: { one: { allowed_actions: ["indices:data/write/index"] } },
  },
  roles: {
    live: { one: { cluster_permissions: ["cluster_monitor"] } },
    file: "one: { cluster_permissions: [cluster_monitor, cluster_composite_ops] }",
    byHand: { one: { cluster_permissions: ["cluster_all"] } },
  },
  rolesmapping: {
    live: { readall: { users: ["ann"] } },
    file: "readall: { users: [ann, bob] }",
    byHand: { readall: { users: ["mallory"] } },
  },
  internalusers: {
    live: {
      one: { hash: "$2y$12$88IFVl6IfIwCFh5aQYfOmuXVL9j2hz/GusQb35o.4sdTDAEMTOD.K", description: "old" },
    },
    file: "one: { description: new }",
    byHand: {
      one: { hash: "$2y$12$88IFVl6IfIwCFh5aQYfOmuXVL9j2hz/GusQb35o.4sdTDAEMTOD.K", backend_roles: ["admin"] },
    },
  },
  config: {
    live: { config: { dynamic: { authc: { basic } } } },
    file: `config: { dynamic: { do_not_fail_on_forbidden: true, authc: { basic: ${JSON.stringify(basic)} } } }`,
    byHand: { config: { dynamic: { authc: { basic: { ...basic, order: 7 } } } } },
  },
  audit: {
    live: { config: { enabled: true, audit: { ignore_users: ["kibanaserver", "monitoring"] } } },
    file: "config: { enabled: true, audit: { ignore_users: [kibanaserver] } }",
    byHand: { config: { enabled: false, audit: { ignore_users: ["kibanaserver"] } } },
  },
  nodesdn: {
    live: { one: { nodes_dn: ["CN=new", "CN=old"] } },
    file: "one: { nodes_dn: [CN=new] }",
    byHand: { one: { nodes_dn: ["CN=by-hand"] } },
  },
  allowlist: {
    live: { config: { enabled: false, requests: { "/_cat/nodes": ["GET"] } } },
    file: "config: { enabled: false, requests: { /_cat/nodes: [GET, PUT] } }",
    byHand: { config: { enabled: false, requests: { "/_cat/nodes": ["DELETE"] } } },
  },
};

/** Another entity that the files declare, in a kind of its own. */
const elsewhere = {
  kind: (kind: KindName): KindName => (kind === "tenants" ? "roles" : "tenants"),
  live: { quiet: { description: "Quiet" } },
  file: "quiet: { description: Quiet }",
};

async function stage(kind: KindName): Promise<{ simulator: Simulator; desk: Desk }> {
  const { live, file } = cases[kind];
  const other = elsewhere.kind(kind);
  const simulator = await start({ documents: { [kind]: live, [other]: elsewhere.live } });
  const files = {
    [allKinds.find(({ name }) => name === kind)!.file]: makeFile(kind, file),
    [allKinds.find(({ name }) => name === other)!.file]: makeFile(other, elsewhere.file),
  };
  const certificate = { OSAC_CLIENT_CERT: "admin.pem", OSAC_CLIENT_KEY: "admin.key" };
  return { simulator, desk: await desk(simulator, files, certificate) };
}

describe.for(Object.keys(cases) as KindName[])("a reviewed plan of %s", (kind) => {
  const { byHand } = cases[kind];
  const [name] = Object.keys(byHand);

  test("is not applied to an entity that moved, and both states are shown", async () => {
    const { simulator, desk: own } = await stage(kind);
    const { changes } = await own.plan();
    expect(changes.map((change) => [change.action, change.kind, change.name])).toEqual([
      ["update", kind, name],
    ]);
    await simulator.edit(kind, (document) => ({ ...document, ...byHand }));

    const { code, out, err } = await own.apply();
    expect(code).toBe(4);
    expect(err).toContain(
      `${kind}/${name}: it changed in the cluster after the plan was made; nothing was written`,
    );
    expect(out).toContain(`Changed in the cluster since the plan was made:\n${kind}\n  ~ ${name}\n`);
    expect(writes(simulator)).toEqual([]);

    const document = JSON.parse((await own.apply("--output", "json")).out) as Moved;
    expect(document.review.changedInCluster).toMatchObject([{ action: "update", kind, name }]);
    expect(document.review.changedInCluster[0]!.fields).not.toEqual([]);
  });

  test("is not applied where its entity went away", async () => {
    const { simulator, desk: own } = await stage(kind);
    await own.plan();
    await simulator.edit(kind, (document) => void delete document[name!]);

    const { code } = await own.apply();
    expect(code).toBe(4);
    expect(writes(simulator)).toEqual([]);
  });

  test("is applied whatever moved elsewhere, once", async () => {
    const { simulator, desk: own } = await stage(kind);
    const other = elsewhere.kind(kind);
    await own.plan();
    await simulator.edit(other, (document) => ({ ...document, quiet: { description: "by hand" } }));

    const { code, err } = await own.apply();
    expect(err).toContain("1 other difference is left alone");
    expect(code).toBe(0);
    expect(writes(simulator)).toHaveLength(1);
    expect(simulator.stored(other)["quiet"]).toMatchObject({ description: "by hand" });

    const again = await own.apply();
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining("Already applied:") });
    expect(writes(simulator)).toHaveLength(1);
  });
});

interface Moved {
  readonly review: { readonly changedInCluster: readonly { readonly fields: readonly object[] }[] };
}

describe("a user whose login the certificate can compare", () => {
  const users = makeFile("internalusers", 'one: { password: "${env.ONE}" }');
  const certificate = { OSAC_CLIENT_CERT: "admin.pem", OSAC_CLIENT_KEY: "admin.key" };

  test("gets the new password once", async () => {
    const simulator = await start({ users: { one: { password: "Old-Pass-2025" } } });
    const env = { ...certificate, ONE: "New-Pass-2025" };
    const own = await desk(simulator, { "internal_users.yml": users }, env);
    expect((await own.plan()).changes).toMatchObject([
      { before: { hash: { $secret: "(sensitive)" } }, after: { hash: { $secret: "hash of ${env.ONE}" } } },
    ]);

    expect(await own.apply()).toMatchObject({ code: 0 });
    expect(await own.apply()).toMatchObject({ code: 0, out: expect.stringContaining("Already applied:") });
    expect(writes(simulator)).toEqual(["PATCH internalusers 200"]);
  });

  test("is planned by a user and applied by the certificate under one id", async () => {
    const simulator = await start({ users: { one: { password: "Same-Pass-2025" } } });
    const file = makeFile("internalusers", 'one: { password: "${env.ONE}", description: new }');
    const own = await desk(simulator, { "internal_users.yml": file }, { ONE: "Same-Pass-2025" });
    const { id } = await own.plan();

    const ran = await own.osac(["apply", "security", "--yes", "--expect-plan", id], { env: certificate });
    expect(ran).toMatchObject({ code: 0, err: expect.not.stringContaining("error") });
  });
});

test("a password that is sent on demand is sent with a plan that has something else done already", async () => {
  const simulator = await start({ users: { one: { password: "Old-Pass-2025" } } });
  const file = makeFile("internalusers", 'one: { password: "${env.ONE}", description: new }');
  const own = await desk(simulator, { "internal_users.yml": file }, { ONE: "New-Pass-2025" });
  await own.plan("--set-password", "one");
  await simulator.edit("internalusers", (all) => ({
    ...all,
    one: { ...(all["one"] as {}), description: "new" },
  }));

  expect(await own.apply()).toMatchObject({ code: 0 });
  expect(
    await own.osac(["status"], { env: { OSAC_USERNAME: "one", OSAC_PASSWORD: "New-Pass-2025" } }),
  ).toMatchObject({
    out: expect.stringContaining("one"),
  });
});

const ldap = (password: string): Json => ({
  http_enabled: false,
  order: 1,
  http_authenticator: { type: "basic", challenge: false },
  authentication_backend: { type: "ldap", config: { hosts: ["a:636"], bind_dn: "cn=a", password } },
});

const makeConfig = (password: string): Json => ({ dynamic: { authc: { basic, ldap: ldap(password) } } });

test("a redacted secret that is sent on demand is sent, and again each time", async () => {
  const simulator = await start({ documents: { config: { config: makeConfig("old-bind") } } });
  const file = makeFile("config", `config: ${JSON.stringify(makeConfig("${env.BIND}"))}`);
  const certificate = { OSAC_CLIENT_CERT: "admin.pem", OSAC_CLIENT_KEY: "admin.key" };
  const own = await desk(simulator, { "config.yml": file }, { ...certificate, BIND: "new-bind" });
  await own.plan("--set-secret", "config/dynamic/authc/ldap/authentication_backend/config/password");

  for (const count of [1, 2]) {
    expect(await own.apply()).toMatchObject({ code: 0, err: expect.not.stringContaining("error") });
    expect(writes(simulator)).toHaveLength(count);
    expect(JSON.stringify(simulator.stored("config"))).toContain("new-bind");
  }
});

test("an entity that became the server's own is not touched", async () => {
  const { simulator, desk: own } = await stage("tenants");
  const user = { OSAC_CLIENT_CERT: "", OSAC_CLIENT_KEY: "" };
  await own.osac(["plan", "security", "--out", "plan.json"], { env: user });
  await simulator.edit("tenants", (all) => ({ ...all, one: { description: "old", reserved: true } }));
  const { code, err } = await own.osac(["apply", "security", "--plan", "plan.json", "--yes"], { env: user });
  expect(code).toBe(4);
  expect(err).toContain("tenants/one: it is now built-in (reserved); nothing was written");
});

test("a kind that cannot be read any more is not applied blindly", async () => {
  const { simulator, desk: own } = await stage("tenants");
  await own.plan();
  const body = '{"message":"No permission to access REST API"}';
  simulator.fail({ status: 403, body, when: ({ path }) => path.endsWith("/api/tenants") });
  const { code, err } = await own.apply();
  expect(code).toBe(4);
  expect(err).toContain("tenants/one: the caller can no longer read it; nothing was written");
  expect(writes(simulator)).toEqual([]);
});
