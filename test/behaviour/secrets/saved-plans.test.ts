import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Json } from "../../../src/model/value.ts";
import type { Simulator } from "../../../src/simulator/index.ts";
import { start } from "../../support/simulated-cluster.ts";
import { desk, makeFile, type Desk } from "../commands/saved.ts";

const hash = (text: string): string => `$2y$12$${text.padEnd(53, "x")}`;

/**
 * Values that must not occur anywhere: the new ones are in the environment and the files, the old ones in the
 * cluster.
 */
const canaries = {
  password: "zzNewPassword-2025",
  envHash: hash("zzNewEnvHash"),
  fileHash: hash("zzNewFileHash"),
  bind: "zzNewBind",
  pem: "-----BEGIN PRIVATE KEY----- zzNewPem -----END PRIVATE KEY-----",
  exchange: "zzNewExchangeKeyOfManyDigits",
  oldHash: hash("zzOldHash"),
  oldBind: "zzOldBind",
  oldPem: "-----BEGIN PRIVATE KEY----- zzOldPem -----END PRIVATE KEY-----",
  oldExchange: "zzOldExchangeKeyOfManyDigits",
};

const domain = (password: string) => `{
  http_enabled: true, order: 1, http_authenticator: { type: basic, challenge: false },
  authentication_backend: { type: ldap, config: { hosts: [ldap:636], bind_dn: cn=osac, password: ${password} } } }`;
const saml = (key: string, pem: string) => `{
  http_enabled: true, order: 2, authentication_backend: { type: noop },
  http_authenticator: { type: saml, challenge: true, config: { exchange_key: ${key}, sp: { signature_private_key: ${pem} } } } }`;
const intern = `{ http_enabled: true, order: 0, http_authenticator: { type: basic, challenge: true }, authentication_backend: { type: intern } }`;

const files = {
  "internal_users.yml": makeFile(
    "internalusers",
    `byPassword: { password: "\${env.PASSWORD}", description: new }
byHash: { hash: "\${env.HASH}", description: new }
byLiteral: { hash: "${canaries.fileHash}", description: new }`,
  ),
  "roles.yml": makeFile(
    "roles",
    `secretive:
  description: new
  index_permissions: [{ index_patterns: [a], allowed_actions: [read] }]`,
  ),
  "roles_mapping.yml": makeFile("rolesmapping", `readall: { users: [ann] }`),
  "config.yml": makeFile(
    "config",
    `config: { dynamic: { authc: {
  basic: ${intern}, ldap: ${domain('"${env.BIND}"')}, saml: ${saml('"${env.EXCHANGE}"', '"${env.PEM}"')} } } }`,
  ),
};

function readJson(text: string): Json {
  return JSON.parse(text) as Json;
}

async function stage(values: Partial<typeof canaries> = {}): Promise<{ simulator: Simulator; own: Desk }> {
  const now = { ...canaries, ...values };
  const simulator = await start({
    documents: {
      internalusers: {
        byHash: { hash: canaries.oldHash },
        byLiteral: { hash: canaries.oldHash },
        byPassword: { hash: canaries.oldHash },
      },
      roles: {
        secretive: {
          description: "old",
          index_permissions: [{ index_patterns: ["a"], allowed_actions: ["read"] }],
        },
        pruned: { description: "gone" },
      },
      config: {
        config: {
          dynamic: {
            authc: {
              basic: readJson(
                '{"http_enabled":true,"order":0,"http_authenticator":{"type":"basic","challenge":true},"authentication_backend":{"type":"intern"}}',
              ),
              ldap: readJson(
                `{"http_enabled":true,"order":1,"http_authenticator":{"type":"basic","challenge":false},"authentication_backend":{"type":"ldap","config":{"hosts":["ldap:636"],"bind_dn":"cn=old","password":"${canaries.oldBind}"}}}`,
              ),
              saml: readJson(
                `{"http_enabled":true,"order":2,"authentication_backend":{"type":"noop"},"http_authenticator":{"type":"saml","challenge":true,"config":{"exchange_key":"${canaries.oldExchange}","sp":{"signature_private_key":"${canaries.oldPem}"}}}}`,
              ),
            },
          },
        },
      },
    },
  });
  const own = await desk(simulator, files, {
    OSAC_CLIENT_CERT: "admin.pem",
    OSAC_CLIENT_KEY: "admin.key",
    PASSWORD: now.password,
    HASH: now.envHash,
    BIND: now.bind,
    EXCHANGE: now.exchange,
    PEM: now.pem,
  });
  return { simulator, own };
}

const flags = [
  "--allow-escalation",
  "login-authority/config/config",
  "--prune",
  "roles=all",
  "--allow-delete",
  "roles/pruned",
  "--max-delete-share",
  "100%",
];
const sent = [
  "config/dynamic/authc/ldap/authentication_backend/config/password",
  "config/dynamic/authc/saml/http_authenticator/config/exchange_key",
].flatMap((path) => ["--set-secret", path]);

/** The forms in which a value could occur: as it is, in base64, in a URL, and its unique part. */
function expectClean(text: string): void {
  for (const value of Object.values(canaries)) {
    expect(text).not.toContain(value);
    expect(text).not.toContain(Buffer.from(value).toString("base64").slice(0, -4));
    expect(text).not.toContain(encodeURIComponent(value));
  }
  expect(text).not.toMatch(/zz(?:New|Old)/);
}

test("no secret stands in a saved plan, nor in what is said of one that is stale", async () => {
  const { simulator, own } = await stage();
  const saved = await own.plan(...flags, ...sent);
  expect(saved.changes.map(({ kind, name }) => `${kind}/${name}`)).toEqual([
    "config/config",
    "internalusers/byHash",
    "internalusers/byLiteral",
    "internalusers/byPassword",
    "roles/pruned",
    "roles/secretive",
    "rolesmapping/readall",
  ]);
  const text = await readFile(join(own.cwd, "plan.json"), "utf8");
  expectClean(text);
  for (const name of ["PASSWORD", "HASH", "BIND", "EXCHANGE"]) expect(text).toContain(`\${env.${name}}`);

  await simulator.edit("roles", (roles) => ({
    ...roles,
    secretive: {
      ...(roles["secretive"] as {}),
      cluster_permissions: ["cluster_all"],
      description: canaries.bind,
    },
  }));
  await simulator.edit("internalusers", (users) => ({
    ...users,
    byPassword: { hash: canaries.envHash, attributes: { token: canaries.bind } },
  }));
  await simulator.edit("config", ({ config, ...rest }) => ({
    ...rest,
    config: JSON.parse(JSON.stringify(config).replace("cn=old", canaries.bind)) as {},
  }));
  for (const output of ["text", "json", "markdown"]) {
    const { code, out, err } = await own.apply("--output", output);
    expect(code).toBe(4);
    expect(out).toContain("secretive");
    expect(out).toContain("cluster_all");
    expectClean(out + err);
  }
});

test("the id is the same whatever the secrets are", async () => {
  const others = {
    password: "Another-2025",
    bind: "!",
    envHash: hash("b"),
  };
  const plans = await Promise.all(
    [{}, others].map(async (values) => (await stage(values)).own.plan(...flags, ...sent)),
  );
  // The ids differ because the clusters do. All other input of the ids is equal.
  expect(new Set(plans.map(({ cluster }) => cluster.uuid)).size).toBe(2);
  expect(plans[1]!.changes).toEqual(plans[0]!.changes);
});
