import { randomUUID } from "node:crypto";
import type { AccessChange } from "../../../../../src/model/access-change.ts";
import { isAlias, type Cluster } from "./cluster.ts";

/** What a line of a difference says about one name. */
export interface Claim {
  readonly direction: AccessChange["direction"];
  readonly name: string;
  /** The levels and actions that the line names. */
  readonly words: readonly string[];
  /** The documents, fields or masks that the line is about, with both sides. */
  readonly sights?: readonly [what: string, before: string, after: string];
}

/** The answers that one caller got: `no`, or what it saw. */
export type Answers = ReadonlyMap<string, string>;

/** Reads the claim of a line about indices. Undefined for a line about something else, or without a name to ask for. */
export function readClaim({ direction, effect, example, before, after }: AccessChange): Claim | undefined {
  const sights = /^sees other (documents|fields|masked fields) of (\S+): /.exec(effect);
  const gain = /^(?:gains|loses) (.+?) on (.+)$/.exec(effect);
  const name = example ?? sights?.[2] ?? gain?.[2] ?? "";
  if (!canAskFor(name, effect)) return undefined;
  if (sights) return { direction, name, words: [], sights: [sights[1]!, before, after] };
  return gain ? { direction, name, words: gain[1]!.split(/, | and /) } : undefined;
}

/** What a line with exceptions says of an alias is true only of members that join it later. */
function canAskFor(name: string, effect: string): boolean {
  const isIndexName = /^[a-z0-9.][a-z0-9._-]*$/.test(name) && !effect.includes(" on tenant");
  return isIndexName && !(isAlias(name) && effect.includes(" except "));
}

/** The actions of each level that a single request can ask for. */
const levels: Readonly<Record<string, readonly string[]>> = {
  read: ["search", "get"],
  write: ["index", "delete"],
  manage: [
    "indices:admin/create",
    "indices:admin/mapping/put",
    "indices:admin/settings/update",
    "remove an alias",
  ],
  everything: ["search", "get", "index", "delete", "indices:admin/create", "remove an alias"],
};

const operations: Readonly<Record<string, string>> = {
  "indices:data/read/search": "search",
  "indices:data/read/get": "get",
  "indices:admin/create": "indices:admin/create",
  "indices:admin/mapping/put": "indices:admin/mapping/put",
  "indices:admin/settings/update": "indices:admin/settings/update",
  "indices:admin/aliases": "remove an alias",
};

/** Compares a claim with the answers of both sides. Undefined if no request can ask for it, empty if it is true. */
export function judgeClaim(claim: Claim, old: Answers, now: Answers): string | undefined {
  const [without, having] = claim.direction === "loss" ? [now, old] : [old, now];
  const { name, words, sights } = claim;
  if (sights) return judgeSights(sights, old.get(`search ${name}`), now.get(`search ${name}`));
  const checks = words
    .map((word) => ({ word, questions: listQuestions(word, name) }))
    .filter(
      ({ questions }) => questions.length > 0 && questions.every((one) => old.has(one) && now.has(one)),
    );
  if (checks.length === 0) return undefined;
  return checks.flatMap(({ word, questions }) => judgeWord(word, questions, without, having)).join("; ");
}

function listQuestions(word: string, name: string): string[] {
  const asked = levels[word] ?? (operations[word] === undefined ? [] : [operations[word]]);
  return asked.map((operation) => `${operation} ${name}`);
}

/** The levels of which no request can ask for every action. One of the others may be the missing one. */
const incomplete = ["write", "manage", "everything"];

function judgeWord(word: string, questions: readonly string[], without: Answers, having: Answers): string[] {
  const denied = questions.filter((one) => having.get(one) === "no").map((one) => `${one} is denied`);
  const isNew = incomplete.includes(word) || questions.some((one) => without.get(one) === "no");
  return isNew ? denied : [...denied, `${questions.join(", ")} are permitted on both sides`];
}

const queries = ["a", "b", "c"].map((id) => [id, JSON.stringify({ term: { k: id } })] as const);

/** The documents, fields or masks of an answer, in the words of a line. */
function judgeSights(
  [what, before, after]: readonly [string, string, string],
  old: string | undefined,
  now: string | undefined,
): string | undefined {
  if (old === undefined || now === undefined) return undefined;
  const isSame = [
    [before, old],
    [after, now],
  ].every(([text, answer]) => isSeen(what, text!, answer!));
  return isSame ? "" : `${what} before ${before} and after ${after}, but the node shows ${old}, then ${now}`;
}

