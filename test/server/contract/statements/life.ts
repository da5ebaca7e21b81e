import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { osac } from "../../../support/osac.ts";
import { cheapHash, type Cluster, type Suite } from "../suite.ts";

/** What stands in each file while an entity lives: first as it is created, then as it is changed. */
const lives: Readonly<Record<string, readonly [string, string]>> = {
  "tenants.yml": ["osac_life: { description: first }", "osac_life: { description: second }"],
  "action_groups.yml": [
    "osac_life_group: { allowed_actions: [read] }",
    "osac_life_group: { allowed_actions: [read, search] }",
  ],
  "roles.yml": [
    "osac_life: { cluster_permissions: [cluster_monitor] }",
    "osac_life: { index_permissions: [{ index_patterns: [logs-*], allowed_actions: [read] }] }",
  ],
  "roles_mapping.yml": ["osac_life: { users: [osac_life] }", "osac_life: { backend_roles: [team] }"],
  "internal_users.yml": [
    `osac_life: { hash: ${cheapHash} }`,
    `osac_life: { hash: ${cheapHash}, attributes: { team: one } }`,
  ],
};

/** The same for what there is one of: a line of the export, and what takes its place. */
const changes: Readonly<Record<string, readonly [string, string, string]>> = {
  "config.yml": [
    "  dynamic:",
    "  dynamic:\n    do_not_fail_on_forbidden: true",
    "  dynamic:\n    do_not_fail_on_forbidden_empty: true",
  ],
  "audit.yml": [
    "  compliance:",
    "  enabled: false\n  compliance:",
    "  audit: { enable_rest: false }\n  compliance:",
  ],
};

/** Both stages audit less. */
const weakerAudit = ["--allow-escalation", "weaker-audit/audit/config"];

/** Everything that a user may write is exported, created, changed and deleted by the commands that are there for it. */
export function lifeStatements({ test }: Suite): void {
  test("is exported, created, changed and deleted by osac", async ({ cluster }) => {
    const run = await openRuns(cluster);
    try {
      await run.expectCode(0, "export", "live");
      await run.expectCode(0, "plan", "live", "--detailed-exitcode");
      for (const stage of [0, 1]) {
        await run.write(stage);
        await run.expectCode(0, "apply", "live", "--yes", ...weakerAudit);
        await run.expectCode(0, "plan", "live", "--detailed-exitcode");
      }
      await run.write(undefined);
      await run.expectCode(2, "plan", "live", "--detailed-exitcode", ...pruning);
      await run.expectCode(0, "apply", "live", "--yes", ...pruning);
      await run.expectCode(0, "plan", "live", "--detailed-exitcode");
      await run.expectCode(0, "status");
      expect(await run.versionIn("plan", "live", "--output", "json")).toBe(cluster.version);
    } finally {
      await run.close();
    }
  });
}

const kinds = ["tenants", "actiongroups", "roles", "rolesmapping", "internalusers"];
const lastOfTheirKind = ["actiongroups/osac_life_group", "roles/osac_life"];
const pruning = [
  ...kinds.flatMap((kind) => ["--prune", `${kind}=all`]),
  ...lastOfTheirKind.flatMap((name) => ["--allow-delete", name]),
  "--max-delete-share",
  "100%",
];

interface Runs {
  /** The version of the cluster as a document has it. */
  versionIn(...argv: string[]): Promise<string>;
  expectCode(code: number, ...argv: string[]): Promise<void>;
  /** Writes the files of a stage: as exported, with what the stage has. */
  write(stage: number | undefined): Promise<void>;
  close(): Promise<void>;
}

async function openRuns({ url, user, password, caCert = "", prefix = "" }: Cluster): Promise<Runs> {
  const cwd = await mkdtemp(join(tmpdir(), "osac-life-"));
  await writeFile(join(cwd, "ca.pem"), caCert);
  const env = {
    OSAC_URL: url,
    OSAC_USERNAME: user,
    OSAC_PASSWORD: password,
    OSAC_API_PREFIX: prefix.slice(1),
    OSAC_CA_CERT: join(cwd, "ca.pem"),
    OSAC_TIMEOUT: "60",
  };
  const exported = new Map<string, string>();
  return {
    expectCode: async (expected, ...argv) => {
      const { code, out, err } = await osac(argv, { cwd, env });
      expect({ argv, code, said: code === expected ? "" : out + err }).toEqual({
        argv,
        code: expected,
        said: "",
      });
    },
    versionIn: async (...argv) => JSON.parse((await osac(argv, { cwd, env })).out).cluster.version,
    write: async (stage) => {
      for (const file of [...Object.keys(lives), ...Object.keys(changes)]) {
        const path = join(cwd, "live", file);
        const text = exported.get(file) ?? (await readFile(path, "utf8"));
        exported.set(file, text);
        await writeFile(path, stage === undefined ? text : textAt(stage, file, text));
      }
    },
    close: () => rm(cwd, { recursive: true }),
  };
}

function textAt(stage: number, file: string, text: string): string {
  const [line = "", ...replacements] = changes[file] ?? [];
  return file in lives ? `${text}${lives[file]![stage]}\n` : text.replace(line, replacements[stage]!);
}
