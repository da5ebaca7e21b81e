import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { kindNames } from "../../../src/model/kind-name.ts";
import { startSimulator, type Simulator } from "../../../src/simulator/index.ts";
import { folder } from "../../support/folder.ts";
import { freshOsac } from "./fresh.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.stop());

/** Placeholders in secret fields and in other fields, and literals that may be equal to a secret. */
const files = {
  "internal_users.yml": `_meta: {type: internalusers, config_version: 2}
first: {password: "\${env.ONE}", description: "\${env.TWO}", backend_roles: ["\${env.ONE}", a, hunter2-Canary, z]}
second: {hash: "\${env.TWO}", attributes: {password: "x\${env.ONE}", team: hunter2-Canary}}
third: {password: "\${envbase64.ONE}", opendistro_security_roles: ["\${envbase64.TWO:-YWxsX2FjY2Vzcw==}"]}
fourth: {hash: "\${envbc.TWO}"}
`,
  "roles.yml": `_meta: {type: roles, config_version: 2}
hunter2-Canary:
  description: "${"x".repeat(250)}\${env.ONE}"
  cluster_permissions: ["\${env.ONE}", cluster_monitor, hunter2-Canary]
  index_permissions: [{index_patterns: ["/[h-\${env.ONE}]/", "\${env.TWO}"], dls: "\${env.TWO}", allowed_actions: [read]}]
"\${env.TWO}": {cluster_permissions: [cluster_monitor]}
`,
  "roles_mapping.yml": `_meta: {type: rolesmapping, config_version: 2}
readall: {users: ["/[h-\${env.ONE}]/"], backend_roles: ["\${env.ONE}", "\${env.TWO}", a, g, h, hunter2-Canary, z]}
hunter2-Canary: {users: ["\${env.ONE}"]}
`,
};

const hostile = fc.oneof(
  fc.constantFrom(
    "hunter2-Canary",
    "a",
    "z",
    "all_access",
    "cluster_monitor",
    "true",
    "5",
    "*",
    "(",
    "[\\p{x",
    "ann\nbob",
  ),
  fc.constantFrom(
    "readall",
    "$2y$12$zzzz",
    "YWJj",
    "${NAME}",
    "x".repeat(300),
    "-----BEGIN PRIVATE KEY-----",
    '{"a": 1}',
  ),
  fc.string({ minLength: 1, maxLength: 40 }).filter((text) => !text.includes("\0")),
);

const commands = [
  ["validate", "files", "-v"],
  ["validate", "files", "--output", "json"],
  ["validate", "files", "--output", "github"],
  ["plan", "files", "-v"],
  ["plan", "files", "--output", "json"],
  ["plan", "files", "--output", "markdown"],
  ["drift", "files", "--output", "json", "--metrics", "osac.prom"],
  // A plan without errors is saved.
  [
    "plan",
    "files",
    "--kinds",
    "internalusers",
    "--ignore",
    "internalusers/first",
    "--ignore",
    "internalusers/third",
    "--out",
    "plan.json",
  ],
  ["export", "out", "--output", "json"],
  ["status", "--output", "json"],
];

/** Everything that a run leaves, without times and paths of folders. */
async function leftBy(argv: readonly string[], one: string, two: string): Promise<string> {
  const cwd = await folder({
    "ca.pem": simulator.caCert,
    ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`files/${name}`, text])),
  });
  const { url: OSAC_URL, user: OSAC_USERNAME, password: OSAC_PASSWORD } = simulator;
  const env = { OSAC_URL, OSAC_USERNAME, OSAC_PASSWORD, OSAC_CA_CERT: "ca.pem", ONE: one, TWO: two };
  const { code, out, err } = await freshOsac(argv, { cwd, env });
  const written = await Promise.all(
    ["plan.json", "osac.prom"].map((name) => readFile(join(cwd, name), "utf8").catch(() => "none")),
  );
  return [code, out, err, ...written]
    .join("\n")
    .replaceAll(cwd, "")
    .replaceAll(
      /"(?:createdAt|expiresAt|checksum)": "[^"]*"|\d+\.\d+ m?s\b|until \d{4}[^\n]*UTC|(?<=_seconds\{[^}]*\} )\S+/g,
      "",
    );
}

