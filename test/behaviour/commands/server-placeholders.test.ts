import { expect, test } from "vitest";
import type { Json } from "../../../src/model/value.ts";
import type { Simulator } from "../../../src/simulator/index.ts";
import { start } from "../../support/simulated-cluster.ts";
import { desk, makeFile, type Desk } from "./saved.ts";

const certificate = { OSAC_CLIENT_CERT: "admin.pem", OSAC_CLIENT_KEY: "admin.key" };

async function stage(documents: {
  readonly tenants?: { [name: string]: Json };
  readonly roles?: { [name: string]: Json };
}): Promise<{ simulator: Simulator; own: Desk }> {
  const simulator = await start({ documents, environment: { SET: "value" } });
  const own = await desk(simulator, {
    "tenants.yml": makeFile("tenants", "declared: { description: new }"),
    "roles.yml": makeFile("roles", "declared: { cluster_permissions: [cluster_monitor] }"),
  });
  return { simulator, own };
}

const asked = ({ requests }: Simulator): number =>
  requests.filter(({ path }) => path === "/.opendistro_security/_mget").length;

test("a write that takes placeholders along is warned of by kind and name, without their defaults", async () => {
  const { simulator, own } = await stage({
    tenants: {
      other: { description: "${env.B:-zzDefault} and ${envbase64.A}, ${env.B}" },
      "${env.SET}": { description: "plain" },
    },
    roles: { literal: { description: "${user.name} ${env} ${file:x}" } },
  });

  const { code, err } = await own.osac(["plan", "security"], { env: certificate });
  expect(code).toBe(0);
  expect(err).toMatch(
    /^warning: tenants: this write replaces placeholders .* has for them: \$\{env\.B\} and \$\{envbase64\.A\} of other, \$\{env\.SET\} of \$\{env\.SET\} \[server-placeholders\]\n {2}hint: /,
  );
  expect(err).not.toContain("zzDefault");
  expect(err).not.toContain("roles:");
  // Once for what is written, once for the users that decide who gains what.
  expect(asked(simulator)).toBe(2);

  const strict = await own.osac(["apply", "security", "--yes", "--strict"], { env: certificate });
  expect(strict.code).toBe(3);
  expect(await own.osac(["apply", "security", "--yes"], { env: certificate })).toMatchObject({ code: 0 });
  expect(JSON.stringify(simulator.stored("tenants"))).not.toMatch(/\$\{env\.(?:B:|SET)/);
});

test("many placeholders of the server are counted", async () => {
  const tenants = Array.from({ length: 7 }, (_, index) => [`t${index}`, { description: "${env.ABSENT}" }]);
  const { own } = await stage({ tenants: Object.fromEntries(tenants) as { [name: string]: Json } });
  const { err } = await own.osac(["plan", "security"], { env: certificate });
  expect(err).toContain("${env.ABSENT} of t4 and 2 more [server-placeholders]");
});

test("nobody is asked where nothing is written", async () => {
  const { simulator, own } = await stage({ tenants: { declared: { description: "new" } } });
  await own.write("roles.yml", "_meta: { type: roles, config_version: 2 }\n");
  expect(await own.osac(["plan", "security"], { env: certificate })).toMatchObject({ code: 0, err: "" });
  expect(asked(simulator)).toBe(0);
});

test("whoever cannot see is told so once, before a write and in no plan", async () => {
  const { own } = await stage({ tenants: { other: { description: "${env.SET}" } } });
  expect(await own.osac(["plan", "security"])).toMatchObject({ code: 0, err: "" });
  const { code, err } = await own.osac(["apply", "security", "--yes"]);
  expect(code).toBe(0);
  expect(err.match(/\[server-placeholders-not-checked\]/g)).toHaveLength(1);
  expect(err).not.toContain("SET");
});
