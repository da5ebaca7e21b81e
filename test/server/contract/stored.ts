import type { Caller } from "./caller.ts";

/** The text of a document as the server's index holds it, which the admin certificate alone may read. */
export async function storedDocument(certificate: Caller, id: string): Promise<string> {
  const { body } = await certificate.get(`/.opendistro_security/_doc/${id}`);
  const { _source: source } = body as { _source: Record<string, string> };
  return Buffer.from(source[id] ?? "", "base64").toString("utf8");
}
