import { join } from "node:path";
import { expect, test } from "vitest";
import { folder } from "../../support/folder.ts";
import { osac, type Ran } from "../../support/osac.ts";
import { start } from "../../support/simulated-cluster.ts";

const role = { cluster_permissions: ["cluster_monitor"], index_permissions: [], tenant_permissions: [] };

/** A cluster that is equal to the files, with an unmanaged mapping of administrators. */
async function stage() {
  const simulator = await start({
    documents: {
      roles: { reader: role },
      rolesmapping: { all_access: { backend_roles: ["admin"] }, reader: { users: ["ann"] } },
    },
  });
  const cwd = await folder({
    "ca.pem": simulator.caCert,
    "files/roles.yml":
      "_meta: { type: roles, config_version: 2 }\nreader: { cluster_permissions: [cluster_monitor] }\n",
    "files/roles_mapping.yml": "_meta: { type: rolesmapping, config_version: 2 }\nreader: { users: [ann] }\n",
    "files/internal_users.yml": "_meta: { type: internalusers, config_version: 2 }\n",
  });
  const env = {
    OSAC_URL: simulator.url,
    OSAC_CA_CERT: join(cwd, "ca.pem"),
    OSAC_USERNAME: "admin",
    OSAC_PASSWORD: "admin",
  };
  const drift = (...argv: readonly string[]): Promise<Ran> => osac(["drift", "files", ...argv], { cwd, env });
  return { simulator, drift };
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
