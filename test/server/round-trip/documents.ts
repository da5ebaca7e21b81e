import { expect } from "vitest";
import { kindNames } from "../../../src/model/kind-name.ts";
import type { Json } from "../../../src/model/value.ts";
import type { Caller } from "../contract/caller.ts";

/** The stored documents of a cluster, as its index holds them. */
export type Documents = ReadonlyMap<string, Json>;

const path = (kind: string): string => `/.opendistro_security/_doc/${kind}`;

/** Takes the documents out, raw. */
export async function takeDocuments(certificate: Caller): Promise<Documents> {
  const documents = new Map<string, Json>();
  for (const kind of kindNames) {
    const { body } = await certificate.get(path(kind));
    const { _source: source } = body as { _source: Json };
    documents.set(kind, source);
  }
  return documents;
}

/** Puts the documents back behind the back of the Security API, and has the node load them. */
export async function putDocuments(certificate: Caller, documents: Documents): Promise<void> {
  for (const [kind, document] of documents) {
    const { status } = await certificate.put(`${path(kind)}?refresh=true`, document);
    expect(status).toBe(200);
  }
  const types = [...documents.keys()].join(",");
  const update = await certificate.put(`/_plugins/_security/configupdate?config_types=${types}`);
  expect(update.body).toMatchObject({ configupdate_response: { has_failures: false } });
}
