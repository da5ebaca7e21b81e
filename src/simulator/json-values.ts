import type { Json } from "../model/value.ts";

/** Parses JSON as the plugin does: a duplicate key in an object is an error. */
export function parseJson(text: string): Json {
  const value = JSON.parse(text) as Json;
  const open: (Set<string> | undefined)[] = [];
  for (const [token, key] of text.matchAll(/"(?:[^"\\]|\\.)*"(?=\s*(:)?)|[{}[\]]/g)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (key !== undefined) addOnce(open.at(-1), token);
  }
  return value;
}

function addOnce(keys: Set<string> | undefined, key: string): void {
  if (keys?.has(key)) throw new SyntaxError(`Duplicate field ${key}`);
  keys?.add(key);
}