test.for(commands)("what osac %s %s leaves behind does not depend on a secret: %s %s", async (argv) => {
  const expected = await leftBy(argv, "first secret", "second secret");
  await fc.assert(
    fc.asyncProperty(hostile, hostile, async (one, two) => {
      expect(await leftBy(argv, one, two)).toBe(expected);
    }),
    { numRuns: 12, endOnFailure: true },
  );
});

/**
 * Files that can be applied with any values: osac sends a password as a hash, and a bind password as it is.
 */
const sendable = {
  "files/internal_users.yml":
    "_meta: {type: internalusers, config_version: 2}\nrobot: {password: '${env.ONE}', description: hunter2-Canary}\n",
  "files/config.yml": `_meta: {type: config, config_version: 2}
config:
  dynamic:
    authc:
      basic_internal_auth_domain:
        order: 0
        http_authenticator: {type: basic, challenge: true}
        authentication_backend: {type: intern}
      ldap:
        order: 1
        http_authenticator: {type: basic, challenge: false}
        authentication_backend: {type: ldap, config: {hosts: [ldap.example.org], bind_dn: cn=osac, password: "\${env.TWO}"}}
`,
};

/** A text without times and without the ids of the cluster, which is a new one each time. */
function withoutTimes(text: string): string {
  return text.replaceAll(
    /"(?:createdAt|expiresAt|checksum|time|id|planId|uuid|fingerprint|run)": ?"[^"]*"|"(?:duration|seconds)\w*": ?[\d.]+|\d+\.\d+ m?s\b|until \d{4}[^\n]*UTC|\d{8}T\d{6}Z-[0-9a-f]+|\d{4}-\d\d-\d\dT[\d:.]+Z|[0-9a-f]{32,64}|Plan id \w+/gi,
    "",
  );
}

/** Everything that a saved plan, its apply and a rollback leave: output, plan, audit log and backups. */
async function lifeWith(one: string, two: string): Promise<string> {
  const own = await startSimulator({ certificates: simulator.certificates });
  try {
    const cwd = await folder({ "ca.pem": own.caCert, ...sendable });
    const { url: OSAC_URL, user: OSAC_USERNAME, password: OSAC_PASSWORD } = own;
    const login = { OSAC_URL, OSAC_USERNAME, OSAC_PASSWORD, OSAC_CA_CERT: "ca.pem", OSAC_PASSWORD_COST: "4" };
    const env = { ...login, OSAC_BACKUP: "backups", ONE: one, TWO: two };
    const said: unknown[] = [];
    for (const words of [
      "plan files --allow-lockout-risk --allow-escalation login-authority/config/config --out plan.json",
      "apply files --plan plan.json --yes --audit-log audit.log --output json",
      "plan files --output json",
      "rollback files --yes --allow-lockout-risk --allow-delete internalusers/robot --max-delete-share 100%",
    ]) {
      const { code, out, err } = await freshOsac(words.split(" "), { cwd, env });
      said.push(words, code, out, err);
    }
    const backups = (await readdir(join(cwd, "backups"))).map((name) => join("backups", name));
    const written = ["plan.json", "audit.log", ...backups].map((name) => readFile(join(cwd, name), "utf8"));
    const texts = [...said, ...(await Promise.all(written))].map((text) =>
      withoutTimes(String(text).replaceAll(cwd, "").replaceAll(OSAC_URL, "")),
    );
    // Two backups of the same second have no order.
    return texts.toSorted().join("\n");
  } finally {
    await own.stop();
  }
}

test("what a saved plan, its apply, the audit log and the backups hold does not depend on a secret", async () => {
  // osac masks a live text that contains a secret of the job, so that a report does not repeat a leak.
  const stored = JSON.stringify(kindNames.map((kind) => simulator.stored(kind)));
  const live = [stored, ...Object.values(sendable)].join("\n").toLowerCase();
  const expected = await lifeWith("first secret", "second secret");
  expect(expected).toContain("saved in plan.json");
  expect(expected).toContain('"result":"done"');
  await fc.assert(
    fc.asyncProperty(hostile, hostile, async (one, two) => {
      fc.pre(
        [one, two].every(
          (text) => text.length <= 40 && !/\$\{|^\s*$/.test(text) && !live.includes(text.toLowerCase()),
        ),
      );
      expect(await lifeWith(one, two)).toBe(expected);
    }),
    { numRuns: 6, endOnFailure: true },
  );
});
