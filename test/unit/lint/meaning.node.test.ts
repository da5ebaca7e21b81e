import { bcrypt } from "hash-wasm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Body, Json } from "../../../src/model/value.ts";
import { isWithin, parseVersion } from "../../../src/value/version.ts";
import { borrowNode } from "../../server/node/borrow.ts";
import type { RunningNode } from "../../server/node/start.ts";
import { administratorSettings } from "../../server/node/settings.ts";
import type { NodeVersion } from "../../server/node/versions.ts";
import { skipsNode } from "../../support/real-cluster.ts";
import { Cluster, type Reply } from "../access/effective/differential/cluster.ts";
import { findingsOn, ownIndexFindingsOn } from "./found.ts";

const api = "/_plugins/_security/api";

/** A role, its mapping and its user, as a file would have them. */
interface Given {
  readonly role?: Body;
  readonly mapping?: Body;
  readonly attributes?: Record<string, string>;
  /** The mapping of another role than `r`. */
  readonly maps?: string;
}

type Ask = readonly [method: string, path: string, body?: Json];

interface Case {
  readonly code: string;
  readonly title: string;
  readonly flawed: Given;
  readonly corrected: Given;
  /** Requests of the user; the last one is compared. */
  readonly asks: readonly Ask[];
  /** What the node answers to both. It differs between versions where the finding does not concern all of them. */
  readonly answers: readonly [flawed: string, corrected: string];
  readonly read?: (reply: Reply) => string;
  /** False for versions that the finding does not concern. */
  readonly isFound?: boolean;
}

function role(cluster: string[], ...blocks: Body[]): { role: Body } {
  return { role: { cluster_permissions: cluster, index_permissions: blocks } };
}

function block(pattern: string, actions: string[], more: Body = {}): Body {
  return { index_patterns: [pattern], allowed_actions: actions, ...more };
}

const bulk = "indices:data/write/bulk";
const search: Ask = ["GET", "/a/_search"];
const write: Ask = ["PUT", "/a/_doc/new", { team: "x" }];
const indexing = ["indices:data/write/index", "indices:data/write/bulk[s]"];
const dls = '{"term":{"team.keyword":"x"}}';

function readStatus({ status }: Reply): string {
  return String(status);
}

function countHits({ status, json }: Reply): string {
  const { hits } = json as { hits?: { total: { value: number } } };
  return hits === undefined ? String(status) : `${hits.total.value} hits`;
}

function findErrors({ status, text }: Reply): string {
  return status === 200 && text.includes("security_exception") ? "200 with an error" : String(status);
}

function listFields({ json }: Reply): string {
  const { hits } = json as { hits: { hits: { _source: object }[] } };
  return [...new Set(hits.hits.flatMap(({ _source }) => Object.keys(_source)))].toSorted().join();
}

function withDls(...restrictions: Body[]): { role: Body } {
  return role([], ...restrictions.map((one) => block("a", ["read"], one)));
}

const tenant = (action: string): Given => ({
  role: { tenant_permissions: [{ tenant_patterns: ["global_tenant"], allowed_actions: [action] }] },
});

/** A permission that needs another one, and the request that shows it. */
const incomplete: [actions: string[], needed: string, ask: Ask, cluster?: string[]][] = [
  [["indices:data/write/index"], "indices:data/write/bulk[s]", write, [bulk]],
  [["indices:data/write/delete"], "indices:data/write/bulk[s]", ["DELETE", "/a/_doc/none"], [bulk]],
  [
    ["indices:data/write/update", "indices:data/write/bulk[s]"],
    "indices:data/write/index",
    ["POST", "/a/_update/1", { doc: { other: 2 } }],
    [bulk],
  ],
  [["indices:admin/refresh"], "indices:admin/refresh[s]", ["POST", "/a/_refresh"]],
  [["indices:admin/close"], "indices:admin/close[s]", ["POST", "/closing/_close"]],
  [["indices:admin/block/add"], "indices:admin/block/add[s]", ["PUT", "/closing/_block/write"]],
  [
    ["indices:data/read/get"],
    "indices:data/read/mget[shard]",
    ["GET", "/a/_mget", { ids: ["1"] }],
    ["indices:data/read/mget"],
  ],
  [
    ["indices:data/read/get"],
    "indices:data/read/mtv[shard]",
    ["GET", "/a/_mtermvectors", { ids: ["1"] }],
    ["indices:data/read/mtv"],
  ],
];

