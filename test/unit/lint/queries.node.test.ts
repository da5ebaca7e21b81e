import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openCaller } from "../../server/contract/caller.ts";
import { skipsNode } from "../../support/real-cluster.ts";
import { startNode, type RunningNode } from "../../server/node/start.ts";
import { codesOn } from "./found.ts";

const version = "3.4.0";

/** Queries, right and wrong, of every form that the rule about DLS looks into. */
const queries = [
  ...["term", "match", "match_phrase", "prefix", "wildcard", "regexp", "fuzzy"].flatMap((name) => [
    { [name]: { a: "x" } },
    { [name]: { a: ["x"] } },
    { [name]: { a: "x", b: "y" } },
    { [name]: {} },
    { [name]: "x" },
  ]),
  { term: { a: { value: "x", boost: 2 } } },
  { terms: { a: ["x"], boost: 1 } },
  { terms: { a: "x" } },
  { terms: { a: ["x"], b: ["y"] } },
  { terms: {} },
  { range: { a: { gt: 1 } } },
  { exists: { field: "a" } },
  { exists: "a" },
  { ids: { values: ["1"] } },
  { query_string: { query: "a:x" } },
  { simple_query_string: { query: "x" } },
  { match_all: {} },
  { match_all: [] },
  { match_none: {} },
  { match_al: {} },
  { trem: { a: "x" } },
  {},
  [],
  { match_all: {}, match_none: {} },
  { bool: {} },
  { bool: { must: [], should: { match_all: {} }, minimum_should_match: 1 } },
  { bool: { must: [{ term: { a: "x" } }], filter: { term: { b: ["y"] } } } },
  { bool: { must: "x" } },
  { bool: { must: [{}] } },
  { bool: { mustt: [] } },
  { constant_score: { filter: { term: { a: "x" } } } },
  { constant_score: { filter: { trem: { a: "x" } } } },
  { dis_max: { queries: [{ term: { a: "x" } }, { term: { a: ["x"] } }] } },
  { boosting: { positive: { match_all: {} }, negative: { trem: {} }, negative_boost: 0.5 } },
  { function_score: { query: { term: { a: ["x"] } } } },
];

describe.skipIf(skipsNode(version))(`queries as OpenSearch ${version} parses them`, () => {
  let node: RunningNode;
  let caller: ReturnType<typeof openCaller>;

  beforeAll(async () => {
    node = await startNode({ version });
    caller = openCaller(node.url, { caCert: node.caCert, user: node.user, password: node.password });
    await caller.put("/osac-queries", {});
  });
  afterAll(async () => {
    await caller?.close();
    await node?.stop();
  });

  test.each(queries.map((query) => [JSON.stringify(query), query] as const))("%s", async (dls, query) => {
    const { body } = await caller.post("/osac-queries/_validate/query", { query });
    const index_permissions = [{ index_patterns: ["a"], allowed_actions: ["read"], dls }];
    const found = codesOn({ roles: { r: { index_permissions } } });
    expect(found).toEqual((body as { valid?: boolean }).valid === true ? [] : ["warning bad-dls"]);
  });
});
