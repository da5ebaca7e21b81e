import { kindNames, type KindName } from "../model/kind-name.ts";
import type { Json, JsonObject } from "../model/value.ts";
import { Refusal, exception, json, text, type Answer } from "./answers.ts";
import { describeUser, type Caller } from "./authenticate.ts";
import { isObject } from "./documents.ts";
import type { SimulatedNode } from "./node.ts";
import { nodeId, primaryTerm } from "./store.ts";

/** The index with one document for each kind. */
export const securityIndex = ".opendistro_security";

/**
 * `GET /.opendistro_security/_doc/<kind>`. Without the admin certificate the answer is that the document does
 * not exist.
 */
export function getDocument(node: SimulatedNode, caller: Caller, id: string): Answer {
  const found = describe(node, caller, id);
  return json(found, found["found"] === true ? 200 : 404);
}

/** `GET /.opendistro_security/_mget`. The body, or the parameter `source`, names the documents. */
export function getDocuments(
  node: SimulatedNode,
  caller: Caller,
  query: URLSearchParams,
  body: string,
): Answer {
  const asked = JSON.parse(query.get("source") ?? body) as {
    ids?: string[];
    docs?: { readonly ["_id"]: string }[];
  };
  const ids = asked.ids ?? asked.docs?.map(({ ["_id"]: id }) => id) ?? [];
  return json({ docs: ids.map((id) => describe(node, caller, id)) });
}

/**
 * `PUT /.opendistro_security/_doc/<kind>`. The server does not check the content, and refuses the write if
 * another client wrote meanwhile.
 */
export async function putDocument(
  node: SimulatedNode,
  caller: Caller,
  id: string,
  query: URLSearchParams,
  body: string,
): Promise<Answer> {
  if (!caller.isCertificate) {
    throw new Refusal(
      exception(403, "security_exception", `no permissions for [] and ${describeUser(caller)}`),
    );
  }
  const kind = findKind(id);
  const source = JSON.parse(body) as JsonObject;
  const encoded = source[id];
  if (!kind || typeof encoded !== "string")
    throw new Refusal(exception(400, "mapper_parsing_exception", "failed to parse"));
  const current = node.store.document(kind);
  const wanted = query.get("if_seq_no");
  if (current && wanted !== null && Number(wanted) !== current.seqNo) {
    const reason =
      `[${id}]: version conflict, required seqNo [${wanted}], primary term [${query.get("if_primary_term")}]. ` +
      `current document has seqNo [${current.seqNo}] and primary term [${primaryTerm}]`;
    throw new Refusal(exception(409, "version_conflict_engine_exception", reason));
  }
  await node.store.put(kind, JSON.parse(Buffer.from(encoded, "base64").toString()) as JsonObject);
  const { seqNo, version } = node.store.document(kind)!;
  return json({
    _index: securityIndex,
    _id: id,
    _version: version,
    result: current ? "updated" : "created",
    forced_refresh: query.get("refresh") === "true",
    _shards: { total: 1, successful: 1, failed: 0 },
    _seq_no: seqNo,
    _primary_term: primaryTerm,
  });
}

/** `PUT /_plugins/_security/configupdate`: the node loads the stored documents. */
export function configUpdate(node: SimulatedNode, caller: Caller, query: URLSearchParams): Answer {
  if (!caller.isCertificate) return text(403, "");
  const isLoaded = node.store.reload();
  const types = (query.get("config_types") ?? kindNames.join(",")).split(",");
  const updated: Json = {
    [nodeId]: { updated_config_types: types, updated_config_size: types.length, message: null },
  };
  return json({
    _nodes: {
      total: 1,
      successful: isLoaded ? 1 : 0,
      failed: isLoaded ? 0 : 1,
      ...(isLoaded ? {} : { failures: [failedNode(node.store.failure)] }),
    },
    cluster_name: node.settings.clusterName,
    configupdate_response: {
      nodes: isLoaded ? updated : {},
      node_size: isLoaded ? 1 : 0,
      has_failures: !isLoaded,
      failures_size: isLoaded ? 0 : 1,
    },
  });
}

function failedNode(reason: string): Json {
  const said = { type: "failed_node_exception", reason: `Failed node [${nodeId}]`, node_id: nodeId };
  return { ...said, caused_by: { type: "exception", reason } };
}

function describe(node: SimulatedNode, caller: Caller, id: string): JsonObject {
  const kind = findKind(id);
  const stored = kind && caller.isCertificate ? node.store.document(kind) : undefined;
  if (!stored) return { _index: securityIndex, _id: id, found: false };
  return {
    _index: securityIndex,
    _id: id,
    _version: stored.version,
    _seq_no: stored.seqNo,
    _primary_term: primaryTerm,
    found: true,
    _source: {
      [id]: Buffer.from(JSON.stringify(isObject(stored.body) ? stored.body : {})).toString("base64"),
    },
  };
}

function findKind(id: string): KindName | undefined {
  return kindNames.find((kind) => kind === id);
}
