import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Backup } from "../../../src/model/backup.ts";
import { folder } from "../../support/folder.ts";
import { run } from "../../support/simulated-cluster.ts";
import { skipsNode } from "../../support/real-cluster.ts";
import { type RunningNode, startNode } from "../../server/node/start.ts";
import type { NodeVersion } from "../../server/node/versions.ts";
import { backupAndRollback } from "./rollback.ts";

/**
 * The oldest and the newest version: the contract suite tests the differences of versions. Only 3.3 and newer
 * have the setting.
 */
const settings: readonly (readonly [NodeVersion, string])[] = [
  ["2.11.1", ""],
  ["3.4.0", "plugins.security.configurations_versions.enabled: true"],
];

describe.each(settings)("with OpenSearch %s", (version, extraYml) => {
  describe.skipIf(skipsNode(version))("backup and rollback", () => {
    let node: RunningNode;
    beforeAll(async () => {
      node = await startNode({ version, extraYml });
    });
    afterAll(() => node?.stop());

    backupAndRollback(() => node);

    test("the server's own version is noted where it stores some", async () => {
      const kept = await folder({});
      await run(["apply", "--yes"], node, { env: { OSAC_BACKUP: kept } });
      const [name = ""] = await readdir(kept);

      const { storedVersion } = JSON.parse(await readFile(join(kept, name), "utf8")) as Backup;

      expect(storedVersion).toEqual(version === "3.4.0" ? expect.stringMatching(/^v\d+$/) : null);
    });
  });
});
