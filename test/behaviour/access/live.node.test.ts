import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bcrypt } from "hash-wasm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { borrowNode } from "../../server/node/borrow.ts";
import type { RunningNode } from "../../server/node/start.ts";
import type { NodeVersion } from "../../server/node/versions.ts";
import { skipsNode } from "../../support/real-cluster.ts";
import type { Ran } from "../../support/osac.ts";
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
      node = await borrowNode({ version });
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

    test("a permitted search of an index that does not exist is answered with the node's 404", async () => {
      const api = "/_plugins/_security/api";
      await cluster.must("PUT", `${api}/roles/planner`, {
        index_permissions: [{ index_patterns: ["next-*"], allowed_actions: ["read"] }],
      });
      await cluster.must("PUT", `${api}/internalusers/pat`, { hash: await hash("x12345Xy!") });
      await cluster.must("PUT", `${api}/rolesmapping/planner`, { users: ["pat"] });
      const { code, out } = await asCertificate(node, [
        "access",
        "can",
        "user:pat",
        "search",
        "next-1",
        "--live",
      ]);
      const reply = await cluster.ask("pat", "GET", "/next-1/_search");
      expect([code, out.split("\n").slice(0, 2), reply.status]).toEqual([
        2,
        [
          "partly: user:pat is permitted to search, on next-1",
          "  but the server answers 404: no index, alias or data stream has a name that is asked for",
        ],
        404,
      ]);
      expect((await cluster.ask("pat", "GET", "/other-1/_search")).status).toBe(403);
      const list = await asCertificate(node, ["access", "list", "user:pat", "--live"]);
      expect(list.out).toContain("  no index matches these patterns of its roles: next-*\n");
    });

    const subjectPassword = "x12345Xy!";

    async function verifyWith(words: readonly string[], password = subjectPassword): Promise<Ran> {
      const file = join(folder, "password");
      await writeFile(file, password);
      const flags = ["--live", "--verify", "--subject-password-file", file];
      return asCertificate(node, ["access", ...words, ...flags]);
    }

    async function verify(question: readonly string[], password = subjectPassword): Promise<Ran> {
      return verifyWith(["can", ...question], password);
    }

    test.for<[operation: string, target: string, line: string]>([
      ["search", "logs-1", "verified: the cluster answers 200 to GET /logs-1/_search?size=0: permitted"],
      ["search", "orders", "verified: the cluster answers 403 to GET /orders/_search?size=0: refused"],
      ["search", "logs-*,orders", "GET /logs-*,orders/_search?size=0: refused"],
      ["indices:data/read/get", "logs-1", "verified: the cluster answers 404 to GET /logs-1/_doc/"],
      ["get mappings", "logs-1", "verified: the cluster answers 403 to GET /logs-1/_mapping: refused"],
      ["see the cluster's health", "cluster", "verified: the cluster answers 403 to GET /_cluster/health"],
      ["read in Dashboards", "tenant:global_tenant", "authinfo: no access to the tenant"],
      ["index a document", "logs-1", "not verified: no request that only reads asks for: index a document"],
    ])("--verify asks the node as the user: %s on %s", async ([operation, target, line]) => {
      const { code, out } = await verify(["user:ann", operation, target]);
      expect([code === 9, out]).toEqual([false, expect.stringContaining(line)]);
    });

    test("--verify says that a login failed, and that nobody logs in as a backend role", async () => {
      const wrong = await verify(["user:ann", "search", "logs-1"], "wrong");
      expect([wrong.code, wrong.out]).toEqual([
        0,
        expect.stringContaining("not verified: the cluster refused the login (401)"),
      ]);
      const nobody = await verify(["role:ops", "search", "logs-1"]);
      expect(nobody.out).toContain("not verified: nobody logs in as this subject");
    });

    test("--verify says where the node disagrees, with both answers and how to repeat it", async () => {
      const { code, out } = await verify(["external:ann", "search", "logs-1", "--backend-role", "ops"]);
      expect([code, out]).toEqual([0, expect.stringContaining("verified: the cluster answers 200")]);
      // The question leaves out that ann is an internal user with a backend role.
      await cluster.must("PUT", `/_plugins/_security/api/internalusers/ben`, {
        hash: await hash(subjectPassword),
        backend_roles: ["readers"],
      });
      await cluster.must("PUT", `/_plugins/_security/api/rolesmapping/reader`, {
        users: ["ann"],
        backend_roles: ["readers"],
      });
      const differs = await verify(["external:ben", "search", "logs-1"]);
      expect(differs.code).toBe(9);
      expect(differs.out)
        .toContain(`  the cluster disagrees: the cluster answers 200 to GET /logs-1/_search?size=0: permitted
    to repeat it: curl --cacert root-ca.pem -u ben '${node.url}/logs-1/_search?size=0'
    roles by the cluster: reader
    roles by osac: none
`);
      await cluster.must("PUT", `/_plugins/_security/api/rolesmapping/reader`, { users: ["ann"] });
    });

    test("list --verify asks the node about each line, and says where it disagrees", async () => {
      const { code, out } = await verifyWith(["list", "user:ann"]);
      expect([code, out]).toEqual([
        0,
        expect.stringMatching(/verified with requests that only read: \d\d answers: cluster, logs-1\n/),
      ]);
      // A role that ann gets by a backend role, about which the question says nothing.
      await cluster.must("PUT", "/_plugins/_security/api/internalusers/ben", {
        hash: await hash(subjectPassword),
        backend_roles: ["monitors"],
      });
      await cluster.must("PUT", "/_plugins/_security/api/roles/monitor", {
        cluster_permissions: ["cluster_monitor"],
      });
      await cluster.must("PUT", "/_plugins/_security/api/rolesmapping/monitor", {
        backend_roles: ["monitors"],
      });
      const differs = await verifyWith(["list", "external:ben"]);
      expect([differs.code, differs.out]).toEqual([
        9,
        expect.stringContaining(
          "see the cluster's health, on cluster\n  the cluster disagrees: the cluster answers 200",
        ),
      ]);
      const wrong = await verifyWith(["list", "user:ann"], "wrong");
      expect([wrong.code, wrong.out]).toEqual([
        0,
        expect.stringContaining("  not verified: the cluster refused the login (401)\n"),
      ]);
      const nobody = await verifyWith(["list", "role:ops"]);
      expect(nobody.out).toContain("not verified: nobody logs in as this subject");
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
