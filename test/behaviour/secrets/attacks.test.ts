import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { osac } from "../../support/osac.ts";
import { folder } from "../../support/folder.ts";
import { start } from "../../support/simulated-cluster.ts";

const mapping = (body: string) => `_meta: {type: rolesmapping, config_version: 2}\n${body}\n`;
const users = (body: string) => `_meta: {type: internalusers, config_version: 2}\n${body}\n`;

async function stage(files: Record<string, string>, options: Parameters<typeof start>[0] = {}) {
  const simulator = await start(options);
  const cwd = await folder({ "ca.pem": simulator.caCert, ...files });
  const { url: OSAC_URL, user: OSAC_USERNAME, password: OSAC_PASSWORD } = simulator;
  const login = { OSAC_URL, OSAC_USERNAME, OSAC_PASSWORD, OSAC_CA_CERT: "ca.pem" };
  const run = (argv: string[], env = {}) => osac(argv, { cwd, env: { ...login, ...env } });
  return { simulator, cwd, run };
}

test("no secret of the files hides a right, whatever it is equal to", async () => {
  const { run } = await stage({
    "files/internal_users.yml": users("reporting: {hash: '${env.H}', attributes: {password: nightly-bot}}"),
    "files/roles_mapping.yml": mapping("all_access: {users: [nightly-bot, admin], backend_roles: [admin]}"),
  });
  const { out } = await run(["plan", "files"], { H: "$2y$12$x" });
  expect(out).toContain("nightly-bot");
  expect(out).not.toContain("(sensitive, changed)");
});

const idFor = async (member: string) => {
  const { run, simulator } = await stage({
    "files/internal_users.yml": users(`it: {hash: '\${env.H}', attributes: {password: "${member}"}}`),
    "files/roles_mapping.yml": mapping(`readall: {users: ["${member}"]}`),
  });
  simulator.fail({
    status: 200,
    body: JSON.stringify({ version: { number: "3.4.0" }, cluster_name: "c", cluster_uuid: "u" }),
    when: ({ path }) => path === "/",
  });
  const { out } = await run(["plan", "files", "--output", "json"], { H: "$2y$12$x" });
  return (JSON.parse(out) as { planId: string }).planId;
};

test("the id binds a right that a literal secret is equal to", async () => {
  expect(await idFor("nightly-bot")).not.toBe(await idFor("another-bot"));
});

test("osac.yml allows nothing: neither a variable in a right, nor a directory", async () => {
  const { run } = await stage({
    "files/osac.yml": "placeholders: {allow: [OSAC_PASSWORD, TEAM], files: [/proc/self]}\n",
    "files/roles_mapping.yml": mapping(
      'readall: {backend_roles: ["${env.OSAC_PASSWORD}", "${env.TEAM}", "${file:/proc/self/environ}"]}',
    ),
  });
  const { code, out, err } = await run(["plan", "files"], { TEAM: "zzteam" });
  expect(code).toBe(3);
  expect(err).toContain("--allow-placeholder TEAM, or OSAC_ALLOW_PLACEHOLDERS");
  expect(out + err).not.toContain("zzteam");
});

test("a right behind a placeholder that the job allows is shown, and bound in a saved plan", async () => {
  const { cwd, run } = await stage({
    "files/roles.yml":
      '_meta: {type: roles, config_version: 2}\nviewer: {cluster_permissions: ["${file:rv.txt}"]}\n',
    "files/rv.txt": "cluster_composite_ops_ro",
  });
  const allowing = ["--allow-placeholder", "file:rv.txt"];
  const planned = await run(["plan", "files", "--out", "plan.json", ...allowing]);
  expect(planned.out).toContain("cluster_composite_ops_ro");
  await writeFile(join(cwd, "files/rv.txt"), "*");
  expect(await run(["apply", "files", "--plan", "plan.json", "--yes", ...allowing])).toMatchObject({
    code: 4,
  });
});

test("names of a server are searched for the login, and are no path", async () => {
  const password = "jobSecret-99x";
  const spellings = (["utf8", "base64", "hex"] as const).map((form) => Buffer.from(password).toString(form));
  const { simulator, run } = await stage(
    { "files/roles_mapping.yml": mapping("readall: {users: [a]}") },
    { users: { job: { password, backend_roles: ["admin"] } } },
  );
  const body = {
    version: { number: "3.4.0" },
    cluster_name: `prod ${spellings.join(" ")} ${"n".repeat(9000)}`,
    cluster_uuid: "../../escaped",
  };
  simulator.fail({ status: 200, body: JSON.stringify(body), when: ({ path }) => path === "/" });
  const login = { OSAC_USERNAME: "job", OSAC_PASSWORD: password };
  const { out, err } = await run(["plan", "files", "--output", "json"], login);
  for (const spelling of spellings) expect(out + err).not.toContain(spelling);
  const { cluster } = JSON.parse(out) as { cluster: { name: string; uuid: string } };
  expect(cluster.name).toMatch(/^prod \*\*\* /);
  expect(cluster.name.length).toBeLessThan(300);
  expect(cluster.uuid).toMatch(/^[0-9a-f]{64}$/);
});