const cases: Case[] = [
  {
    code: "misplaced-action",
    title: "a cluster action among the index permissions",
    flawed: role([], block("a", [...indexing, bulk])),
    corrected: role([bulk], block("a", indexing)),
    asks: [write],
    answers: ["403", "201"],
  },
  {
    code: "misplaced-action",
    title: "an index action among the cluster permissions",
    flawed: role(["indices:data/read/search"]),
    corrected: role([], block("a", ["indices:data/read/search"])),
    asks: [search],
    answers: ["403", "200"],
  },
  {
    code: "write-without-bulk",
    title: "writing without the cluster permission",
    flawed: role([], block("a", ["write"])),
    corrected: role([bulk], block("a", ["write"])),
    asks: [write],
    answers: ["403", "201"],
  },
  ...incomplete.map(([actions, needed, ask, cluster = []]): Case => ({
    code: "incomplete-permission",
    title: `${cluster.join()} ${actions.join()} without ${needed}`,
    flawed: role(cluster, block("*", actions)),
    corrected: role(cluster, block("*", [...actions, needed])),
    asks: [ask],
    answers: ["refused", "done"],
    read: (reply) =>
      findErrors(reply) === "403" || findErrors(reply) === "200 with an error" ? "refused" : "done",
  })),
  {
    code: "alias-takeover",
    title: "a permission to put aliases, and one to read by another pattern",
    flawed: role([], block("a", ["indices:admin/aliases"]), block("by-*", ["read"])),
    corrected: role([], block("a", ["indices:admin/aliases/get"]), block("by-*", ["read"])),
    asks: [["POST", "/_aliases", { actions: [{ add: { index: "a", alias: "by-me" } }] }], search],
    answers: ["200", "403"],
  },
  {
    code: "variable-as-pattern",
    title: "a variable whose value is a wildcard",
    flawed: { ...role([], block("${attr.internal.team}", ["read"])), attributes: { team: "*" } },
    corrected: { ...role([], block("team-${attr.internal.team}", ["read"])), attributes: { team: "*" } },
    asks: [search],
    answers: ["200", "403"],
  },
  {
    code: "unsupported-variable",
    title: "a variable that does not exist",
    flawed: role([], block("${user.nme}", ["read"])),
    corrected: role([], block("${user.name}", ["read"])),
    asks: [["GET", "/ann/_search"]],
    answers: ["403", "200"],
  },
  {
    code: "pattern-without-index",
    title: "an exclusion",
    flawed: role([], block("-b", ["read"])),
    corrected: role([], block("/(?!b).*/", ["read"])),
    asks: [search],
    answers: ["403", "200"],
  },
  {
    code: "unknown-action",
    title: "an action that OpenSearch does not have",
    flawed: role([], block("a", ["indices:data/read/serch"])),
    corrected: role([], block("a", ["indices:data/read/search"])),
    asks: [search],
    answers: ["403", "200"],
  },
  {
    code: "bad-permission",
    title: "a blank in the name of an action",
    flawed: role([], block("a", ["indices:data/read search"])),
    corrected: role([], block("a", ["indices:data/read/search"])),
    asks: [search],
    answers: ["403", "200"],
  },
  {
    code: "host-without-match",
    title: "a host with a port",
    flawed: { ...role([], block("a", ["read"])), mapping: { hosts: ["127.0.0.1:9200"] } },
    corrected: { ...role([], block("a", ["read"])), mapping: { hosts: ["127.0.0.1"] } },
    asks: [search],
    answers: ["403", "200"],
  },
  {
    code: "tenant-only-reads",
    title: "`*` on a tenant",
    flawed: tenant("*"),
    corrected: tenant("kibana_all_write"),
    asks: [["GET", "/_plugins/_security/authinfo"]],
    answers: ["false", "true"],
    read: ({ json }) => String((json as { tenants: { global_tenant: boolean } }).tenants.global_tenant),
  },
  {
    code: "blind-query",
    title: "a query by a hidden field",
    flawed: withDls({ dls, fls: ["~team"] }),
    corrected: withDls({ dls, fls: ["~other"] }),
    asks: [search],
    answers: ["0 hits", "1 hits"],
    read: countHits,
  },
  {
    code: "mixed-fls",
    title: "names beside exclusions",
    flawed: withDls({ fls: ["team", "~other"] }),
    corrected: withDls({ fls: ["team"] }),
    asks: [search],
    answers: ["team,third", "team"],
    read: listFields,
  },
  {
    code: "network-as-host",
    title: "a network among the hosts",
    flawed: { ...role([], block("a", ["read"])), mapping: { hosts: ["127.0.0.0/8"] } },
    corrected: { ...role([], block("a", ["read"])), mapping: { hosts: ["127.*"] } },
    asks: [search],
    answers: ["403", "200"],
  },
  {
    code: "everyone-is-administrator",
    title: "all_access for everyone",
    flawed: { maps: "all_access", mapping: { users: ["*"] } },
    corrected: { maps: "all_access", mapping: { users: ["root"] } },
    asks: [["GET", "/_cluster/settings"]],
    answers: ["200", "403"],
  },
  {
    code: "own-index-for-everyone",
    title: "own_index for everyone",
    flawed: { maps: "own_index", mapping: { users: ["*"] } },
    corrected: { maps: "own_index", mapping: { users: ["root"] } },
    asks: [["DELETE", "/ann/_doc/none"]],
    answers: ["404", "403"],
  },
  {
    code: "hidden-administration",
    title: "`**` as a cluster permission",
    flawed: role(["**"]),
    corrected: role(["*"]),
    asks: [["GET", `${api}/nodesdn`]],
    answers: ["200", "403"],
  },
  {
    code: "shadowed-permission",
    title: "a block that another one includes",
    flawed: role([], block("*", ["read"]), block("a", ["read"])),
    corrected: role([], block("*", ["read"])),
    asks: [search],
    answers: ["200", "200"],
  },
];

