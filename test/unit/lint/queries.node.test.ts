import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openCaller } from "../../server/contract/caller.ts";
import { skipsNode } from "../../support/real-cluster.ts";
import { borrowNode } from "../../server/node/borrow.ts";
import type { RunningNode } from "../../server/node/start.ts";
import { codesOn } from "./found.ts";

const version = "3.4.0";

/** The options of queries that compare one field. */
const options: [string, object[]][] = [
  ["term", [{ case_insensitive: true }]],
  [
    "match",
    [
      { operator: "and" },
      { analyzer: "standard" },
      { prefix_length: 0 },
      { max_expansions: 5 },
      { minimum_should_match: 1 },
      { fuzziness: "AUTO" },
      { fuzzy_rewrite: "constant_score" },
      { fuzzy_transpositions: true },
      { lenient: true },
      { zero_terms_query: "none" },
      { auto_generate_synonyms_phrase_query: true },
      { cutoff_frequency: 0.1 },
    ],
  ],
  ["match_phrase", [{ analyzer: "standard" }, { slop: 1 }, { zero_terms_query: "none" }]],
  ["prefix", [{ rewrite: "constant_score" }, { case_insensitive: true }]],
  ["wildcard", [{ rewrite: "constant_score" }, { case_insensitive: true }]],
  ["regexp", [{ flags: "ALL" }, { flags_value: 1 }, { max_determinized_states: 100 }]],
  ["fuzzy", [{ fuzziness: "AUTO" }, { prefix_length: 0 }, { max_expansions: 5 }, { transpositions: true }]],
  ["range", [{ lte: "z" }, { from: "a" }, { to: "z" }, { include_lower: true }, { relation: "within" }]],
];

function valueFor(name: string): object {
  if (name === "range") return { gte: "a" };
  return name.startsWith("match") ? { query: "x" } : { value: "x" };
}

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
  ...options.flatMap(([name, names]) =>
    names.map((option) => ({ [name]: { a: { ...valueFor(name), ...option } } })),
  ),
  ...["term", "match", "match_phrase", "prefix", "wildcard", "regexp", "fuzzy", "range"].flatMap((name) => [
    { [name]: { a: {} } },
    { [name]: { a: { ...valueFor(name), unheard: 1 } } },
  ]),
  { range: { a: { gt: 1 } } },
  { range: { a: 1 } },
  { range: { a: [1] } },
  { range: { a: { gt: 1 }, b: { gt: 1 } } },
  { exists: { fild: "a" } },
  { exists: { field: "a", boost: 1 } },
  { ids: { value: ["1"] } },
  { match_all: { bost: 1 } },
  { match_none: { x: 1 } },
  { constant_score: { filtr: { match_all: {} } } },
  { dis_max: { queries: [{ match_all: {} }], tie_breaker: 0.1 } },
  { dis_max: { querys: [] } },
  {
    nested: { path: "n", query: { match_all: {} }, score_mode: "avg", ignore_unmapped: true, inner_hits: {} },
  },
  { nested: { paht: "n", query: { match_all: {} }, ignore_unmapped: true } },
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
    node = await borrowNode({ version });
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
