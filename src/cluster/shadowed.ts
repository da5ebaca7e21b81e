import { isFields } from "../kinds/canonical.ts";
import { compareVersions, parseVersion } from "../kinds/version.ts";
import type { ClusterInfo, Finding, KindName, Reader } from "../model.ts";
import { storedDocument } from "./fetch.ts";
import type { Documents } from "./status.ts";

/** From then on a server passes over what is stored under the name of a static entity. */
const harmlessSince = "3.0";

/**
 * Stored entities with the name of a static one, which an older server cannot load. Only the admin certificate can
 * write one, and only it can see one: reading by REST shows the static entity in its place.
 */
export async function shadowedStatics(
  reader: Reader,
  { adminDn, version }: ClusterInfo,
  documents: Documents,
): Promise<Finding[]> {
  if (adminDn === undefined || compareVersions(version, parseVersion(harmlessSince)) >= 0) return [];
  const found = await Promise.all(
    [...documents].map(async ([kind, entities]) => {
      const statics = Object.entries(entities).flatMap(([name, entity]) =>
        isFields(entity) && entity["static"] === true ? [name] : [],
      );
      if (statics.length === 0) return [];
      const stored = await storedDocument(reader, kind);
      return statics.filter((name) => Object.hasOwn(stored, name)).map((name) => shadowed(kind, name));
    }),
  );
  return found.flat();
}

function shadowed(kind: KindName, name: string): Finding {
  return {
    code: "stored-static",
    severity: "error",
    message: "an entity is stored under the name of a static one; the cluster cannot load this",
    hint: `have the admin certificate send DELETE /_plugins/_security/api/${kind}/${encodeURIComponent(name)}, which leaves the static one; do that before any node is restarted: nobody could log in afterwards`,
    kind,
    name,
  };
}
