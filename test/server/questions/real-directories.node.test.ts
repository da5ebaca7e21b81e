import { cp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { bcrypt } from "hash-wasm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseYaml } from "../../../src/files/yaml/parse-yaml.ts";
import type { Json } from "../../../src/model/value.ts";
import { copyCase, corpusCases } from "../../support/corpus.ts";
import { folder, keptFolder } from "../../support/folder.ts";
import { osac, type Ran } from "../../support/osac.ts";
import { skipsNode } from "../../support/real-cluster.ts";
import { Cluster } from "../../unit/access/effective/differential/cluster.ts";
import { borrowNode } from "../node/borrow.ts";
import { type Documents, type Entities, makeDocument, putDocuments } from "../node/documents.ts";
import type { RunningNode } from "../node/start.ts";
import { asOwner } from "../node/state.ts";
import type { NodeVersion } from "../node/versions.ts";

const versions = ["2.19.4", "3.4.0"] as const;
const api = "/_plugins/_security/api";

/** The files that decide about permissions; the others of a team may not suit the node. */
const files = {
  roles: "roles.yml",
  rolesmapping: "roles_mapping.yml",
  internalusers: "internal_users.yml",
  tenants: "tenants.yml",
  actiongroups: "action_groups.yml",
} as const;

/** The directory of a team, a node that has it in force, and its indices. */
class Team {
  readonly cwd: string;
  readonly node: RunningNode;
  readonly cluster: Cluster;

  private constructor(cwd: string, node: RunningNode) {
    this.cwd = cwd;
    this.node = node;
    this.cluster = new Cluster(node);
  }

  static async start(name: string, version: NodeVersion): Promise<Team> {
    const cwd = await keptFolder({});
    await copyCase(
      corpusCases.find((one) => one.name === name)!,
      join(cwd, "security"),
    );
    const documents = await readDirectory(join(cwd, "security"));
    const node = await borrowNode({ version });
    await asOwner(node, async (owner) => putDocuments(owner, documents));
    return new Team(cwd, node);
  }

  /** Asks osac about the files alone. */
  async ask(...argv: string[]): Promise<Ran> {
    const { version } = this.node;
    return osac(["access", ...argv, "security", "--server-version", version], { cwd: this.cwd });
  }

  /** True if the node permits a request of a user: it answers, or does not find what is asked for. */
  async permits(user: string, request: string, body?: object): Promise<boolean> {
    const [method = "", path = ""] = request.split(" ");
    const { status, text } = await this.cluster.ask(user, method, path, body as never);
    if (![200, 201, 403, 404].includes(status)) throw new Error(`${user} ${request}: ${status} ${text}`);
    return status !== 403;
  }

  async stop(): Promise<void> {
    await this.cluster.close();
    await this.node.stop();
    await rm(this.cwd, { recursive: true });
  }
}

/** The files as `securityadmin` uploads them. All users get the password with which `Cluster` asks. */
async function readDirectory(path: string): Promise<Documents> {
  const options = { password: "x12345Xy!", salt: new Uint8Array(16), costFactor: 4 };
  const hash = await bcrypt({ ...options, outputType: "encoded" });
  const documents = new Map<string, Json>();
  for (const [kind, file] of Object.entries(files)) {
    const text = await readFile(join(path, file), "utf8");
    const { value } = parseYaml(
      file,
      text.replaceAll(/hash: .*/g, () => `hash: "${hash}"`),
    );
    documents.set(kind, makeDocument(kind, value as Entities));
  }
  return documents;
}

interface Hits {
  readonly hits: { readonly hits: readonly { readonly _source: Readonly<Record<string, unknown>> }[] };
}

const asked = corpusCases.length === 0 ? [] : versions.filter((version) => !skipsNode(version));

describe.skipIf(asked.length === 0).for(asked)(
  "questions about the directory of a team, on %s",
  (version) => {
    let team: Team;
    afterAll(async () => team?.stop());

    describe("with a worker that writes findings", () => {
      const index = "security-findings-2026";

      beforeAll(async () => {
        team = await Team.start("all-ten-kinds", version);
        await team.cluster.must("PUT", `/${index}/_doc/1?refresh=true`, { a: 1 });
        await team.cluster.must("PUT", "/orders/_doc/1?refresh=true", { a: 1 });
      });
      afterAll(async () => {
        await team?.stop();
      });

      test("why can the worker not search what it writes?", async () => {
        const { code, out } = await team.ask("explain", "user:worker", "search", index);
        expect([code, await team.permits("worker", `GET /${index}/_search`)]).toEqual([2, false]);
        expect(out).toContain(`missing: the index permission indices:data/read/search on ${index}\n`);
        expect(out).toContain(
          "roles/worker_write: index_permissions[0].index_patterns security-findings-* matches",
        );
        expect(out).not.toContain("platform_admin");
      });

      test("can it write documents, and create the index of next year?", async () => {
        const write = await team.ask("can", "user:worker", "index a document", index);
        expect([write.code, await team.permits("worker", `PUT /${index}/_doc/2`, { a: 2 })]).toEqual([
          0,
          true,
        ]);
        const next = "security-findings-2027";
        const create = await team.ask("can", "user:worker", "index into a missing index", next);
        expect([create.code, await team.permits("worker", `PUT /${next}/_doc/1`, { b: 1 })]).toEqual([
          0,
          true,
        ]);
      });

      test("why can it not delete an index?", async () => {
        const { code, out } = await team.ask("explain", "user:worker", "delete an index", index);
        expect([code, await team.permits("worker", `DELETE /${index}`)]).toEqual([2, false]);
        expect(out).toContain("missing: the index permission indices:admin/delete");
      });

      test("who can search the findings?", async () => {
        const { out } = await team.ask("who", "search", index);
        const users = [...out.matchAll(/^ {2}user:(\S+)/gm)].map(([, name]) => name);
        const asked = await Promise.all(
          ["admin", "worker", "kibanaserver"].map(
            async (name) => [name, await team.permits(name, `GET /${index}/_search`)] as const,
          ),
        );
        expect(asked.filter(([, is]) => is).map(([name]) => name)).toEqual(users);
      });

      test("what does the pull request that follows the proposal give away?", async () => {
        const { out } = await team.ask("explain", "user:worker", "search", index, "--output", "json");
        const { proposals } = JSON.parse(out) as {
          proposals: { additions: { kind: string; name: string; pointer: string; entry: never }[] }[];
        };
        for (const { kind, name, pointer, entry } of proposals[0]!.additions)
          await team.cluster.must("PUT", `${api}/${kind}/${name}`, { [pointer.slice(1)]: [entry] });
        const login = { OSAC_CLIENT_CERT: "admin.pem", OSAC_CLIENT_KEY: "admin.key", OSAC_CA_CERT: "ca.pem" };
        const cwd = await folder({
          "ca.pem": team.node.caCert,
          "admin.pem": team.node.adminCert,
          "admin.key": team.node.adminKey,
        });
        await cp(join(team.cwd, "security"), join(cwd, "security"), { recursive: true });
        const diff = await osac(["access", "diff", "security", "live"], {
          cwd,
          env: { ...login, OSAC_URL: team.node.url },
        });
        expect(diff.out).toContain(`user worker gains indices:data/read/search on ${index}`);
        expect(await team.permits("worker", `GET /${index}/_search`)).toBe(true);
        expect(await team.permits("worker", "GET /orders/_search")).toBe(false);
      });
    });

    describe("with an analyst whose documents and fields are restricted", () => {
      const flights = "opensearch_dashboards_sample_data_flights";

      beforeAll(async () => {
        team = await Team.start("docs-samples-allowlist-lockout", version);
        for (const [id, isLate] of [true, false].entries())
          await team.cluster.must("PUT", `/${flights}/_doc/${id + 1}?refresh=true`, {
            FlightDelay: isLate,
            FlightNum: "A1",
            Carrier: "Air",
          });
        await team.cluster.must("PUT", "/humanresources/_doc/1?refresh=true", { a: 1 });
        await team.cluster.must("PUT", "/new-user/_doc/1?refresh=true", { a: 1 });
      });

      test("why does the analyst see only some flights, and not all of them?", async () => {
        const { out } = await team.ask("explain", "user:new-user", "search", flights);
        expect(out).toContain(
          'only documents that match {"match": {"FlightDelay": true}}: security/roles.yml:',
        );
        expect(out).toMatch(/all fields but: .* ~FlightNum\n/);
        expect(out).toMatch(/masked: .* Carrier\n/);
        const { json } = await team.cluster.ask("new-user", "GET", `/${flights}/_search`);
        const seen = (json as Hits).hits.hits.map(({ _source }) => _source);
        expect(seen).toEqual([{ FlightDelay: true, Carrier: expect.not.stringMatching(/^Air$/) }]);
      });

      test.for<[subject: string, operation: string, target: string, request: string, body?: object]>([
        ["new-user", "search", "humanresources", "GET /humanresources/_search"],
        ["readall", "search", "humanresources", "GET /humanresources/_search"],
        ["readall", "index a document", "humanresources", "PUT /humanresources/_doc/2", {}],
        ["new-user", "index a document", "new-user", "PUT /new-user/_doc/2", { a: 2 }],
        [
          "new-user",
          "update a document",
          flights,
          `POST /${flights}/_update/1`,
          { doc: { FlightDelay: false } },
        ],
        ["logstash", "delete an index", "humanresources", "DELETE /humanresources"],
      ])("can %s %s, on %s?", async ([subject, operation, target, request, body]) => {
        const { code } = await team.ask("can", `user:${subject}`, operation, target);
        expect(code === 0).toBe(await team.permits(subject, request, body));
      });

      test("which tenants may the analyst open, although the role names analyst_*?", async () => {
        const { code, out } = await team.ask(
          "explain",
          "user:new-user",
          "read in Dashboards",
          "tenant:analyst_one",
        );
        expect([code, out]).toEqual([2, expect.stringContaining("  there is no tenant analyst_one\n")]);
        const { json } = await team.cluster.ask("new-user", "GET", "/_plugins/_security/authinfo");
        expect(Object.keys((json as { tenants: object }).tenants)).toEqual(["new-user"]);
      });

      test("who can search the human resources, also by name?", async () => {
        const { out } = await team.ask("who", "search", "humanresources");
        expect(out).toContain("  external:humanresources  ");
        const users = ["new-user", "readall", "kibanaro", "logstash"];
        const asked = await Promise.all(
          users.map(async (name) =>
            (await team.permits(name, "GET /humanresources/_search")) ? [name] : [],
          ),
        );
        expect(users.filter((name) => out.includes(`  user:${name}  `))).toEqual(asked.flat());
      });
    });
  },
);
