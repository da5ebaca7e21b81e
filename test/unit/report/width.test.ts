import { spawnSync } from "node:child_process";
import { cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { commands } from "../../../src/commands/index.ts";
import type { Io } from "../../../src/commands/io.ts";
import type { Simulator } from "../../../src/simulator/index.ts";
import { folder } from "../../support/folder.ts";
import { osac } from "../../support/osac.ts";
import { start } from "../../support/simulated-cluster.ts";

const columns = 80;
const examples = join(import.meta.dirname, "../../../examples");

/** Lines that a terminal of 80 columns would break in the middle of a word; one word alone and a command may be longer. */
function tooWide(text: string): string[] {
  return text
    .split("\n")
    .filter((line) => line.length > columns && /\S\s+\S/.test(line) && !/^ {2}osac /.test(line));
}

/** Runs a command line on a terminal of 80 columns. */
async function shown(argv: readonly string[], given: Partial<Io> = {}): Promise<string> {
  const written: string[] = [];
  const screen = { write: (text: string) => void written.push(text), isTerminal: true, columns };
  const { env, ...rest } = given;
  await osac(argv, { stdout: screen, stderr: screen, env: { NO_COLOR: "1", ...env }, ...rest });
  return written.join("");
}

const meta = (type: string): string => `_meta: { type: ${type}, config_version: 2 }\n`;

/** Files about which there is much to say. */
const faulty = {
  "osac.yml": `cluster: { timeout: 20, ca_cert: ../ca.pem }
prune: { roles: all, tenants: removed }
guards: { max_deletes: 9, max_delete_share: 50%, allow_delete: [roles/old_role_of_nobody, tenants/old] }
break_glass: [{ user: admin }]
ignore:
  - { kind: roles, name: "team-*", reason: "another team keeps these by its own pipeline, see the handbook" }
  - { kind: internalusers, name: kibanaserver, reason: built-in }
drift: { fail_on: [live, files, both, unknown, unmanaged] }
passwords: { verify: true }
`,
  "roles.yml": `${meta("roles")}
logs_reader:
  cluster_permissions: [cluster_composite_ops_ro, no_such_permission, "indices:data/read/serach"]
  index_permissions:
    - index_patterns: ["logs-*", "Logs-UPPER-*", "-x", "a,b"]
      dls: '{"term": {"owner": "\${user.nmae}"}}'
      fls: ["~secret", "public"]
      masked_fields: ["*phone*::/[0-9]{3}/::***"]
      allowed_actions: [read, "indices:data/write/bulk*", indices_monitor]
    - index_patterns: ["metrics-of-a-department-with-a-long-name-*", "traces-of-a-department-with-a-long-name-*"]
      allowed_actions: [read, search, get, indices_monitor, manage_aliases, "indices:admin/mappings/get"]
empty: {}
`,
  "roles_mapping.yml": `${meta("rolesmapping")}
logs_reader: { users: [carol, dave_who_is_declared_nowhere], hosts: ["10.0.0.0/8"], backend_roles: ["*"] }
all_access: { users: [mallory], backend_roles: [admin] }
nobody_declares_this_role: { users: [carol] }
`,
  "internal_users.yml": `${meta("internalusers")}
carol: { password: "\${env.CAROL_PASSWORD}", backend_roles: [readers], attributes: { department: sales } }
dave: { password: "\${env.DAVE_PASSWORD}", opendistro_security_roles: [logs_reader] }
admin: { password: "\${env.ADMIN_PASSWORD}" }
`,
  "tenants.yml": `${meta("tenants")}
analysts: { description: "The tenant of the analysts, whose dashboards are read by all of the company, every day" }
`,
  "notes.txt": "what nobody reads",
};

const passwords = {
  CAROL_PASSWORD: "Sturdy-Horse_7-Batteries",
  DAVE_PASSWORD: "Sturdy-Horse_8-Batteries",
  ADMIN_PASSWORD: "Sturdy-Horse_9-Batteries",
  ADA_HASH: "$2y$12$88IFVl6IfIwCFh5aQYfOmuXVL9j2hz/GusQb35o.4sdTDAEMTOD.K",
  LDAP_PASSWORD: "example",
  APPLY_USER_PASSWORD: "Writes-2025-too!",
  PLAN_USER_PASSWORD: "Reads-2025-only!",
  SHIPPER_PASSWORD: "Ships-2025-logs!",
};

describe("on a terminal of 80 columns no sentence is broken within a word", () => {
  let simulator: Simulator;
  let cwd: string;
  let env: Record<string, string>;
  let certificate: Record<string, string>;
  beforeAll(async () => {
    simulator = await start({ users: { eve: { password: "Correct-Horse_7-Battery" } } });
  });

  /** A directory beside a cluster, with the examples and the faulty files. */
  async function stage(): Promise<void> {
    const own = Object.entries(faulty).map(([name, text]) => [`faulty/${name}`, text] as const);
    cwd = await folder({
      "ca.pem": simulator.caCert,
      "admin.pem": simulator.adminCert,
      "admin.key": simulator.adminKey,
      ...Object.fromEntries(own),
      "passwords/internal_users.yml": `${meta("internalusers")}eve: { password: Correct-Horse_7-Battery }\n`,
    });
    for (const name of ["minimal", "full", "least-rights", "oidc"])
      await cp(join(examples, name), join(cwd, name), { recursive: true });
    for (const words of ["init -q", "add -A", "-c user.name=a -c user.email=a@b.c commit -q -m files"])
      spawnSync("git", words.split(" "), { cwd });
    env = {
      OSAC_URL: simulator.url,
      OSAC_CA_CERT: "ca.pem",
      OSAC_USERNAME: "admin",
      OSAC_PASSWORD: "admin",
      OSAC_BACKUP: join(cwd, "backups"),
      OSAC_PASSWORD_COST: "4",
      ...passwords,
    };
    certificate = {
      ...env,
      OSAC_USERNAME: "",
      OSAC_PASSWORD: "",
      OSAC_CLIENT_CERT: "admin.pem",
      OSAC_CLIENT_KEY: "admin.key",
    };
  }

  const scenarios: readonly (readonly [argv: string, as?: "certificate" | "nobody" | "stranger"])[] = [
    ["validate faulty -v"],
    ["validate faulty --strict"],
    ["validate passwords"],
    ["validate faulty --for securityadmin"],
    ["validate minimal"],
    ["validate nowhere"],
    ["plan faulty"],
    ["plan faulty --config faulty/osac.yml"],
    ["plan faulty --config faulty/osac.yml -v"],
    ["plan faulty --secrets opaque --config faulty/osac.yml"],
    ["plan faulty --out plan.json"],
    ["plan full"],
    ["plan full -v", "certificate"],
    ["plan full", "nobody"],
    ["plan full", "stranger"],
    ["plan oidc --ignore config/config --max-deletes 0", "certificate"],
    ["plan least-rights --insecure"],
    ["plan minimal --expires nonsense --max-deletes -1"],
    ["plan minimal --no-such-flag"],
    ["plan minimal --fail-on live"],
    ["plan minimal --prune roles=all --prune tenants=all"],
    ["drift minimal --fail-on live"],
    ["drift full"],
    ["drift full -v --base ./minimal"],
    ["drift faulty --fail-on=+unmanaged --base ./minimal --config faulty/osac.yml"],
    ["apply full --plan nowhere.json --yes"],
    ["apply full --yes --audit-log audit.log"],
    ["apply full --expect-plan 0123456789abcdef0123456789abcdef --yes", "certificate"],
    ["apply full --yes", "certificate"],
    ["apply minimal --yes"],
    ["drift minimal -v"],
    ["plan minimal"],
    ["plan minimal --verify-passwords"],
    ["rollback --yes"],
    ["rollback nowhere.json --yes"],
    ["status"],
    ["status", "certificate"],
    ["status", "nobody"],
    ["status", "stranger"],
    ["status --cert-days 10000"],
    ["export exported"],
    ["export exported"],
    ["export exported-all --all --with-hashes"],
    ["export exported-all --all --with-hashes", "certificate"],
    ["init started", "certificate"],
    ["init started-on-github --github"],
    ["init started", "certificate"],
    ["cache flush --yes"],
    ["cache flush", "stranger"],
    ["certificates reload http --yes", "certificate"],
    ["certificates reload http --yes"],
    ["certificates reload nothing"],
    ["account password --yes"],
    ["help"],
    ["completion nothing"],
    ["destroy"],
    ["plan full --url http://192.0.2.1:9200"],
    ["plan full --url https://127.0.0.1:9 --timeout 1"],
  ];

  test("no text of osac breaks a word on a terminal of 80 columns", async () => {
    await stage();
    const callers = {
      certificate: () => certificate,
      nobody: () => ({ ...env, OSAC_PASSWORD: "wrong" }),
      stranger: () => ({ ...env, OSAC_USERNAME: "eve", OSAC_PASSWORD: "Correct-Horse_7-Battery" }),
    };
    await shown(["apply", "faulty", "--yes", "--ignore", "internalusers/admin"], { env, cwd });
    const found: Record<string, string[]> = {};
    for (const [words, as] of scenarios) {
      const text = await shown(words.split(" "), { env: as ? callers[as]() : env, cwd });
      expect(text, words).not.toBe("");
      const wide = tooWide(text);
      if (wide.length > 0) found[`${words} ${as ?? ""}`] = wide;
    }
    expect(found).toEqual({});
    expect(await readdir(join(cwd, "backups"))).not.toEqual([]);
  }, 300_000);

  test.each(commands.map(({ name }) => name))(
    "osac %s --help breaks no word on a terminal of 80 columns",
    async (name) => {
      expect(tooWide(await shown([...name.split(" "), "--help"]))).toEqual([]);
    },
  );
});
