import type { Value } from "../../model/value.ts";
import { isSameValue } from "../../value/equal.ts";
import { isRecord } from "../../value/record.ts";
import { isWideExpression } from "./samples.ts";

/** The pairs of queries that may still be compared. Nested queries written on purpose can need very many. */
interface Budget {
  left: number;
}

const pairsMax = 10_000;

/**
 * True if the second queries certainly find everything that the first ones find, and more, as far as their
 * form shows it. Each list stands for all documents that one of its queries finds.
 */
export function findsMore(before: readonly string[], after: readonly string[]): boolean {
  const [was, is] = [before, after].map((texts) => ({ bool: { should: texts.map(parseQuery) } }));
  const budget = { left: pairsMax };
  return isAtLeast(is!, was!, budget) && !isAtLeast(was!, is!, budget);
}

function parseQuery(text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return text;
  }
}

/** True if the first query certainly finds everything that the second one finds. */
function isAtLeast(wide: Value, narrow: Value, budget: Budget): boolean {
  budget.left--;
  if (budget.left < 0) return false;
  if (isSameValue(wide, narrow) || findsAll(wide)) return true;
  if (isNegation(wide) && isNegation(narrow)) return isAtLeast(narrow.not, wide.not, budget);
  return meetsConditions(wide, narrow, budget) || hasAlternatives(wide, narrow, budget);
}

function meetsConditions(wide: Value, narrow: Value, budget: Budget): boolean {
  const [conditions, given] = [listConditions(wide), listConditions(narrow)];
  if (conditions[0] === wide && given[0] === narrow) return false;
  return conditions.every((condition) => given.some((one) => isAtLeast(condition, one, budget)));
}

function hasAlternatives(wide: Value, narrow: Value, budget: Budget): boolean {
  const [offered, wanted] = [listAlternatives(wide), listAlternatives(narrow)];
  if (offered[0] === wide && wanted[0] === narrow) return false;
  return wanted.every((one) => offered.some((other) => isAtLeast(other, one, budget)));
}

/** True for a clause of `must_not`, which is a condition of its own here. */
function isNegation(query: Value): query is { not: Value } {
  return isRecord(query) && "not" in query;
}

/** Lists the conditions that all must be true; the query itself if it is one. */
function listConditions(query: Value): readonly Value[] {
  const bool = readBool(query);
  if (bool === undefined || (bool.should.length > 0 && !isShouldIgnored(bool))) return [query];
  return [...bool.must, ...bool.mustNot.map((not) => ({ not }))];
}

/** Lists the queries of which one must be true; the query itself if it is one. */
function listAlternatives(query: Value): readonly Value[] {
  const bool = readBool(query);
  if (bool && bool.should.length > 0 && bool.must.length + bool.mustNot.length === 0 && bool.minimum === 1)
    return bool.should.flatMap(listAlternatives);
  return listTerms(query);
}

/** `terms` with several values finds what a `term` for each of them finds. */
function listTerms(query: Value): readonly Value[] {
  if (!isRecord(query)) return [query];
  const [name, content] = Object.entries(query)[0] ?? [];
  if (!isRecord(content)) return [query];
  const [field, value] = Object.entries(content)[0] ?? [];
  if (name === "terms" && Array.isArray(value)) return value.map((one) => ({ term: { [field!]: one } }));
  if (name === "term" && isRecord(value) && "value" in value)
    return [{ term: { [field!]: value["value"]! } }];
  return [query];
}

interface Bool {
  readonly must: readonly Value[];
  readonly mustNot: readonly Value[];
  readonly should: readonly Value[];
  /** The number of `should` that must be true; undefined if osac cannot tell. */
  readonly minimum: number | undefined;
}

function readBool(query: Value): Bool | undefined {
  const bool = isRecord(query) && Object.keys(query).length === 1 ? query["bool"] : undefined;
  if (!isRecord(bool)) return undefined;
  const must = [...listClauses(bool["must"]), ...listClauses(bool["filter"])];
  const given = bool["minimum_should_match"];
  const isOther = given !== undefined && typeof given !== "number";
  return {
    must,
    mustNot: listClauses(bool["must_not"]),
    should: listClauses(bool["should"]),
    minimum: isOther ? undefined : (given ?? (must.length === 0 ? 1 : 0)),
  };
}

function listClauses(value: Value | undefined): readonly Value[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function isShouldIgnored({ minimum }: Bool): boolean {
  return minimum === 0;
}

const everyText = new Set(["*", "*:*", ".*", "**"]);

/** True if a query certainly finds every document, or every one that has the field. */
function findsAll(query: Value): boolean {
  const bool = readBool(query);
  if (bool)
    return (
      bool.must.every(findsAll) &&
      bool.mustNot.every(findsNothing) &&
      (bool.should.length === 0 ||
        isShouldIgnored(bool) ||
        (bool.minimum === 1 && bool.should.some(findsAll)))
    );
  return listNamed(query).some(([name, content]) => isForAll(name, content));
}

type Content = Readonly<Record<string, Value>>;

/** Lists the queries that a value names, with their content. */
function listNamed(query: Value): [string, Content][] {
  if (!isRecord(query)) return [];
  return Object.entries(query).map(([name, content]) => [name, isRecord(content) ? content : {}]);
}

/** Fields that every document has, with values that say nothing about its content. */
const ofEveryDocument = ["_index", "_seq_no"];

/** The queries that can find everything, and what makes them do so. */
const allFinding: Readonly<Record<string, (content: Content) => boolean>> = {
  match_all: () => true,
  boosting: (content) => findsAll(content["positive"] ?? ""),
  constant_score: (content) => findsAll(content["filter"] ?? ""),
  function_score: (content) => content["query"] === undefined || findsAll(content["query"]),
  dis_max: (content) => listClauses(content["queries"]).some(findsAll),
  query_string: (content) => everyText.has(String(content["query"])),
  simple_query_string: (content) => everyText.has(String(content["query"])),
  exists: (content) => String(content["field"]).startsWith("_"),
  wildcard: (content) => Object.values(content).some((value) => /^[*?]+$/.test(readText(value))),
  regexp: (content) => Object.values(content).some((value) => isWideRegex(readText(value))),
  prefix: (content) => Object.values(content).some((value) => readText(value) === ""),
  range: (content) => Object.values(content).some(hasNoBound),
  match: (content) => Object.values(content).some((value) => isRecord(value) && findsAllOfNoWords(value)),
};

function isForAll(name: string, content: Content): boolean {
  return (
    ofEveryDocument.some((field) => Object.hasOwn(content, field)) ||
    (Object.hasOwn(allFinding, name) && allFinding[name]!(content))
  );
}

function readText(value: Value): string {
  return String(isRecord(value) ? (value["value"] ?? value["wildcard"]) : value);
}

/** Operators of Lucene that JavaScript does not have: any text, complement, intersection, intervals, nothing. */
const luceneOnly = /[@~&<#"]/;

/** True if an expression matches most texts, or if only Lucene can tell. */
function isWideRegex(regex: string): boolean {
  return luceneOnly.test(regex) || isWideExpression(`/${regex}/`);
}

function hasNoBound(range: Value): boolean {
  return isRecord(range) && !["gt", "gte", "lt", "lte", "from", "to"].some((bound) => bound in range);
}

function findsAllOfNoWords(match: Content): boolean {
  return match["zero_terms_query"] === "all" && !/\w/.test(String(match["query"]));
}

function findsNothing(query: Value): boolean {
  if (isRecord(query) && "match_none" in query) return true;
  return readBool(query)?.mustNot.some(findsAll) ?? false;
}
