import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { KindName } from "../../../src/model/kind-name.ts";
import { createCertificates, type Certificates } from "../../../src/simulator/certificates.ts";
import { folder } from "../../support/folder.ts";
import { osac, type Ran } from "../../support/osac.ts";
import { start } from "../../support/simulated-cluster.ts";

const role = { cluster_permissions: ["cluster_monitor"], index_permissions: [], tenant_permissions: [] };

/** A cluster that is equal to the files, with an unmanaged mapping of administrators. */
async function stage(certificates?: Certificates) {
  const simulator = await start({
    ...(certificates && { certificates }),
    documents: {
      roles: { reader: role },
      rolesmapping: { all_access: { backend_roles: ["admin"] }, reader: { users: ["ann"] } },
    },
  });
  const cwd = await folder({
    "ca.pem": simulator.caCert,
    "admin.pem": certificates?.admin.cert ?? "",
    "admin.key": certificates?.admin.key ?? "",
    "files/roles.yml":
      "_meta: { type: roles, config_version: 2 }\nreader: { cluster_permissions: [cluster_monitor] }\n",
    "files/roles_mapping.yml": "_meta: { type: rolesmapping, config_version: 2 }\nreader: { users: [ann] }\n",
    "files/internal_users.yml": "_meta: { type: internalusers, config_version: 2 }\n",
  });
  const caller = certificates
    ? { OSAC_CLIENT_CERT: join(cwd, "admin.pem"), OSAC_CLIENT_KEY: join(cwd, "admin.key") }
    : { OSAC_USERNAME: "admin", OSAC_PASSWORD: "admin" };
  const env = { OSAC_URL: simulator.url, OSAC_CA_CERT: join(cwd, "ca.pem"), ...caller };
  const drift = (...argv: readonly string[]): Promise<Ran> => osac(["drift", "files", ...argv], { cwd, env });
  const allow = (name: string, reason: string): Promise<void> =>
    writeFile(
      join(cwd, "files/osac.yml"),
      `guards:\n  allow_escalation:\n    - { name: ${JSON.stringify(name)}, reason: ${reason} }\n`,
    );
  return { simulator, drift, allow };
}

function timeless({ out }: Ran): string {
  return out.replace(/in \d+\.\d s/, "");
}

test("what no file declares is named with what it gives and to whom, in every output", async () => {
  const { simulator, drift } = await stage();
  await simulator.edit("internalusers", (users) => {
    users["mallory"] = { hash: "$2y$12$x", backend_roles: ["admin"] };
  });
  await simulator.edit("roles", (roles) => {
    roles["backdoor"] = {
      ...role,
      cluster_permissions: ["*"],
      index_permissions: [{ index_patterns: ["*"], allowed_actions: ["crud"] }],
    };
  });
  const given: Readonly<Record<string, string>> = {
    "internalusers/mallory": 'has the role "all_access"; backend role "admin"',
    "roles/backdoor": 'gives cluster permission "*"; "crud" on "*"',
    "rolesmapping/all_access": 'gives the role "all_access" to backend role "admin"',
  };
  const [text, markdown, json] = await Promise.all([
    drift(),
    drift("--output", "markdown"),
    drift("--output", "json"),
  ]);
  const { unmanaged } = JSON.parse(json.out) as {
    unmanaged: { kind: string; name: string; grants: string }[];
  };
  for (const [address, grants] of Object.entries(given)) {
    for (const { out } of [text, markdown]) {
      const line = out.split("\n").find((one) => one.trim().startsWith(`${address} `));
      expect(line?.trim().slice(address.length).trim()).toBe(grants);
    }
    expect(unmanaged.find(({ kind, name }) => `${kind}/${name}` === address)?.grants).toBe(grants);
  }
  expect((await drift("--fail-on=+unmanaged")).code).toBe(2);
});

test("a member added by hand to a mapping that no file declares changes the report", async () => {
  const { simulator, drift } = await stage();
  const before = timeless(await drift());
  await simulator.edit("rolesmapping", (mappings) => {
    (mappings["all_access"] as { users?: string[] }).users = ["mallory"];
  });
  const after = timeless(await drift());
  expect(after).not.toBe(before);
  expect(after).toContain('gives the role "all_access" to user "mallory"; backend role "admin"');
});

