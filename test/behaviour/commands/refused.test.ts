import { expect, test } from "vitest";
import { run, start, startQuick, writes } from "../../support/simulated-cluster.ts";
import { folder } from "../../support/folder.ts";
import { osac } from "../../support/osac.ts";
import { asCertificate } from "../../support/status-caller.ts";

const users = (text: string): Record<string, string> => ({
  "internal_users.yml": `_meta: { type: internalusers, config_version: 2 }\n${text}`,
});
const roles = (text: string): Record<string, string> => ({
  "roles.yml": `_meta: { type: roles, config_version: 2 }\nlogs_reader: { cluster_permissions: [cluster_monitor] }\n${text}`,
});

/** Entities that every server or osac refuses, each with the code of the finding. */
const refused: [string, string, Record<string, string>][] = [
  ["internalusers/nobody", "user-without-password", users("nobody: { description: x }\n")],
  ["internalusers/nobody", "undefined-placeholder", users("nobody: { hash: '${env.NOT_SET}' }\n")],
  ["internalusers/nobody", "plain-password", users("nobody: { password: swordfish-1 }\n")],
  ["roles/broken", "unknown-field", roles("broken: { no_such_field: 1 }\n")],
  [
    "roles/broken",
    "rest-admin-permission",
    roles("broken: { cluster_permissions: ['restapi:admin/roles'] }\n"),
  ],
];

test.for(refused)("%s is refused by name (%s), and the rest is planned", async ([address, code, files]) => {
  const simulator = await startQuick();
  const planned = await run(["plan", "--out", "plan.json"], simulator, {}, files);
  expect(planned.code).toBe(3);
  expect(planned.err).toContain(`error: ${address}: `);
  expect(planned.err).toContain(`[${code}]`);
  expect(planned.err).toContain(`leave it out with --ignore ${address}, or in osac.yml: ignore: [{ kind: `);
  expect(planned.err).toContain("[plan-not-saved]");
  for (const name of ["sandbox", "logs_reader"]) expect(planned.out).toContain(`+ ${name}`);
  const applied = await run(["apply", "--yes"], simulator, {}, files);
  expect({ code: applied.code, writes: writes(simulator) }).toEqual({ code: 3, writes: [] });

  const { code: done, err } = await run(["apply", "--yes", "--ignore", address], simulator, {}, files);
  expect({ done, err: err.includes(address) }).toEqual({ done: 0, err: false });
  const [kind, name] = address.split("/") as ["roles" | "internalusers", string];
  expect(simulator.stored(kind)).not.toHaveProperty(name);
  expect(simulator.stored("roles")).toHaveProperty("logs_reader");
});

test("what an error gives to paste into osac.yml leaves the entity out", async () => {
  const simulator = await startQuick();
  const files = roles("'odd*name': { no_such_field: 1 }\n");
  const { err } = await run(["plan"], simulator, {}, files);
  const [, rule = ""] = /in osac\.yml: (ignore: \[.*\])/.exec(err.replaceAll(/\n\s+/g, " "))!;
  expect(await run(["plan"], simulator, {}, { ...files, "osac.yml": `${rule}\n` })).toMatchObject({
    code: 0,
  });
});

test("an entity whose file has errors is not pruned, and a saved plan carries that it was left out", async () => {
  const simulator = await startQuick();
  await simulator.edit("roles", (stored) => ({
    ...stored,
    broken: { cluster_permissions: ["cluster_all"] },
  }));
  const files = roles("broken: { no_such_field: 1 }\n");
  const planned = await run(["plan", "--prune", "roles=all"], simulator, {}, files);
  expect(planned.out).not.toContain("- broken");

  const cwd = await folder({ ...files, "ca.pem": simulator.caCert });
  const env = {
    OSAC_URL: simulator.url,
    OSAC_CA_CERT: "ca.pem",
    OSAC_USERNAME: "admin",
    OSAC_PASSWORD: "admin",
  };
  const saved = await osac(["plan", "--ignore", "roles/broken", "--out", "plan.json"], { cwd, env });
  expect(saved.code).toBe(0);
  expect(await osac(["apply", "--plan", "plan.json", "--yes"], { cwd, env })).toMatchObject({ code: 0 });
  expect(simulator.stored("roles")).toMatchObject({ broken: { cluster_permissions: ["cluster_all"] } });
});

test("osac reports faults in the files although it cannot reach the cluster", async () => {
  const { code, err } = await run(
    ["plan"],
    { url: "https://127.0.0.1:1", caCert: "" },
    { env: { OSAC_CA_CERT: "" } },
    roles("broken: { no_such_field: 1 }\n"),
  );
  expect(code).toBe(3);
  expect(err).toContain("[unknown-field]");
});

const service = 'robot: { attributes: { service: "true", enabled: "true" }, description: of an extension }\n';

test("a service account is planned without a password, applied, and changed later", async () => {
  const simulator = await startQuick();
  const planned = await run(["plan"], simulator, {}, users(service));
  expect(planned.code).toBe(0);
  expect(planned.err).not.toContain("robot");
  expect(await run(["apply", "--yes"], simulator, {}, users(service))).toMatchObject({ code: 0 });
  const changed = users(service.replace("of an extension", "other"));
  expect(await run(["apply", "--yes"], simulator, {}, changed)).toMatchObject({ code: 0 });
  expect(simulator.stored("internalusers")).toMatchObject({ robot: { description: "other" } });
  const again = await run(["plan"], simulator, {}, changed);
  expect(again.out).toContain("No changes.");
});

test("an export has no variable for what the server made; with hashes it has the hash", async () => {
  const simulator = await startQuick();
  await run(["apply", "--yes"], simulator, {}, users(service));
  const exported = await run(["export", "live", "--output", "json"], simulator);
  expect(JSON.parse(exported.out).placeholders.map(({ name }: { name: string }) => name)).not.toContain(
    "robot",
  );
  const whole = await asCertificate(simulator, [
    "export",
    "live",
    "--with-hashes",
    "--kinds",
    "internalusers",
    "--output",
    "json",
  ]);
  expect(JSON.parse(whole.out)).toMatchObject({ exitCode: 0, placeholders: [] });
});

test("a plan tells without -v what it leaves behind: the mapping of a user that it deletes", async () => {
  const gone = { hash: "$2a$04$GQKtIVnVnYbBgSmMQm.duu6xIHFYfridC6T4ndofowdDv.VSFt11m" };
  const mapping = { logs_reader: { users: ["gone"] } };
  const role = { logs_reader: { cluster_permissions: ["cluster_monitor"] } };
  const documents = { internalusers: { gone }, roles: role, rolesmapping: mapping };
  const simulator = await start({ documents });
  const files = {
    ...users("kept: { hash: '$2a$04$GQKtIVnVnYbBgSmMQm.duu6xIHFYfridC6T4ndofowdDv.VSFt11m' }\n"),
    "roles_mapping.yml": "_meta: { type: rolesmapping, config_version: 2 }\nlogs_reader: { users: [gone] }\n",
  };
  const { err } = await asCertificate(simulator, ["plan", "--prune", "internalusers=all"], files);
  expect(err).toContain('rolesmapping/logs_reader: names the user "gone", which this plan deletes');
});
