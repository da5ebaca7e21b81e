import type { Answer, Connection, Reader, SideAnswer } from "../../../src/model/cluster.ts";
import type { KindName } from "../../../src/model/kind-name.ts";
import type { Json } from "../../../src/model/value.ts";

/** An answer of JSON, or of a text that is none. */
export function answer(status: number, body?: Json, headers: Answer["headers"] = {}): Answer {
  const text = typeof body === "string" ? body : JSON.stringify(body ?? null);
  return { status, headers, text, body: typeof body === "string" ? undefined : body };
}

/** The connection of a user, to a server that listens nowhere. */
export const connection = {
  url: "https://cluster:9200",
  apiPrefix: "_plugins/_security",
  username: "ann",
  insecure: false,
  timeoutMs: 2000,
  proxy: { http: undefined, https: undefined, none: undefined },
} as unknown as Connection;

/** A reader with these answers by path, that notes what it was asked. */
export interface FakeReader extends Reader {
  readonly asked: string[];
}

/** Makes a reader: a path without an answer is refused with 404, a probe as if the caller may write. */
export function makeReader(
  answers: Readonly<Record<string, SideAnswer>>,
  probes: Partial<Record<KindName, Answer>> = {},
): FakeReader {
  const asked: string[] = [];
  const read = async (path: string): Promise<SideAnswer> => {
    asked.push(path);
    return answers[path.replace(/\?.*/, "")] ?? answer(404, {});
  };
  return {
    asked,
    read,
    readAside: read,
    probe: async (kind) => {
      asked.push(`probe ${kind}`);
      return probes[kind] ?? answer(400, { message: "Wrong request body" });
    },
    unanswered: new Map(),
    requests: {},
    close: async () => {},
  };
}

/** The path of a route of the plugin. */
export function plugin(route: string): string {
  return `/_plugins/_security/${route}`;
}

/** The answer of the index with the stored documents. */
export function stored(documents: Readonly<Record<string, Json>>): Record<string, Answer> {
  const docs = Object.entries(documents).map(([kind, document]) => ({
    _id: kind,
    _source: {
      [kind]: Buffer.from(typeof document === "string" ? document : JSON.stringify(document)).toString(
        "base64",
      ),
    },
  }));
  return { "/.opendistro_security/_mget": answer(200, { docs }) };
}
