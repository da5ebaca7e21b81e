import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { skipsNode } from "../../support/real-cluster.ts";
import { findJdk } from "../node/java.ts";
import { prepareNode } from "../node/prepare.ts";
import { startNode, type RunningNode } from "../node/start.ts";
import { disagreement, openRunners, type Runners } from "./runs.ts";

const version = "3.4.0";

/** What people leave blank, or write as a number, in the places where the loader converts it. */
const config = (description: string): string => `
_meta: { type: config, config_version: 2 }
config:
  dynamic:
    filtered_alias_mode: ""
    multi_rolespan_enabled:
    kibana: { multitenancy_enabled: , private_tenant_enabled: 0, server_username: "" }
    authc:
      basic:
        description: ${description}
        http_enabled: 1
        order: 5.5
        http_authenticator: { type: basic, challenge: "true" }
        authentication_backend: { type: intern }
      blank:
        http_enabled:
        order:
        http_authenticator: { type: basic, challenge: }
        authentication_backend: { type: noop }
      empty:
        http_enabled: ""
        order: ""
        http_authenticator: { type: basic, challenge: 0 }
        authentication_backend: { type: noop }
    auth_failure_listeners:
      l:
        type: username
        authentication_backend: intern
        time_window_seconds: 0
        block_expiry_seconds:
        max_blocked_clients: ""
        max_tracked_clients: 0
`;

const files = {
  "config.yml": config("first"),
  "audit.yml": `
_meta: { type: audit, config_version: 2 }
config:
  enabled:
  audit: { enable_rest: , log_request_body: "False" }
  compliance: { enabled: }
`,
  "roles_mapping.yml": `
_meta: { type: rolesmapping, config_version: 2 }
all_access:
  reserved: 0
  backend_roles: [admin]
  users:
  -
  description: x
readall: { reserved: 1, users: [a] }
kibana_user: { users: [5, 1.0, true] }
`,
};

describe.skipIf(skipsNode(version))(
  `what the loader of OpenSearch ${version} makes of blanks and numbers`,
  () => {
    let folder: string;
    let node: RunningNode;
    let runners: Runners;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "osac-loader-"));
      await cp((await prepareNode(version, findJdk(version)!)).securityConfig, folder, { recursive: true });
      for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
      node = await startNode({ version, securityConfigDir: folder });
      runners = await openRunners(node);
    });
    afterAll(async () => {
      await runners?.close();
      await node?.stop();
      await rm(folder, { recursive: true });
    });

    test("is what osac makes of them: nothing differs", async () => {
      expect(disagreement(await runners.asCertificate(["plan", folder]))).toEqual([]);
    });

    test("outlives the change of something else", async () => {
      await writeFile(join(folder, "config.yml"), config("second"));
      const applied = await runners.asCertificate(["apply", folder, "--yes"]);
      expect(applied.changes.map(({ kind, fields }) => [kind, fields.map(({ path }) => path)])).toEqual([
        ["config", [["dynamic", "authc", "basic", "description"]]],
      ]);
      expect(disagreement(await runners.asCertificate(["plan", folder]))).toEqual([]);
    });

    test("is told where it changes, and taken back", async () => {
      const changed = config("second").replace("time_window_seconds: 0", "time_window_seconds: 3600");
      await writeFile(join(folder, "config.yml"), changed);
      await runners.asCertificate(["apply", folder, "--yes"]);
      await writeFile(join(folder, "config.yml"), config("second"));
      const { changes } = await runners.asCertificate(["apply", folder, "--yes"]);
      expect(changes.map(({ kind }) => kind)).toEqual(["config"]);
      expect(disagreement(await runners.asCertificate(["plan", folder]))).toEqual([]);
    });
  },
);
