import { makeFinding } from "../../errors.ts";
import { isRecord } from "../../value/record.ts";
import { isSince } from "../../value/version.ts";
import type { ClusterInfo, Reader } from "../../model/cluster.ts";
import type { Finding } from "../../model/finding.ts";
import type { KindName } from "../../model/kind-name.ts";
import type { JsonObject } from "../../model/value.ts";
import type { Documents } from "./status.ts";
import { readStoredDocuments } from "../stored-documents.ts";

/** From this version on the server ignores a stored entity with the name of a static one. */
const harmlessSince = "3.0";

/**
 * Stored entities with the name of a static one, which an older server cannot load. Only the admin
 * certificate can write or see such an entity: the REST API shows the static entity in its place.
 */
export async function shadowedStaticFindings(
  reader: Reader,
  { adminDn, version }: ClusterInfo,
  documents: Documents,
): Promise<Finding[]> {
  if (adminDn === undefined || isSince(version, harmlessSince)) return [];
  const statics = new Map([...documents].map(([kind, entities]) => [kind, staticNames(entities)]));
  const stored = await readStoredDocuments(
    reader,
    [...statics].flatMap(([kind, names]) => (names.length > 0 ? [kind] : [])),
  );
  return [...stored].flatMap(([kind, document]) =>
    statics
      .get(kind)!
      .filter((name) => Object.hasOwn(document, name))
      .map((name) => shadowedFinding(kind, name)),
  );
}

function staticNames(entities: JsonObject): string[] {
  return Object.entries(entities).flatMap(([name, entity]) =>
    isRecord(entity) && entity["static"] === true ? [name] : [],
  );
}

function shadowedFinding(kind: KindName, name: string): Finding {
  return makeFinding("stored-static", {
    message: "an entity is stored under the name of a static one; the cluster cannot load this",
    hint: `have the admin certificate send DELETE /_plugins/_security/api/${kind}/${encodeURIComponent(name)}, which leaves the static one; do that before any node is restarted: nobody could log in afterwards`,
    kind,
    name,
  });
}
