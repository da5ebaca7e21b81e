import { getOwnField } from "../value/path.ts";
import { findNearest } from "../value/nearest.ts";

/** A reason why the server refuses a query. */
export interface QueryFault {
  readonly fault: string;
  readonly hint?: string | undefined;
  /** False if a plugin that osac does not know may accept the query. */
  readonly isCertain: boolean;
}

type Fields = { readonly [name: string]: unknown };

/**
 * Queries that compare one field, with the options that they accept for it in OpenSearch 2.10 to 3.9. The
 * server refuses a list as the value (seen on 3.4.0 with each of them).
 */
const optionsOfField: Readonly<Record<string, readonly string[]>> = {
  term: ["value", "case_insensitive"],
  match:
    splitWords(`query analyzer zero_terms_query operator prefix_length max_expansions minimum_should_match
    fuzziness fuzzy_rewrite fuzzy_transpositions lenient auto_generate_synonyms_phrase_query cutoff_frequency`),
  match_phrase: splitWords("query analyzer zero_terms_query slop"),
  prefix: splitWords("value rewrite case_insensitive"),
  wildcard: splitWords("value rewrite case_insensitive wildcard"),
  regexp: splitWords("value rewrite case_insensitive flags flags_value max_determinized_states"),
  fuzzy: splitWords("value term fuzziness prefix_length max_expansions transpositions rewrite"),
  range: splitWords("gt gte lt lte from to include_lower include_upper time_zone format relation"),
};

/** The fields of queries that compare no field, or name it in a field of their own. */
const fieldsOfQuery: Readonly<Record<string, readonly string[]>> = {
  bool: ["must", "filter", "should", "must_not", "mustNot", "minimum_should_match", "adjust_pure_negative"],
  boosting: ["positive", "negative", "negative_boost"],
  constant_score: ["filter"],
  dis_max: ["queries", "tie_breaker"],
  exists: ["field"],
  ids: ["values"],
  match_all: [],
  match_none: [],
  nested: ["path", "query", "score_mode", "ignore_unmapped", "inner_hits"],
};

/** The queries of OpenSearch 2.10 to 3.9, with those of the modules and plugins of its distribution. */
const known = new Set(
  splitWords(`${Object.keys(optionsOfField).join(" ")} agentic bool boosting combined_fields common constant_score dis_max distance_feature exists
  field_masking_span function_score geo_bounding_box geo_distance geo_polygon geo_shape has_child has_parent hybrid ids
  intervals knn match_all match_bool_prefix match_none match_phrase_prefix more_like_this multi_match nested neural
  neural_knn neural_sparse parent_id percolate query_string rank_feature script script_score simple_query_string
  sltr span_containing span_first span_gap span_multi span_near span_not span_or span_term span_within template terms
  terms_set type wrapper xy_shape`),
);

/** The fields of a query that hold other queries. */
const inner: Readonly<Record<string, readonly string[]>> = {
  bool: ["must", "filter", "should", "must_not", "mustNot"],
  boosting: ["positive", "negative"],
  constant_score: ["filter"],
  dis_max: ["queries"],
  function_score: ["query"],
  nested: ["query"],
  script_score: ["query"],
};

/**
 * Finds the reason why the server would refuse a query, as far as osac can judge without the index mappings.
 */
export function findQueryFault(query: unknown): QueryFault | undefined {
  if (!isFields(query)) return certainFault("is no JSON object");
  const names = Object.keys(query);
  const [name] = names;
  if (name === undefined || names.length > 1)
    return certainFault(`must hold one query, found ${names.length}`);
  const content = query[name];
  if (!known.has(name)) return unknownQueryFault(name);
  if (!isFields(content)) return certainFault(`must have an object for "${name}"`);
  return (
    findFieldsFault(name, content) ??
    listInnerQueries(name, content)
      .map(findQueryFault)
      .find((fault) => fault !== undefined)
  );
}

function unknownQueryFault(name: string): QueryFault {
  const guess = findNearest(name, known);
  const fault = `has the query "${name}", which OpenSearch does not know`;
  if (guess === undefined) return { fault, isCertain: false };
  return { fault, hint: `did you mean "${guess}"?`, isCertain: true };
}

function findFieldsFault(name: string, content: Fields): QueryFault | undefined {
  if (name === "terms") return findTermsFault(content);
  const own = getOwnField(fieldsOfQuery, name);
  if (own !== undefined) return findUnknownField(name, content, own);
  const options = getOwnField(optionsOfField, name);
  if (options === undefined) return undefined;
  const fields = listFieldNames(content);
  if (fields.length !== 1) return certainFault(`must name one field in "${name}", found ${fields.length}`);
  return findValueFault(name, content[fields[0]!], options);
}

/** Finds a fault of what a query compares its field with: a value, or an object of options. */
function findValueFault(name: string, value: unknown, options: readonly string[]): QueryFault | undefined {
  const isRange = name === "range";
  if (isFields(value))
    return isRange || Object.keys(value).length > 0
      ? findUnknownField(name, value, options)
      : certainFault(`has no value in "${name}"`);
  if (isRange) return certainFault('must have an object for the field of "range"', 'write {"gte": …}');
  return Array.isArray(value)
    ? certainFault(`has a list in "${name}", which takes one value`, 'use "terms" for a list')
    : undefined;
}

function findUnknownField(name: string, content: Fields, known: readonly string[]): QueryFault | undefined {
  const names = [...known, "boost", "_name"];
  const unknown = Object.keys(content).find((field) => !names.includes(field));
  if (unknown === undefined) return undefined;
  const guess = findNearest(unknown, names);
  return certainFault(
    `has "${unknown}" in "${name}", which knows no such field`,
    guess && `did you mean "${guess}"?`,
  );
}

function findTermsFault(content: Fields): QueryFault | undefined {
  const fields = listFieldNames(content);
  if (fields.length !== 1) return certainFault(`must name one field in "terms", found ${fields.length}`);
  return typeof content[fields[0]!] === "object"
    ? undefined
    : certainFault('has one value in "terms", which takes a list', 'use "term" for one value');
}

function listInnerQueries(name: string, content: Fields): unknown[] {
  return (getOwnField(inner, name) ?? []).flatMap((field) => content[field] ?? []);
}

function listFieldNames(content: Fields): string[] {
  return Object.keys(content).filter((name) => !["boost", "_name", "value_type"].includes(name));
}

function certainFault(fault: string, hint?: string): QueryFault {
  return { fault, hint, isCertain: true };
}

function splitWords(text: string): string[] {
  return text.split(/\s+/);
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