/** Documents that nothing is seen of prove nothing about fields. */
function isSeen(what: string, text: string, answer: string): boolean {
  const [, hits = ""] = /^yes ?(.*)$/.exec(answer) ?? [];
  const seen = hits === "" ? [] : hits.split(" ").map((hit) => hit.split(":") as [string, string]);
  if (what === "documents") {
    const expected = queries.filter(([, query]) => text === "all" || text.includes(query)).map(([id]) => id);
    return expected.join() === seen.map(([id]) => id).join();
  }
  const fields = seen[0]?.[1];
  if (fields === undefined || text.startsWith("none (")) return true;
  return ["f", "k", "s"].every((field) => {
    const at = fields.indexOf(field);
    if (what === "masked fields")
      return at === -1 || (fields[at + 1] === "#") === text.split(", ").includes(field);
    return (at !== -1) === isNamed(text, field);
  });
}

function isNamed(text: string, field: string): boolean {
  if (text === "all" || text === "none") return text === "all";
  const [, mode, list = ""] = /^(only|all but) (.*)$/.exec(text) ?? [];
  return (mode === "only") === list.replaceAll("~", "").split(", ").includes(field);
}

interface Reply {
  readonly status: number;
  readonly error?: object;
  readonly hits?: {
    readonly hits: readonly { readonly _id: string; readonly _source?: Readonly<Record<string, string>> }[];
  };
}

/** Asks for all names what two requests can ask, and for each claim the rest. */
export async function askAs(
  cluster: Cluster,
  user: string,
  names: readonly string[],
  claims: readonly Claim[],
): Promise<Answers> {
  const answers = new Map<string, string>();
  await askSearches(cluster, user, names, answers);
  await askWrites(cluster, user, names, answers);
  const wanted = new Set(
    claims
      .filter(({ name }) => names.includes(name))
      .flatMap(({ name, words }) => words.flatMap((word) => listQuestions(word, name))),
  );
  for (const question of wanted) {
    if (answers.has(question)) continue;
    const at = question.lastIndexOf(" ");
    const answer = await askOne(cluster, user, question.slice(0, at), question.slice(at + 1));
    if (answer !== undefined) answers.set(question, answer);
  }
  return answers;
}

async function askSearches(
  cluster: Cluster,
  user: string,
  names: readonly string[],
  answers: Map<string, string>,
): Promise<void> {
  const lines = names.map((index) => `${JSON.stringify({ index })}\n{"size":10,"sort":["k"]}\n`);
  const { json } = await cluster.ask(user, "POST", "/_msearch", lines.join(""));
  const { responses } = json as { responses: Reply[] };
  for (const [place, name] of names.entries()) answers.set(`search ${name}`, describe(responses[place]!));
}

function describe({ status, error, hits }: Reply): string {
  if (error) return status === 403 ? "no" : "yes";
  const texts = (hits?.hits ?? []).map(({ _id, _source = {} }) => {
    const fields = ["f", "k", "s"].map((field) => {
      const value = _source[field];
      return value === undefined ? "" : value.length === 64 ? `${field}#` : field;
    });
    return `${_id}:${fields.join("")}`;
  });
  return `yes ${texts.join(" ")}`.trim();
}

/**
 * None of these writes anything: the documents exist, or do not. Up to 2.19, one update of a restricted index fails the
 * whole request.
 */
async function askWrites(
  cluster: Cluster,
  user: string,
  names: readonly string[],
  answers: Map<string, string>,
): Promise<void> {
  const parts = names.flatMap((_index) => [
    ["index", _index, [{ create: { _index, _id: "a" } }, { k: "a" }]] as const,
    ["delete", _index, [{ delete: { _index, _id: "nobody" } }]] as const,
  ]);
  const body = parts.flatMap(([, , lines]) => lines.map((line) => `${JSON.stringify(line)}\n`)).join("");
  const { json } = await cluster.ask(user, "POST", "/_bulk", body);
  const { items } = json as { items: Record<string, { status: number }>[] };
  for (const [place, [operation, name]] of parts.entries())
    answers.set(`${operation} ${name}`, Object.values(items[place]!)[0]!.status === 403 ? "no" : "yes");
}

async function askOne(
  cluster: Cluster,
  user: string,
  operation: string,
  name: string,
): Promise<string | undefined> {
  const ask = async (method: string, path: string, body?: object): Promise<string> => {
    const { status } = await cluster.ask(user, method, path, body as never);
    return status === 403 ? "no" : "yes";
  };
  switch (operation) {
    case "get":
      return ask("GET", `/${name}/_doc/${randomUUID()}`);
    case "indices:admin/create":
      return ask("PUT", `/${name}`);
    case "indices:admin/mapping/put":
      return ask("PUT", `/${name}/_mapping`, { properties: { k: { type: "keyword" } } });
    case "indices:admin/settings/update":
      return ask("PUT", `/${name}/_settings`, { "index.priority": 1 });
    case "remove an alias":
      return ask("POST", "/_aliases", { actions: [{ remove: { index: name, alias: "nothing" } }] });
    default:
      return undefined;
  }
}
