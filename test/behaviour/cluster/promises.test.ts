import { expect, test } from "vitest";
import { run, start, writes } from "../../support/simulated-cluster.ts";

test("a cluster that moves while the question stands is not written", async () => {
  const simulator = await start();
  const handmade = { description: "precious", cluster_permissions: ["cluster_all"] };
  const answer = async function* (): AsyncGenerator<string> {
    await simulator.edit("roles", (roles) => ({ ...roles, logs_reader: handmade }));
    yield "y\n";
  };

  const stdin = Object.assign(answer(), { isTerminal: true });
  const { code, err } = await run(["apply"], simulator, { stdin });

  expect(code).toBe(4);
  expect(err).toContain("[changed-meanwhile]");
  expect(writes(simulator)).toEqual([]);
  expect(simulator.stored("roles")["logs_reader"]).toMatchObject(handmade);
});

test("a kind without a file is refused, and not passed over in silence", async () => {
  const simulator = await start();
  for (const command of ["plan", "validate"]) {
    const { code, err, out } = await run([command, "--kinds", "audit"], simulator);
    expect(code).toBe(3);
    expect(err + out).toContain("[missing-file]");
  }
});

const users = "_meta: { type: internalusers, config_version: 2 }\n";

test("the certificate sees that the cluster reads another algorithm, and no login is lost", async () => {
  const simulator = await start();
  const files = { "internal_users.yml": `${users}shipper: { password: "\${env.SHIPPER}" }\n` };
  const { adminCert, adminKey } = simulator;
  const env = { OSAC_CLIENT_CERT: "admin.pem", OSAC_CLIENT_KEY: "admin.key", SHIPPER: "Shipping-9-Logs" };

  const { code, err } = await run(
    ["apply", "--yes", "--password-algorithm", "pbkdf2"],
    simulator,
    { env },
    { ...files, "admin.pem": adminCert, "admin.key": adminKey },
  );

  expect(code).toBe(3);
  expect(err).toContain("[other-algorithm]");
  expect(writes(simulator)).toEqual([]);
});

test("a password that cannot be sent is refused, and not passed over in silence", async () => {
  const simulator = await start();
  const files = { "internal_users.yml": `${users}admin: { hash: "\${env.ADMIN}", reserved: true }\n` };

  const unknown = await run(["plan", "--set-password", "nobody"], simulator, {}, files);
  const builtIn = await run(["plan", "--set-password", "admin"], simulator, {}, files);

  expect([unknown.code, builtIn.code]).toEqual([3, 3]);
  expect(unknown.err).toContain("[no-such-user]");
  expect(builtIn.err).toContain("[password-not-sent]");
});

test("a live value that equals a placeholder's is shown nowhere, whoever holds it", async () => {
  const simulator = await start();
  await simulator.edit("roles", (roles) => ({ ...roles, other: { description: "zzcanary" } }));
  const roles = "_meta: { type: roles, config_version: 2 }\nother: { description: new }\n";
  const users = "_meta: { type: internalusers, config_version: 2 }\nmine: { password: '${env.CANARY}' }\n";

  for (const output of ["text", "json", "markdown"]) {
    const argv = ["plan", "-v", "--output", output];
    const { code, out, err } = await run(
      argv,
      simulator,
      { env: { CANARY: "zzcanary" } },
      { "roles.yml": roles, "internal_users.yml": users },
    );
    expect(code).toBe(0);
    expect(out).toContain("other");
    expect(out + err).not.toContain("zzcanary");
  }
});

test("a role is told of an action group that neither files nor cluster have, though no file declares groups", async () => {
  const simulator = await start();
  await simulator.edit("actiongroups", (groups) => ({ ...groups, ours: { allowed_actions: ["read"] } }));
  const roles = `_meta: { type: roles, config_version: 2 }
reader: { index_permissions: [{ index_patterns: [a], allowed_actions: [ours, READ] }] }
`;

  const { code, err } = await run(["plan", "--kinds", "roles"], simulator, {}, { "roles.yml": roles });

  expect(code).toBe(0);
  expect(err.match(/names the action group "\w+"/g)).toEqual(['names the action group "READ"']);
});

test("a deletion that leaves a declared mapping without its role says so", async () => {
  const simulator = await start();
  await simulator.edit("roles", (roles) => ({ ...roles, old: { cluster_permissions: ["cluster_monitor"] } }));
  const mappings = "_meta: { type: rolesmapping, config_version: 2 }\nold: { users: [somebody] }\n";

  const { code, err } = await run(
    ["plan", "--kinds", "roles,rolesmapping", "--prune", "roles=all"],
    simulator,
    {},
    { "roles_mapping.yml": mappings },
  );

  expect(code).toBe(3);
  expect(err).toContain("[unknown-reference]");
});
