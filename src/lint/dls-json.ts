/** A query as the server reads it, or the reason why the server cannot read it. */
export type ReadQuery = { readonly query: unknown } | { readonly fault: string };

/**
 * Matches each token of JSON, and the comments that the server's parser accepts. It scans each character
 * once.
 */
const piece = /"[^"\\]*(?:\\[^][^"\\]*)*"|\/\*[^]*?\*\/|\/\/.*|\s+|[{}[\],:]|[^\s"/{}[\],:]+/y;

/** The depth limit of the server's parser. */
const deepest = 1000;

/** An object or list that is not closed yet; a list has no keys. */
interface Open {
  readonly keys?: Set<string>;
  isAtKey: boolean;
}

/**
 * Parses JSON as the server's `XContentParser` does: it accepts comments, refuses a repeated key, and ignores
 * everything after the first object (seen on 2.19.4 and 3.4.0).
 */
export function readQuery(text: string): ReadQuery {
  const open: Open[] = [];
  let json = "";
  piece.lastIndex = 0;
  for (let found = piece.exec(text); found; found = piece.exec(text)) {
    const [part] = found;
    // Only comments begin with a slash.
    if (part.startsWith("/")) continue;
    json += part;
    const fault = follow(open, part);
    if (fault !== undefined) return { fault };
    if (open.length === 0 && part.trim() !== "") break;
  }
  return parse(json);
}

function follow(open: Open[], part: string): string | undefined {
  if (part === "{" || part === "[") return enter(open, part);
  if (part === "}" || part === "]") return void open.pop();
  const inner = open.at(-1);
  return inner?.keys && followKey(inner, inner.keys, part);
}

function enter(open: Open[], part: string): string | undefined {
  open.push(part === "{" ? { keys: new Set(), isAtKey: true } : { isAtKey: false });
  return open.length > deepest ? "is nested too deeply" : undefined;
}

function followKey(inner: Open, keys: Set<string>, part: string): string | undefined {
  if (part === ",") inner.isAtKey = true;
  if (!inner.isAtKey || !part.startsWith('"')) return undefined;
  inner.isAtKey = false;
  if (keys.has(part)) return `has the key ${part} twice in one place`;
  keys.add(part);
  return undefined;
}

function parse(json: string): ReadQuery {
  try {
    return { query: JSON.parse(json) as unknown };
  } catch {
    return { fault: "is no JSON" };
  }
}
