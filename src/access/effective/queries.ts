/** The parts of one query of a document restriction that decide which documents are visible. */
export interface ReadQuery {
  /** True if it is a valid query; undefined if only the server can decide. */
  readonly isQuery: boolean | undefined;
  /** The field that a simple query compares; undefined for all others. */
  readonly field?: string | undefined;
  /** True if it compares no field at all. */
  readonly isFieldless: boolean;
}

const simple = new Set([
  "term",
  "terms",
  "match",
  "match_phrase",
  "prefix",
  "wildcard",
  "range",
  "regexp",
  "fuzzy",
]);
const fieldless = new Set(["match_all", "match_none", "ids"]);

/** Fields that the server fills, and that no restriction of fields hides from a query (seen on 3.4.0). */
const alwaysSeen = new Set(["_id", "_index", "_seq_no"]);
const compound = new Set([
  "bool",
  "boosting",
  "constant_score",
  "dis_max",
  "exists",
  "function_score",
  "has_child",
  "has_parent",
  "match_bool_prefix",
  "match_phrase_prefix",
  "multi_match",
  "nested",
  "query_string",
  "simple_query_string",
  "terms_set",
]);

/** Parses the text of a document restriction, as far as that is possible without the server. */
export function readQuery(text: string): ReadQuery {
  const entries = parseEntries(text);
  if (entries?.length !== 1) return { isQuery: false, isFieldless: false };
  const [name, content] = entries[0]!;
  if (fieldless.has(name)) return { isQuery: true, isFieldless: true };
  if (simple.has(name)) return readSimpleQuery(name, content);
  return { isQuery: compound.has(name) ? true : undefined, isFieldless: false };
}

/** The server refuses a list in `term`. */
function readSimpleQuery(name: string, content: unknown): ReadQuery {
  const fields = typeof content === "object" && content !== null ? Object.entries(content) : [];
  const [field, value] = fields.find(([key]) => !["boost", "_name"].includes(key)) ?? [];
  const isRefused = field === undefined || (name === "term" && Array.isArray(value));
  if (!isRefused && alwaysSeen.has(field)) return { isQuery: true, isFieldless: true };
  return { isQuery: isRefused ? undefined : true, field, isFieldless: false };
}

function parseEntries(text: string): [string, unknown][] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.entries(value)
      : undefined;
  } catch {
    return undefined;
  }
}