test("what somebody did in the cluster is shown as done there", async () => {
  const { simulator, drift } = await stage();
  await simulator.edit("rolesmapping", (mappings) => {
    (mappings["reader"] as { users: string[] }).users = ["ann", "mallory"];
  });
  await simulator.edit("roles", (roles) => {
    delete roles["reader"];
  });
  const { out } = await drift();
  expect(out).toMatch(/^ {6}users {2}\+ mallory$/m);
  expect(out).toMatch(/^ {2}- reader +roles\.yml:2$/m);
});

/** What `drift` shows of escalations, and its exit code. */
async function tellEscalations(
  drift: (...argv: readonly string[]) => Promise<Ran>,
): Promise<{ code: number; escalations: string[] }> {
  const { code, out } = await drift("--output", "json");
  const { escalations = [] } = JSON.parse(out) as { escalations?: { names: string[] }[] };
  return { code, escalations: escalations.flatMap(({ names }) => names) };
}

test("what a fresh server has is no back door", async () => {
  const { drift } = await stage();
  expect(await tellEscalations(drift)).toEqual({ code: 0, escalations: [] });
});

const restAdministrator = { cluster_permissions: ["restapi:*"] };

test.for<[string, string, KindName, string, object]>([
  [
    "a user with the backend role of administrators",
    "security-administration/user:mallory",
    "internalusers",
    "mallory",
    { hash: "$2y$12$x", backend_roles: ["admin"] },
  ],
  [
    "a shipped user with such a role",
    "security-administration/user:kibanaro",
    "internalusers",
    "kibanaro",
    { hash: "$2y$12$x", backend_roles: ["admin"] },
  ],
  [
    "a member of all_access",
    "security-administration/user:mallory",
    "rolesmapping",
    "all_access",
    { backend_roles: ["admin"], users: ["mallory"] },
  ],
  [
    "a role behind a declared mapping",
    "security-administration/user:ann",
    "rolesmapping",
    "security_rest_api_access",
    { users: ["ann"] },
  ],
  [
    "everybody",
    "security-administration/everyone",
    "rolesmapping",
    "all_access",
    { users: ["?*"], hosts: ["*"] },
  ],
  [
    "a member of a mapping that was made reserved, too",
    "security-administration/user:mallory",
    "rolesmapping",
    "all_access",
    { reserved: true, backend_roles: ["admin"], users: ["mallory"] },
  ],
  [
    "a shipped user that is reserved",
    "security-administration/user:kibanaserver",
    "internalusers",
    "kibanaserver",
    { reserved: true, hash: "$2y$12$x", opendistro_security_roles: ["all_access"] },
  ],
])("a back door made by hand is drift: %s", async ([, name, kind, entity, body]) => {
  const { simulator, drift } = await stage();
  await simulator.edit(kind, (entities) => {
    entities[entity] = body as never;
  });
  const { code, escalations } = await tellEscalations(drift);
  expect(code).toBe(2);
  expect(escalations).toContain(name);
  const { out } = await drift();
  expect(out).toMatch(/^osac drift .*\n\nEscalations: \d+\n {2}[a-z-]+: /);
  expect((await drift("--fail-on=-escalation")).code).toBe(0);
});

test("a hidden user made by hand is a back door; only the certificate sees it", async () => {
  const { simulator, drift } = await stage(await createCertificates());
  await simulator.edit("internalusers", (users) => {
    users["ghost"] = { hash: "$2y$12$x", backend_roles: ["admin"], hidden: true };
  });
  expect(await tellEscalations(drift)).toEqual({
    code: 2,
    escalations: ["security-administration/user:ghost", "protected-entity/internalusers/ghost"],
  });
});

test("a role made by hand with a pattern for REST administration is a back door", async () => {
  const { simulator, drift } = await stage();
  await simulator.edit("roles", (roles) => {
    roles["handmade"] = restAdministrator;
  });
  await simulator.edit("rolesmapping", (mappings) => {
    mappings["handmade"] = { backend_roles: ["staff"] };
  });
  expect((await tellEscalations(drift)).escalations).toEqual(["security-administration/role:staff"]);
});

test("a back door that osac.yml allows by name is shown with its reason, and is no drift", async () => {
  const { simulator, drift, allow } = await stage();
  await simulator.edit("rolesmapping", (mappings) => {
    mappings["all_access"] = { backend_roles: ["admin", "platform"] };
  });
  await allow("security-administration/role:platform", "The team on call.");
  const { code, out } = await drift();
  expect(code).toBe(0);
  expect(out).toMatch(
    /allowed security-administration: backend role platform .*\(files\/osac\.yml:3: The team on call\.\)/,
  );
});
