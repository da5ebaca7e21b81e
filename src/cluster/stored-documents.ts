import { failure } from "../errors.ts";
import { isFields } from "../kinds/canonical.ts";
import type { Json, KindName, Reader } from "../model.ts";

type Fields = { [key: string]: Json };

/** The index of the stored documents; the admin certificate alone may look into it. */
const securityIndex = ".opendistro_security";

/**
 * The documents of some kinds as they are stored, in one request: with real hashes, and with the placeholders that the
 * nodes fill in. For anybody but the admin certificate there are none.
 */
export async function storedDocuments(
  reader: Reader,
  kinds: readonly KindName[],
): Promise<ReadonlyMap<KindName, Fields>> {
  if (kinds.length === 0) return new Map();
  const source = encodeURIComponent(JSON.stringify({ ids: kinds }));
  const query = `source=${source}&source_content_type=application/json`;
  const { body } = await reader.read(`/${securityIndex}/_mget?${query}`);
  const found = isFields(body) && Array.isArray(body["docs"]) ? body["docs"] : [];
  return new Map(
    kinds.flatMap((kind) => {
      const document = found.find((one) => isFields(one) && one["_id"] === kind);
      const content = isFields(document) ? contentOf(kind, document["_source"]) : undefined;
      return content ? [[kind, content]] : [];
    }),
  );
}

/** JSON in Base64, below the name of the kind. */
function contentOf(kind: KindName, source: Json | undefined): Fields | undefined {
  const encoded = isFields(source) ? source[kind] : undefined;
  if (typeof encoded !== "string") return undefined;
  try {
    const content = JSON.parse(Buffer.from(encoded, "base64").toString("utf8")) as Json;
    return isFields(content) ? content : undefined;
  } catch {
    // The error would quote the document.
    throw failure("access", "unreadable", "the stored document is no JSON", { kind });
  }
}
