import { isSince, parseVersion } from "../value/version.ts";
import { kindNames, type KindName } from "../model/kind-name.ts";
import since2_11 from "./data/since-2.11.1.json" with { type: "json" };
import since2_19 from "./data/since-2.19.4.json" with { type: "json" };
import since3_4 from "./data/since-3.4.0.json" with { type: "json" };
import since3_8 from "./data/since-3.8.0.json" with { type: "json" };
import type { JsonObject } from "../model/value.ts";

type Named = { [name: string]: JsonObject | null };
type Layer = { readonly notice: string } & { [Part in "stored" | "static"]?: { [Kind in KindName]?: Named } };

/** The content of a fresh node: documents in its index, and entities built into the plugin. */
export interface Defaults {
  readonly stored: Readonly<Record<KindName, JsonObject>>;
  readonly static: Readonly<Record<KindName, JsonObject>>;
}

/**
 * Each layer holds the changes since the one before it; null removes an entity. They come from nodes of these
 * versions, for 3.8.0 only the facts that docs/server.md names. The password of each user is the user's name,
 * with the cheapest hash.
 */
const layers: readonly (readonly [string, Layer])[] = [
  ["0.0.0", since2_11],
  ["2.19.4", since2_19],
  ["3.4.0", since3_4],
  ["3.8.0", since3_8],
];

/**
 * Loads the content that the plugin ships, as known for the version. An unknown version gets that of the
 * latest known one before it.
 */
export function loadDefaults(version: string): Defaults {
  const applied = layers.filter(([since]) => isSince(parseVersion(version), since));
  const merged = (part: "stored" | "static", kind: KindName): JsonObject => {
    const all: Named = Object.assign({}, ...applied.map(([, layer]) => layer[part]?.[kind] ?? {}));
    return Object.fromEntries(Object.entries(all).filter(([, entity]) => entity !== null));
  };
  const ofEvery = (part: "stored" | "static"): Record<KindName, JsonObject> =>
    Object.fromEntries(kindNames.map((kind) => [kind, merged(part, kind)])) as Record<KindName, JsonObject>;
  return { stored: ofEvery("stored"), static: ofEvery("static") };
}
