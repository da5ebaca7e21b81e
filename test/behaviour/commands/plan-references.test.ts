import { expect, test } from "vitest";
import { folder } from "../../support/folder.ts";
import { osac } from "../../support/osac.ts";
import { start } from "../../support/simulated-cluster.ts";

const meta = (kind: string): string => `_meta: { type: ${kind}, config_version: 2 }\n`;

/** What a plan finds about names that do not exist. The cluster has the role `old`, and none of the files. */
async function findReferences(
  files: Readonly<Record<string, string>>,
  ...flags: readonly string[]
): Promise<string[]> {
  const simulator = await start({
    documents: {
      roles: { old: { cluster_permissions: ["cluster_monitor"] } },
      rolesmapping: { all_access: { backend_roles: ["admin"] } },
    },
  });
  const cwd = await folder({
    "ca.pem": simulator.caCert,
    ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`it/${name}`, text])),
  });
  const env = {
    OSAC_URL: simulator.url,
    OSAC_CA_CERT: "ca.pem",
    OSAC_USERNAME: "admin",
    OSAC_PASSWORD: "admin",
  };
  const { out } = await osac(["plan", "it", "--output", "json", ...flags], { cwd, env });
  const { findings } = JSON.parse(out) as { findings: { code: string; message: string }[] };
  return findings.flatMap(({ code, message }) => (code === "unknown-reference" ? [message] : []));
}

const created = {
  "action_groups.yml": `${meta("actiongroups")}look: { allowed_actions: ["indices:data/read/search"] }\n`,
  "tenants.yml": `${meta("tenants")}finance: {}\n`,
  "roles.yml": `${meta("roles")}reader:
  index_permissions: [{ index_patterns: [a], allowed_actions: [look] }]
  tenant_permissions: [{ tenant_patterns: [finance], allowed_actions: [kibana_all_read] }]
`,
  "roles_mapping.yml": `${meta("rolesmapping")}reader: { users: [ann] }\nold: { users: [ann] }\n`,
};

test("a plan knows the names that it creates, and those of the cluster that stay", async () => {
  expect(await findReferences(created)).toEqual([]);
});

test("a plan does not know a name that it neither creates nor finds", async () => {
  const wrong = {
    ...created,
    "roles.yml": created["roles.yml"].replace("[look]", "[lok]").replace("[finance]", "[finance2]"),
  };
  expect(await findReferences(wrong)).toEqual([
    'index_permissions[0].allowed_actions[0] names the action group "lok", which is neither declared nor built-in',
    'tenant_permissions[0].tenant_patterns[0]: "finance2" matches no declared or built-in tenant',
  ]);
});

test("a plan does not know a name that it deletes", async () => {
  const allowed = ["--prune", "roles=all", "--allow-delete", "roles/old"];
  expect(await findReferences(created, ...allowed)).toEqual([
    'this mapping names the role "old", which is neither declared nor built-in',
  ]);
});
