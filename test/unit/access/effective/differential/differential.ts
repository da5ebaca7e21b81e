import {
  can,
  findRestrictions,
  findTenantAccess,
  identifyCaller,
  isFieldMasked,
  isFieldVisible,
  type Access,
  type Caller,
  type Decision,
} from "../../../../../src/access/effective/index.ts";
import { compareByCodeUnit } from "../../../../../src/value/record.ts";
import type { Cluster } from "./cluster.ts";
import { makeConfiguration, tenants, type Configuration } from "./configuration.ts";
import { seeded } from "./random.ts";

/** What came of the questions. */
export interface Outcome {
  asked: number;
  unknown: number;
  readonly disagreements: string[];
}

/** One question with the answers of both. */
interface Comparison {
  readonly what: string;
  /** Undefined where the evaluator does not know. */
  readonly expected: string | undefined;
  readonly seen: string;
}

/** Asks a node and the evaluator the same until there have been enough questions. */
export async function compareWithNode(cluster: Cluster, questions: number, seed: number): Promise<Outcome> {
  const random = seeded(seed);
  const outcome: Outcome = { asked: 0, unknown: 0, disagreements: [] };
  while (outcome.asked + outcome.unknown < questions && outcome.disagreements.length < 5) {
    const configuration = makeConfiguration(random, cluster.node.version);
    const access = await cluster.install(configuration);
    for (const name of Object.keys(configuration.users)) {
      const caller = identifyCaller(access, { kind: "user", name, address: "127.0.0.1" });
      for (const comparison of await compareUser(cluster, access, caller, name))
        count(outcome, comparison, () => reproduction(configuration, access, caller, name));
    }
  }
  return outcome;
}

function count(outcome: Outcome, { what, expected, seen }: Comparison, reproduce: () => string): void {
  if (expected === undefined) outcome.unknown++;
  else outcome.asked++;
  if (expected === undefined || expected === seen) return;
  outcome.disagreements.push(`${what}\n  evaluator: ${expected}\n  node:      ${seen}\n${reproduce()}`);
}

/** What of a configuration is about the user: its roles as they are mapped. */
function reproduction(
  { users, dynamic }: Configuration,
  access: Access,
  caller: Caller,
  name: string,
): string {
  const roles = caller.roles
    .map(({ name: role }) => [role, access.documents.get("roles")?.get(role)] as const)
    .filter(([role]) => /^Z\d/.test(role));
  return [`  ${name}: ${JSON.stringify(users[name])}`, `  dynamic: ${JSON.stringify(dynamic)}`]
    .concat(roles.map(([role, body]) => `  ${role}: ${JSON.stringify(body)}`))
    .join("\n");
}

async function compareUser(
  cluster: Cluster,
  access: Access,
  caller: Caller,
  name: string,
): Promise<Comparison[]> {
  return [
    ...(await compareIdentity(cluster, access, caller, name)),
    ...(await compareSearches(cluster, access, caller, name)),
    ...(await compareBulk(cluster, access, caller, name)),
    ...(await compareRequests(cluster, access, caller, name)),
  ];
}

function listed(texts: readonly string[]): string {
  return [...new Set(texts)].toSorted(compareByCodeUnit).join();
}

async function compareIdentity(
  cluster: Cluster,
  access: Access,
  caller: Caller,
  name: string,
): Promise<Comparison[]> {
  const { json } = await cluster.ask(name, "GET", "/_plugins/_security/authinfo");
  const info = json as { roles: string[]; tenants: Record<string, boolean> };
  const uses = [...tenants, "admin_tenant", "global_tenant", name].flatMap((tenant) => {
    const { read, write } = findTenantAccess(access, caller, tenant);
    return read.is === "yes" ? [`${tenant}:${write.is === "yes"}`] : [];
  });
  return [
    {
      what: `${name} roles`,
      expected: listed(caller.roles.map((role) => role.name)),
      seen: listed(info.roles),
    },
    {
      what: `${name} tenants`,
      expected: listed(uses),
      seen: listed(Object.entries(info.tenants).map(([tenant, writes]) => `${tenant}:${writes}`)),
    },
  ];
}

const targets = [
  "zz-a zz-b zz-c zz-log-1 zz-own-u1 zz-hid zz-clo zz-al1 zz-al2 zy-al3 zz-al3 zz-ds1",
  ".ds-zz-ds1-000001 zz-missing zz-log-* zz-l* zz-a* zz-* zy-* zz-ds* zz-nothing-* zz-a,zz-b",
  "zz-a,zz-log-1 zz-al1,zz-c zz-al1,zz-missing zz-log-*,zz-missing zz-*,-zz-hid zz-log-*,-zz-log-1",
  "zz-b,zy-al3 zz-ds1,zz-a",
].flatMap((line) => line.split(" "));