/** What older and newer servers do otherwise. */
const byVersion: (Case & { readonly versions: readonly NodeVersion[] })[] = [
  {
    versions: ["2.11.1"],
    code: "hidden-administration",
    title: "`*` beside another cluster permission",
    flawed: role(["*", "cluster_monitor"]),
    corrected: role(["*"]),
    asks: [["GET", `${api}/nodesdn`]],
    answers: ["200", "403"],
  },
  ...(
    [
      [["2.11.1", "2.19.4"], "1 hits", true],
      [["3.4.0"], "0 hits", false],
    ] as const
  ).map(([versions, hits, isFound]) => ({
    versions,
    isFound,
    code: "loose-pattern",
    title: "`?` in a pattern, and a request that names a missing index",
    flawed: role([], block("log-?", ["read"])),
    corrected: role([], block("log-1", ["read"])),
    asks: [["GET", "/log-*,log-9/_search?ignore_unavailable=true"]] as const,
    answers: [hits, "403"] as const,
    read: countHits,
  })),
  ...(
    [
      [["2.11.1", "2.19.4"], "500"],
      [["3.4.0"], "0 hits"],
    ] as const
  ).map(([versions, hits]) => ({
    versions,
    code: "bad-dls",
    title: "a text that is no query",
    flawed: withDls({ dls: '{"trem":{"team.keyword":"x"}}' }),
    corrected: withDls({ dls }),
    asks: [search],
    answers: [hits, "1 hits"] as const,
    read: countHits,
  })),
  ...(
    [
      [["2.11.1", "2.19.4"], "2 hits", false],
      [["3.4.0"], "1 hits", true],
    ] as const
  ).map(([versions, hits, isFound]) => ({
    versions,
    isFound,
    code: "overridden-restriction",
    title: "two restrictions of one pattern",
    flawed: withDls({ dls }, { dls: dls.replace('"x"', '"y"') }),
    corrected: withDls({ dls: '{"terms":{"team.keyword":["x","y"]}}' }),
    asks: [search],
    answers: [hits, "2 hits"] as const,
    read: countHits,
  })),
];

