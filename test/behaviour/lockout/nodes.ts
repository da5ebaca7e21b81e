import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "vitest";
import { skipsNode } from "../../support/real-cluster.ts";
import { findJdk } from "../../server/node/java.ts";
import { prepareNode } from "../../server/node/prepare.ts";
import { startNode, type RunningNode } from "../../server/node/start.ts";
import type { NodeVersion } from "../../server/node/versions.ts";
import { baseline, rolesEnabled } from "./baseline.ts";
import { lockoutSuite } from "./suite.ts";

const files = {
  actiongroups: "action_groups.yml",
  roles: "roles.yml",
  rolesmapping: "roles_mapping.yml",
  internalusers: "internal_users.yml",
} as const;

/** The suite on a real node, which starts with the demo files and the baseline. */
export function lockoutOnNode(version: NodeVersion): void {
  describe.skipIf(skipsNode(version))(`on OpenSearch ${version}`, () => lockoutSuite(() => start(version)));
}

async function start(version: NodeVersion): Promise<RunningNode> {
  const { securityConfig } = await prepareNode(version, findJdk(version)!);
  const directory = await mkdtemp(join(tmpdir(), "osac-lockout-"));
  await cp(securityConfig, directory, { recursive: true });
  for (const [kind, file] of Object.entries(files)) {
    const shipped = await readFile(join(directory, file), "utf8");
    const added = Object.entries(baseline[kind as keyof typeof files]);
    const lines = added.map(([name, entity]) => `${name}: ${JSON.stringify(entity)}\n`);
    await writeFile(join(directory, file), `${shipped}\n${lines.join("")}`);
  }
  const node = await startNode({ version, securityConfigDir: directory, restApiAdmin: true, rolesEnabled });
  await rm(directory, { recursive: true });
  return node;
}
