import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folder } from "../../support/folder.ts";
import { osac, type Ran } from "../../support/osac.ts";
import { start, writes } from "../../support/simulated-cluster.ts";

const settings = `
prune: {roles: all, rolesmapping: all}
guards: {max_delete_share: 100%}
ignore:
  - {kind: roles, name: "theirs_*", reason: made by their installer}
  - {kind: roles, name: ours, field: description, reason: edited by hand}
  - {kind: config, name: config, field: dynamic/authc/extra, reason: belongs to the portal}
`;

const domain = (order: number) => ({
  http_enabled: true,
  order,
  http_authenticator: { type: "basic", challenge: order === 0 },
  authentication_backend: { type: "intern" },
});

/** A cluster with managed roles and roles of other clients, and a folder with `ignore` rules for them. */
async function withRules() {
  const simulator = await start();
  await simulator.edit("roles", (roles) => ({
    ...roles,
    ours: { description: "by hand", cluster_permissions: ["cluster_monitor"] },
    theirs_1: { cluster_permissions: ["cluster_all"] },
  }));
  await simulator.edit("config", ({ config }) => ({
    config: {
      dynamic: { ...(config as { dynamic: object }).dynamic, authc: { basic: domain(0), extra: domain(1) } },
    },
  }));
  const cwd = await folder({ "live/osac.yml": settings, "ca.pem": simulator.caCert });
  const env = {
    OSAC_URL: simulator.url,
    OSAC_CA_CERT: "ca.pem",
    OSAC_USERNAME: "admin",
    OSAC_PASSWORD: "admin",
  };
  return { simulator, cwd, run: (...argv: string[]): Promise<Ran> => osac(argv, { cwd, env }) };
}

test("export leaves out what is ignored, and then plan, drift and apply find nothing to do", async () => {
  const { simulator, cwd, run } = await withRules();

  const exported = await run("export", "live");
  expect(exported.code).toBe(0);
  expect(exported.err).toContain(
    "roles: 1 entity left out, as live/osac.yml:5 says: made by their installer",
  );
  const roles = await readFile(join(cwd, "live/roles.yml"), "utf8");
  expect(roles).toContain("ours:");
  expect(roles).not.toMatch(/theirs_1|by hand/);
  expect(await readFile(join(cwd, "live/config.yml"), "utf8")).not.toContain("extra");

  for (const command of [["plan"], ["drift"], ["apply", "--yes"]]) {
    const { code, out } = await run(...command, "live", "--output", "json");
    const { changes, ignored, summary } = JSON.parse(out);
    expect({ code, changes }).toEqual({ code: 0, changes: [] });
    expect(ignored.map(({ kind, name }: { kind: string; name: string }) => `${kind}/${name}`)).toEqual([
      "roles/theirs_1",
      "roles/ours",
      "config/config",
    ]);
    expect(summary.ignored).toBe(3);
  }
  expect(writes(simulator)).toEqual([]);
});

test("the login of a user that is ignored cannot be asked for", async () => {
  const { run } = await withRules();
  const rule = "ignore: [{kind: internalusers, name: bot, reason: rotated by a robot}]\n";
  const users = "_meta: {type: internalusers, config_version: 2}\nbot: {password: '${env.BOT}'}\n";
  const files = await folder({ "osac.yml": rule, "internal_users.yml": users });

  const { code, err } = await run("plan", files, "--set-password", "bot");

  expect(code).toBe(3);
  expect(err).toContain("osac.yml ignores the user (rotated by a robot)");
});

test("an ignored field that moves after the review keeps no plan from being applied, and stays as it is", async () => {
  const { simulator, cwd, run } = await withRules();
  await run("export", "live");
  const file = join(cwd, "live/roles.yml");
  await writeFile(file, (await readFile(file, "utf8")).replace("cluster_monitor", "cluster_all"));
  expect(await run("plan", "live", "--out", "plan.json")).toMatchObject({ code: 0 });
  await simulator.edit("roles", (roles) => ({
    ...roles,
    ours: { ...(roles["ours"] as object), description: "by hand, again" },
  }));

  expect(await run("apply", "--plan", "plan.json", "live", "--yes")).toMatchObject({ code: 0 });
  expect(simulator.stored("roles")["ours"]).toMatchObject({
    description: "by hand, again",
    cluster_permissions: ["cluster_all"],
  });
});
