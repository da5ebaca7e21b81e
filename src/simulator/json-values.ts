import type { Json, JsonObject } from "../model/value.ts";
import { isRecord } from "../value/record.ts";

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

/** Returns the map with new fields, at any depth of maps. A field without a new value is left out. */
export function mapFields(
  fields: JsonObject,
  make: (name: string, value: Json) => Json | undefined,
): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]): [string, Json][] => {
      const made = make(name, value);
      return made === undefined ? [] : [[name, isRecord(made) ? mapFields(made, make) : made]];
    }),
  );
}
