import type { Json } from "../model/value.ts";

/** Parses a JSON text. Returns undefined for any other text: an error of the parser would quote the text. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