interface Hit {
  readonly _index: string;
  readonly _id: string;
  readonly _source?: Readonly<Record<string, string>>;
}

interface SearchReply {
  readonly status?: number;
  readonly error?: { readonly type: string };
  readonly hits?: { readonly hits: readonly Hit[] };
}

async function compareSearches(
  cluster: Cluster,
  access: Access,
  caller: Caller,
  name: string,
): Promise<Comparison[]> {
  const replies = await searchAll(cluster, name);
  return targets.map((target, index) => ({
    what: `${name} searches ${target}`,
    expected: expectSearch(access, caller, target.split(",")),
    seen: describeReply(replies[index]!),
  }));
}

/** Up to 2.15 `do_not_fail_on_forbidden` judges a multi-search in its own way, so that each is asked alone there. */
async function searchAll(cluster: Cluster, name: string): Promise<SearchReply[]> {
  if (cluster.node.version.startsWith("2.11")) {
    const replies: SearchReply[] = [];
    for (const target of targets) {
      const { json, status } = await cluster.ask(name, "GET", `/${target}/_search?size=100`);
      replies.push({ ...(json as SearchReply), status });
    }
    return replies;
  }
  const lines = targets.map((target) => `${JSON.stringify({ index: target.split(",") })}\n{"size":100}\n`);
  const { json } = await cluster.ask(name, "POST", "/_msearch", lines.join(""));
  return (json as { responses: SearchReply[] }).responses;
}

function describeReply({ error, status, hits }: SearchReply): string {
  if (error) return `${status}`;
  return describeHits((hits?.hits ?? []).map(({ _index, _id, _source = {} }) => ({ _index, _id, _source })));
}

function describeHits(hits: readonly Required<Hit>[]): string {
  const texts = hits.map(({ _index, _id, _source }) => {
    const fields = ["f", "k", "s"].flatMap((field) => {
      const value = _source[field];
      return value === undefined ? [] : [value.length === 64 ? `${field}#` : field];
    });
    return `${_index}/${_index.startsWith(".ds") ? "?" : _id}:${fields.join("")}`;
  });
  return `200 ${texts.toSorted().join(" ")}`.trim();
}

function decide(access: Access, caller: Caller, what: string, expressions: readonly string[]): Decision {
  return can(access, caller, what, { kind: "indices", expressions }).decision;
}

function expectSearch(access: Access, caller: Caller, expressions: readonly string[]): string | undefined {
  const decision = decide(access, caller, "indices:data/read/search", expressions);
  if (decision.verdict === "unknown") return undefined;
  if (decision.verdict === "denied") return "403";
  if (decision.verdict === "allowed") {
    const names = decision.because.flatMap(({ name }) => name ?? []);
    const reached = decision.isRewritten && names.length > 0 ? names : expressions;
    return expectHits(access, caller, reachedByCore(access, reached));
  }
  if (decision.effect === "403") return "403";
  if (decision.effect === "emptied") return "200";
  return expectHits(
    access,
    caller,
    reachedByCore(access, decision.effect === "shrunk" ? decision.names : expressions),
  );
}

/** The open indices that a search of the server's core finds documents in, or the status with which it fails. */
function reachedByCore(access: Access, expressions: readonly string[]): readonly string[] | string {
  const found = new Set<string>();
  const firstWildcard = expressions.findIndex((expression) => expression.includes("*"));
  for (const [at, expression] of expressions.entries()) {
    if (firstWildcard !== -1 && at > firstWildcard && expression.startsWith("-")) {
      for (const name of namesBelow(access, expression.slice(1))) found.delete(name);
      continue;
    }
    const reached = namesBelow(access, expression);
    const failure = expression.includes("*") ? undefined : findFailure(access, reached);
    if (failure !== undefined) return failure;
    for (const name of reached) found.add(name);
  }
  return [...found];
}

function findFailure({ names }: Access, reached: readonly string[]): string | undefined {
  if (reached.length === 0) return "404";
  return reached.some((name) => names!.indices.get(name)?.isClosed) ? "400" : undefined;
}

/** Wildcards reach no hidden and no closed index, but the members of aliases and data streams. */
function namesBelow({ names, matches }: Access, text: string): readonly string[] {
  const { indices, aliases, streams } = names!;
  const fits = (name: string): boolean => matches(text, name) === "yes";
  const own = [...indices].filter(([name, { isHidden, isClosed }]) =>
    text.includes("*") ? fits(name) && !isHidden && !isClosed : fits(name),
  );
  const others = [...aliases, ...streams].filter(([name]) => fits(name)).flatMap(([, members]) => members);
  return [...own.map(([name]) => name), ...others];
}

