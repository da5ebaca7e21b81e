import { kindNames } from "../../../src/model/kind-name.ts";
import type { Json } from "../../../src/model/value.ts";
import { type Caller, securityPath } from "../contract/caller.ts";

/** The stored documents of a cluster, as its index holds them. */
export type Documents = ReadonlyMap<string, Json>;

/** The entities of a document by their names, and `_meta`. */
export type Entities = Readonly<Record<string, unknown>>;

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
    if (status !== 200) throw new Error(`the document ${kind} was not stored: ${status}`);
  }
  const types = [...documents.keys()].join(",");
  const { body } = await certificate.put(`${securityPath}/configupdate?config_types=${types}`);
  const { configupdate_response: answer } = body as { configupdate_response?: { has_failures: boolean } };
  if (answer?.has_failures !== false)
    throw new Error(`the node could not load its documents: ${JSON.stringify(body)}`);
}

/** Puts entities into documents, beside what is there. */
export function withEntities(documents: Documents, added: Readonly<Record<string, Entities>>): Documents {
  const changed = Object.entries(added).map(([kind, entities]) => {
    return [kind, makeDocument(kind, { ...readContent(documents, kind), ...entities })] as const;
  });
  return new Map([...documents, ...changed]);
}

/** A document with these entities and `_meta`, in the form of the index. */
export function makeDocument(kind: string, content: Entities): Json {
  return { [kind]: Buffer.from(JSON.stringify(content)).toString("base64") };
}

function readContent(documents: Documents, kind: string): Entities {
  const source = documents.get(kind) as Record<string, string>;
  return JSON.parse(Buffer.from(source[kind]!, "base64").toString("utf8")) as Entities;
}
