import type { Access } from "./access.ts";
import type { Unknown } from "./answer.ts";
import type { NameIndex } from "./facts.ts";

/** The names by which the server judges a request. */
export interface RequestedNames {
  /** The request is for all indices. */
  readonly isAll: boolean;
  readonly names: readonly string[];
  /** Literal names that do not exist. With one of them, the server judges the whole list unresolved. */
  readonly missing: readonly string[];
}

/**
 * Finds the names by which the server judges a request for some expressions; no expressions stand for all
 * indices.
 */
export function resolveNames(access: Access, expressions: readonly string[]): RequestedNames | Unknown {
  const doubt = findDoubt(access, expressions);
  if (doubt) return doubt;
  const { names } = access;
  if (isEverything(expressions)) {
    if (names === undefined) return clusterNamesUnknown("a request for all indices");
    return { isAll: true, names: names.open, missing: [] };
  }
  if (names === undefined) {
    const wildcard = expressions.find(isWildcard);
    if (wildcard !== undefined) return clusterNamesUnknown(wildcard);
    return { isAll: false, names: [...new Set(expressions)], missing: [] };
  }
  return resolveAgainst(access, names, expressions);
}

/** True if the expressions stand for all indices. */
export function isEverything(expressions: readonly string[]): boolean {
  return expressions.length === 0 || (expressions.length === 1 && ["*", "_all"].includes(expressions[0]!));
}

/**
 * True if an expression of a request may stand for many names; here the server reads only `*` as a wildcard.
 */
function isWildcard(expression: string): boolean {
  return expression.includes("*");
}

function clusterNamesUnknown(expression: string): Unknown {
  return {
    code: "cluster-names",
    text: `which names ${expression} reaches is not known: read the cluster's names`,
  };
}

function findDoubt({ dynamic }: Access, expressions: readonly string[]): Unknown | undefined {
  const remote = expressions.find((expression) => expression.includes(":"));
  if (remote !== undefined) return { code: "remote", text: `${remote} is judged by another cluster` };
  const date = expressions.find((expression) => /^-?</.test(expression));
  if (date !== undefined) return { code: "date-math", text: `${date} depends on the day` };
  const odd = expressions.find((expression) => expression.includes("?"));
  if (odd !== undefined)
    return { code: "request-content", text: `${odd}: "?" is no wildcard in a request, and in no name` };
  if (dynamic.respectsOptions && (isEverything(expressions) || expressions.some(isWildcard)))
    return {
      code: "request-options",
      text: "respect_request_indices_options: the options of the request count",
    };
  return undefined;
}

function resolveAgainst(access: Access, known: NameIndex, expressions: readonly string[]): RequestedNames {
  const parts = readParts(expressions).map((part) => ({ ...part, names: expand(access, known, part.text) }));
  const missing = parts.filter(({ isExcluded, names }) => !isExcluded && names === undefined);
  if (missing.length > 0)
    return { isAll: false, names: [...new Set(expressions)], missing: missing.map(({ text }) => text) };
  const found = new Set<string>();
  for (const { isExcluded, text, names = [text] } of parts)
    for (const name of names)
      if (isExcluded) found.delete(name);
      else found.add(name);
  return { isAll: false, names: [...found], missing: [] };
}

/** After a wildcard, `-` removes names; before one, it is part of a name. */
function readParts(
  expressions: readonly string[],
): { readonly text: string; readonly isExcluded: boolean }[] {
  const firstWildcard = expressions.findIndex(isWildcard);
  return expressions.map((expression, at) => {
    const isExcluded = firstWildcard !== -1 && at > firstWildcard && expression.startsWith("-");
    return { text: isExcluded ? expression.slice(1) : expression, isExcluded };
  });
}

function expand(access: Access, known: NameIndex, text: string): readonly string[] | undefined {
  return isWildcard(text) ? expandWildcard(access, known, text) : expandLiteral(access, known, text);
}

/** Returns open and hidden indices, but no closed ones, whatever the options of the request are. */
function expandWildcard(access: Access, known: NameIndex, text: string): string[] {
  const fits = (name: string): boolean => access.matches(text, name) === "yes";
  const members = [...known.aliases].filter(([alias]) => fits(alias)).flatMap(([, names]) => names);
  return [
    ...known.open.filter(fits),
    ...members.filter((name) => !known.indices.get(name)!.isClosed),
    ...[...known.streams.keys()].filter(fits).flatMap((stream) => expandStream(access, known, stream)),
  ];
}

/**
 * Resolves an index to itself, an alias to its members, a data stream to itself; undefined if the name does
 * not exist.
 */
function expandLiteral(access: Access, known: NameIndex, text: string): readonly string[] | undefined {
  if (known.indices.has(text)) return [text];
  return known.aliases.get(text) ?? (known.streams.has(text) ? expandStream(access, known, text) : undefined);
}

function expandStream({ generation }: Access, known: NameIndex, stream: string): readonly string[] {
  return generation.judgesBackingNames ? [stream, ...(known.streams.get(stream) ?? [])] : [stream];
}