function expectHits(access: Access, caller: Caller, reached: readonly string[] | string): string | undefined {
  if (typeof reached === "string") return reached;
  const hits: Required<Hit>[] = [];
  for (const index of reached) {
    const visible = expectVisible(access, caller, index);
    if (visible === undefined) return undefined;
    hits.push(...visible);
  }
  return describeHits(hits);
}

function expectVisible(access: Access, caller: Caller, index: string): Required<Hit>[] | undefined {
  const { documents, fields, masks } = findRestrictions(access, caller, index);
  if ([documents, fields, masks].some(({ are }) => are === "unknown")) return undefined;
  const source = Object.fromEntries(
    ["f", "k", "s"]
      .filter((field) => isFieldVisible(access, fields, field))
      .map((field) => [field, (isFieldMasked(access, masks, field) ? "#" : "").padEnd(64, "#")] as const)
      .map(([field, masked]) => [field, isFieldMasked(access, masks, field) ? masked : "v"]),
  );
  const ids = index.startsWith(".ds") ? ["a"] : ["a", "b", "c"];
  const queries = documents.are === "some" ? documents.queries.map(({ value }) => value) : [];
  const isSeen = (id: string): boolean =>
    documents.are === "all" || queries.includes(JSON.stringify({ term: { k: id } }));
  return ids.filter(isSeen).map((id) => ({ _index: index, _id: id, _source: source }));
}

const single = [
  "zz-a",
  "zz-b",
  "zz-c",
  "zz-log-1",
  "zz-own-u1",
  "zz-hid",
  "zz-al1",
  "zz-al2",
  "zy-al3",
  "zz-al3",
];

async function compareBulk(
  cluster: Cluster,
  access: Access,
  caller: Caller,
  name: string,
): Promise<Comparison[]> {
  const lines = single.map((target) => `${JSON.stringify({ delete: { _index: target, _id: "nobody" } })}\n`);
  const { json } = await cluster.ask(name, "POST", "/_bulk", lines.join(""));
  const { items } = json as { items: { delete: { status: number } }[] };
  return single.map((target, index) => ({
    what: `${name} deletes in ${target} by bulk`,
    expected: expectBulk(access, caller, target),
    seen: `${items[index]!.delete.status}`,
  }));
}

function expectBulk(access: Access, caller: Caller, target: string): string | undefined {
  // Nobody can write through an alias of several indices without a write index.
  if ((access.names!.aliases.get(target)?.length ?? 0) > 1) return "400";
  const { verdict } = decide(access, caller, "bulk delete", [target]);
  if (verdict === "unknown") return undefined;
  return verdict === "allowed" ? "404" : "403";
}

/** Requests that change nothing, and the operations that they are. */
const requests: readonly (readonly [what: string, method: string, path: (target: string) => string])[] = [
  ["get a document", "GET", (target) => `/${target}/_doc/nobody`],
  ["count", "GET", (target) => `/${target}/_count`],
  ["get mappings", "GET", (target) => `/${target}/_mapping`],
  ["get settings", "GET", (target) => `/${target}/_settings`],
  ["get statistics", "GET", (target) => `/${target}/_stats`],
  ["get an index", "GET", (target) => `/${target}`],
  ["list fields", "GET", (target) => `/${target}/_field_caps?fields=*`],
  ["validate a query", "GET", (target) => `/${target}/_validate/query`],
  ["refresh", "POST", (target) => `/${target}/_refresh`],
  ["find shards", "GET", (target) => `/${target}/_search_shards`],
];

async function compareRequests(
  cluster: Cluster,
  access: Access,
  caller: Caller,
  name: string,
): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  const ask = async (what: string, method: string, path: string, on: readonly string[]): Promise<void> => {
    const { status, text } = await cluster.ask(name, method, path);
    const decision = decide(access, caller, what, on);
    // Up to 2.19, a get of a missing document fails so where documents and fields are restricted.
    const isPassed = status !== 403 || text.includes("Couldn't resolve version");
    comparisons.push({
      what: `${name}: ${what} ${on.join()}`,
      expected: decision.verdict === "unknown" ? undefined : `${isPassing(decision)}`,
      seen: `${isPassed}`,
    });
  };
  await ask("cluster:monitor/main", "GET", "/", []);
  for (const [index, [what, method, path]] of requests.entries())
    for (const target of single.filter((_, at) => (at + index) % 4 === 0))
      await ask(what, method, path(target), [target]);
  return comparisons;
}

/** Whether the request comes through the server's judgement, whatever it finds. */
function isPassing(decision: Decision): boolean {
  return decision.verdict === "allowed" || (decision.verdict === "partly" && decision.effect !== "403");
}
