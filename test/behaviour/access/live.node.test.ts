import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bcrypt } from "hash-wasm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startNode, type RunningNode } from "../../server/node/start.ts";
import type { NodeVersion } from "../../server/node/versions.ts";
import { skipsNode } from "../../support/real-cluster.ts";
import { asCertificate } from "../../support/status-caller.ts";
import { Cluster } from "../../unit/access/effective/differential/cluster.ts";

/** The password that `Cluster` logs in with, which a node would refuse as too weak. */
async function hash(password: string): Promise<string> {
  return bcrypt({ password, salt: new Uint8Array(16), costFactor: 4, outputType: "encoded" });
}

describe.each<NodeVersion>(["2.19.4", "3.4.0"])("with OpenSearch %s", (version) => {
  describe.skipIf(skipsNode(version))("answers about the live cluster", () => {
    let node: RunningNode;
    let cluster: Cluster;
    let folder: string;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "osac-test-"));
      node = await startNode({ version });
      cluster = new Cluster(node);
      const api = "/_plugins/_security/api";
      await cluster.must("PUT", "/logs-1", { aliases: { recent: {} } });
      await cluster.must("PUT", "/orders", {});
      await cluster.must("PUT", `${api}/roles/reader`, {
        index_permissions: [{ index_patterns: ["recent"], allowed_actions: ["read", "write"] }],
      });
      await cluster.must("PUT", `${api}/internalusers/ann`, { hash: await hash("x12345Xy!") });
      await cluster.must("PUT", `${api}/rolesmapping/reader`, { users: ["ann"] });
      await cluster.must("PUT", `${api}/rolesmapping/own_index`, { users: [] });
    });
    afterAll(async () => {
      await node?.stop();
      await rm(folder, { recursive: true });
    });

    test.for<[operation: string, target: string, method: string, path: string, body?: object]>([
      ["search", "logs-1", "GET", "/logs-1/_search"],
      ["search", "recent", "GET", "/recent/_search"],
      ["search", "orders", "GET", "/orders/_search"],
      ["search", "*", "GET", "/*/_search"],
      ["search", "logs-*", "GET", "/logs-*/_search"],
      ["index a document", "logs-1", "PUT", "/logs-1/_doc/1", {}],
      ["create an index", "logs-2", "PUT", "/logs-2", {}],
    ])("%s on %s is answered as the node answers", async ([operation, target, method, path, body]) => {
      const { code, out } = await asCertificate(node, [
        "access",
        "can",
        "user:ann",
        operation,
        target,
        "--live",
      ]);
      const reply = await cluster.ask("ann", method, path, body as never);
      expect([code, out.split("\n")[0], reply.status]).toEqual(
        reply.status === 403
          ? [2, expect.stringMatching(/^(?:denied|partly): /), 403]
          : [0, expect.stringMatching(/^allowed: /), expect.any(Number)],
      );
    });

    test("what explain proposes makes the node answer", async () => {
      const asked = [
        "access",
        "explain",
        "user:ann",
        "index a document",
        "logs-1",
        "--live",
        "--output",
        "json",
      ];
      const { out } = await asCertificate(node, asked);
      const { proposals } = JSON.parse(out) as {
        proposals: { additions: { name: string; pointer: string; entry: string }[] }[];
      };
      const { additions } = proposals[0]!;
      expect(additions).toMatchObject([{ name: "reader", pointer: "/cluster_permissions" }]);
      await cluster.must("PATCH", "/_plugins/_security/api/roles/reader", [
        { op: "add", path: "/cluster_permissions", value: additions.map(({ entry }) => entry) },
      ]);
      expect((await cluster.ask("ann", "PUT", "/logs-1/_doc/2", {})).status).toBeLessThan(300);
    });

    test("the names of the cluster are saved for questions about files", async () => {
      const names = join(folder, "names.json");
      const { code, out } = await asCertificate(node, ["access", "facts", "--out", names]);
      expect([code, out]).toEqual([0, expect.stringContaining("1 alias name")]);
      const again = await asCertificate(node, [
        "access",
        "can",
        "user:ann",
        "search",
        "*",
        "--live",
        "--facts",
        names,
      ]);
      expect([again.code, again.out]).toEqual([2, expect.stringContaining("1 alias name")]);
    });
  });
});
