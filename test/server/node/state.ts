import { isDeepStrictEqual } from "node:util";
import type { Json } from "../../../src/model/value.ts";
import { openCaller } from "../contract/caller.ts";
import { type Documents, putDocuments, takeDocuments } from "./documents.ts";
import type { NodeFacts } from "./start.ts";

type Owner = ReturnType<typeof openCaller>;

/** Everything that tests change on a node, so that the next file can find it as the first one did. */
export interface State {
  readonly documents: Documents;
  readonly indices: readonly string[];
  /** What is compared, and not restored. */
  readonly others: Json;
}

/** Calls with the admin certificate. */
export async function asOwner<T>(
  { url, caCert, adminCert: cert, adminKey: key }: NodeFacts,
  act: (owner: Owner) => Promise<T>,
): Promise<T> {
  const owner = openCaller(url, { caCert, cert, key });
  try {
    return await act(owner);
  } finally {
    await owner.close();
  }
}

export async function readState(node: NodeFacts): Promise<State> {
  return asOwner(node, readStateAs);
}

const compared = ["/_cluster/settings", "/_index_template", "/_component_template", "/_template"];

async function readStateAs(owner: Owner): Promise<State> {
  const documents = await takeDocuments(owner);
  const indices = await listIndices(owner);
  const others: Json[] = [await countDocuments(owner)];
  for (const path of compared) others.push(await read(owner, path));
  return { documents, indices, others };
}

/**
 * Brings a node back to a state. It returns false if the node has another one all the same, or does not answer: nobody
 * must use that node again. A node that loads its documents also forgets which logins failed.
 */
export async function restoreState(node: NodeFacts, state: State): Promise<boolean> {
  try {
    return await asOwner(node, async (owner) => {
      await owner.delete("/_data_stream/*");
      await owner.delete("/_index_template/*");
      const made = (await listIndices(owner)).filter((name) => !state.indices.includes(name));
      if (made.length > 0) await owner.delete(`/${made.join()}`);
      await putDocuments(owner, state.documents);
      return isDeepStrictEqual(await readStateAs(owner), state);
    });
  } catch {
    return false;
  }
}

async function listIndices(owner: Owner): Promise<string[]> {
  const rows = await read(owner, "/_cat/indices?format=json&h=index&expand_wildcards=all");
  return (rows as { index: string }[]).map(({ index }) => index).toSorted();
}

/** A document of another kind than those that osac manages can only be one that a test made. */
async function countDocuments(owner: Owner): Promise<Json> {
  await owner.post("/.opendistro_security/_refresh");
  return read(owner, "/.opendistro_security/_count?filter_path=count");
}

async function read(owner: Owner, path: string): Promise<Json> {
  const { status, body } = await owner.get(path);
  if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
  return body;
}
