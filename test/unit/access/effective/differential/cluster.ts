import { bcrypt } from "hash-wasm";
import { Agent, request } from "undici";
import { loadAccess, parseClusterNames, type Access } from "../../../../../src/access/effective/index.ts";
import type { Documents } from "../../../../../src/access/index.ts";
import type { KindName } from "../../../../../src/model/kind-name.ts";
import type { Body, Json } from "../../../../../src/model/value.ts";
import type { RunningNode } from "../../../../server/node/start.ts";
import { tenants, type Configuration } from "./configuration.ts";

/** What a request is answered with. */
export interface Reply {
  readonly status: number;
  readonly text: string;
  // The shapes of the server's answers are its own.
  readonly json: never;
}

const password = "x12345Xy!";
const api = "/_plugins/_security/api";

/** Asks a real node, as the certificate or as one of the users of a configuration. */
export class Cluster {
  readonly node: RunningNode;
  readonly #certificate: Agent;
  readonly #users: Agent;
  #hash = "";

  constructor(node: RunningNode) {
    this.node = node;
    const { caCert: ca, adminCert: cert, adminKey: key } = node;
    this.#certificate = new Agent({ connect: { ca, cert, key } });
    this.#users = new Agent({ connect: { ca }, connections: 4 });
  }

  async ask(user: string | undefined, method: string, path: string, body?: Json): Promise<Reply> {
    const text = typeof body === "string" ? body : body === undefined ? null : JSON.stringify(body);
    const type = typeof body === "string" ? "application/x-ndjson" : "application/json";
    const login = Buffer.from(`${user}:${password}`).toString("base64");
    const answer = await request(this.node.url + path, {
      method: method as "GET",
      body: text,
      headers: {
        ...(text === null ? {} : { "content-type": type }),
        ...(user === undefined ? {} : { authorization: `Basic ${login}` }),
      },
      dispatcher: user === undefined ? this.#certificate : this.#users,
    });
    const reply = await answer.body.text();
    return { status: answer.statusCode, text: reply, json: parse(reply) as never };
  }

  async must(method: string, path: string, body?: Json): Promise<Reply["json"]> {
    const reply = await this.ask(undefined, method, path, body);
    if (reply.status >= 300)
      throw new Error(`${method} ${path}: ${reply.status} ${reply.text.slice(0, 500)}`);
    return reply.json;
  }

  /** Indices with all that names can be: aliases, a data stream, hidden and closed ones. */
  async prepare(): Promise<void> {
    const salt = new Uint8Array(16);
    this.#hash = await bcrypt({ password, salt, costFactor: 4, outputType: "encoded" });
    await this.ask(undefined, "DELETE", `${api}/rolesmapping/own_index`);
    for (const name of indices) await this.#createIndex(name);
    const template = { settings: { number_of_replicas: 0, number_of_shards: 1 }, mappings: mapping };
    await this.must("PUT", "/_index_template/zz", {
      index_patterns: ["zz-ds*"],
      data_stream: {},
      priority: 500,
      template,
    });
    await this.must("POST", "/zz-ds1/_doc?refresh=true", {
      "@timestamp": "2026-11-30T00:00:00Z",
      ...document("a"),
    });
    for (const [index, alias] of aliases) await this.must("PUT", `/${index}/_alias/${alias}`);
    await this.must("POST", "/zz-clo/_close");
  }

  /** Makes an index of each name that does not exist. Returns all names to ask for. */
  async createExamples(names: readonly string[]): Promise<string[]> {
    const existing = new Set([...indices, ...aliases.map(([, alias]) => alias)]);
    const wanted = [...new Set(names)].filter((name) => !existing.has(name) && !name.includes("-ds"));
    for (const name of wanted) await this.#createIndex(name);
    return [...asked, ...wanted];
  }

  async deleteExamples(names: readonly string[]): Promise<void> {
    const made = names.filter((name) => !asked.includes(name));
    if (made.length > 0) await this.must("DELETE", `/${made.join()}`);
  }

  async #createIndex(name: string): Promise<void> {
    const settings = {
      number_of_shards: 1,
      number_of_replicas: 0,
      ...(name === "zz-hid" ? { "index.hidden": true } : {}),
    };
    await this.must("PUT", `/${name}`, { settings, mappings: mapping });
    const lines = ["a", "b", "c"].flatMap((id) => [{ index: { _id: id } }, document(id)]);
    await this.must(
      "POST",
      `/${name}/_bulk?refresh=true`,
      lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
    );
  }

  /** Puts a configuration in force and reads everything back as the server has it. */
  async install({ roles, mappings, users, groups, dynamic }: Configuration): Promise<Access> {
    const withHash = Object.entries(users).map(([name, user]) => [name, { ...user, hash: this.#hash }]);
    await this.#patch("tenants", Object.fromEntries(tenants.map((name) => [name, { description: "" }])));
    await this.#patch("actiongroups", groups);
    await this.#patch("roles", roles);
    await this.#patch("rolesmapping", mappings);
    await this.#patch("internalusers", Object.fromEntries(withHash) as Configuration["users"]);
    const settings = Object.entries(dynamic);
    const operations = settings.map(([name, value]) => ({
      op: "add",
      path: `/config/dynamic/${name}`,
      value,
    }));
    await this.must("PATCH", `${api}/securityconfig`, operations);
    return this.#read();
  }

  async #patch(kind: string, entities: Configuration["roles"]): Promise<void> {
    const operations = Object.entries(entities).map(([name, value]) => ({
      op: "add",
      path: `/${name}`,
      value,
    }));
    await this.must("PATCH", `${api}/${kind}`, operations);
  }

  async #read(): Promise<Access> {
    const kinds = ["tenants", "actiongroups", "roles", "rolesmapping", "internalusers", "config"] as const;
    const documents = new Map<KindName, ReadonlyMap<string, Body>>();
    for (const kind of kinds) {
      const path = kind === "config" ? "securityconfig" : kind;
      documents.set(kind, new Map(Object.entries(await this.must("GET", `${api}/${path}`))));
    }
    const names = parseClusterNames(await this.must("GET", "/_resolve/index/*?expand_wildcards=all"));
    return loadAccess({
      documents: documents satisfies Documents,
      version: this.node.version,
      // As `test/server/node/settings.ts` starts the nodes; none of the names here is a system index.
      facts: { names, settings: { "system_indices.enabled": true } },
      keepsOrder: true,
    });
  }

  async close(): Promise<void> {
    await this.#certificate.close();
    await this.#users.close();
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const indices = ["zz-a", "zz-b", "zz-c", "zz-log-1", "zz-log-2", "zz-own-u1", "zz-hid", "zz-clo"];

/** Names that every user is asked for: indices with and without aliases, and aliases of one index. */
const asked = ["zz-a", "zz-b", "zz-c", "zz-log-1", "zz-log-2", "zz-own-u1", "zz-hid", "zz-al2"];

const aliases = [
  ["zz-a", "zz-al1"],
  ["zz-b", "zz-al1"],
  ["zz-log-1", "zz-al2"],
  ["zz-a", "zy-al3"],
  ["zz-c", "zz-al3"],
] as const;

/** True for the name of an alias, which a node answers by its members. */
export function isAlias(name: string): boolean {
  return aliases.some(([, alias]) => alias === name);
}

const keyword = { type: "keyword" };
const mapping = { properties: { k: keyword, f: keyword, s: keyword } };

function document(k: string): { k: string; f: string; s: string } {
  return { k, f: "plain", s: "plain" };
}
