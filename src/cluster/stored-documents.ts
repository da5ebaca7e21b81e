import { failure } from "../errors.ts";
import { isRecord } from "../value/record.ts";
import type { Reader } from "../model/cluster.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Json, JsonObject } from "../model/value.ts";

/** The index of the stored documents. Only the admin certificate may read it. */
const securityIndex = ".opendistro_security";

/**
 * Reads the stored documents of some kinds, in one request: with the current hashes, and with the
 * placeholders that the nodes replace. Only the admin certificate sees them; for other callers the result is
 * empty.
 */
export async function readStoredDocuments(
  reader: Reader,
  kinds: readonly KindName[],
): Promise<ReadonlyMap<KindName, JsonObject>> {
  if (kinds.length === 0) return new Map();
  const source = encodeURIComponent(JSON.stringify({ ids: kinds }));
  const query = `source=${source}&source_content_type=application/json`;
  const { body } = await reader.read(`/${securityIndex}/_mget?${query}`);
  const found = isRecord(body) && Array.isArray(body["docs"]) ? body["docs"] : [];
  return new Map(
    kinds.flatMap((kind) => {
      const document = found.find((one) => isRecord(one) && one["_id"] === kind);
      const content = isRecord(document) ? decodeContent(kind, document["_source"]) : undefined;
      return content ? [[kind, content]] : [];
    }),
  );
}

/** JSON in Base64, below the name of the kind. */
function decodeContent(kind: KindName, source: Json | undefined): JsonObject | undefined {
  const encoded = isRecord(source) ? source[kind] : undefined;
  if (typeof encoded !== "string") return undefined;
  try {
    const content = JSON.parse(Buffer.from(encoded, "base64").toString("utf8")) as Json;
    return isRecord(content) ? content : undefined;
  } catch {
    // The original error would quote the document.
    throw failure("access", "read-failed", "the stored document is no JSON", { kind });
  }
}