/** The codes of the findings that concern a version. */
function listCodes(version: string, { role: body, mapping, maps = "r" }: Given): string[] {
  const bodies = {
    ...(body === undefined ? {} : { roles: { r: body } }),
    ...(mapping === undefined ? {} : { rolesmapping: { [maps]: mapping } }),
  };
  const found = [...findingsOn(bodies), ...ownIndexFindingsOn(bodies)];
  return found
    .filter(({ servers }) => servers === undefined || isWithin(parseVersion(version), servers))
    .map(({ code }) => code);
}

describe.each<NodeVersion>(["2.11.1", "2.19.4", "3.4.0"])("findings about OpenSearch %s", (version) => {
  describe.skipIf(skipsNode(version))("come true", () => {
    let node: RunningNode;
    let cluster: Cluster;
    let hash: string;

    beforeAll(async () => {
      node = await borrowNode({ version, ...administratorSettings });
      cluster = new Cluster(node);
      hash = await bcrypt({
        password: "x12345Xy!",
        salt: new Uint8Array(16),
        costFactor: 4,
        outputType: "encoded",
      });
      for (const name of ["ann", "closing"]) await cluster.must("PUT", `/${name}`, {});
      await cluster.must("PUT", "/log-22/_doc/1?refresh=true", { team: "x" });
    });
    afterAll(async () => {
      await cluster?.close();
      await node?.stop();
    });

    async function restore(): Promise<void> {
      await cluster.ask(undefined, "DELETE", "/a");
      await cluster.must("PUT", "/a/_doc/1", { team: "x", other: 1, third: 1 });
      await cluster.must("PUT", "/a/_doc/2?refresh=true", { team: "y", other: 1, third: 1 });
      await cluster.must("PUT", "/closing/_settings", { "index.blocks.write": false });
      await cluster.must("POST", "/closing/_open");
      await cluster.must("PUT", `${api}/rolesmapping/own_index`, { users: [] });
      await cluster.must("PUT", `${api}/rolesmapping/all_access`, { users: ["admin"] });
    }

    async function answer(given: Given, { asks, read = readStatus }: Case): Promise<string> {
      const { role: body, mapping = { users: ["ann"] }, attributes = {}, maps = "r" } = given;
      await restore();
      await cluster.must("PUT", `${api}/internalusers/ann`, { hash, attributes });
      await cluster.must("PUT", `${api}/roles/r`, (body ?? { cluster_permissions: [] }) as Json);
      await cluster.must("PUT", `${api}/rolesmapping/r`, { users: ["ann"] });
      await cluster.must("PUT", `${api}/rolesmapping/${maps}`, mapping as Json);
      let reply: Reply | undefined;
      for (const [method, path, content] of asks) reply = await cluster.ask("ann", method, path, content);
      return read(reply!);
    }

    const concerned = [...cases, ...byVersion.filter(({ versions }) => versions.includes(version))];
    test.each(concerned.map((one) => [one.code, one.title, one] as const))("%s: %s", async (code, _, one) => {
      const { flawed, corrected, answers } = one;
      expect([await answer(flawed, one), await answer(corrected, one)]).toEqual(answers);
      expect(listCodes(version, flawed).includes(code)).toBe(one.isFound ?? true);
      expect(listCodes(version, corrected)).not.toContain(code);
    });
  });
});
