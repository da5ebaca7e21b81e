import { isRecord } from "../value/record.ts";
import type { Kind } from "../kinds/kind.ts";
import type { JsonObject } from "../model/value.ts";
import { escapePointer } from "../value/path.ts";

/** A file in a format that the plugin no longer reads, and the first place that shows it. */
export interface OldFormat {
  readonly pointer: string;
  readonly message: string;
  readonly hint: string;
}

const hint =
  "migrate the file to version 2 with securityadmin.sh -migrate of a 2.x server; see the migration notes of OpenSearch Security";

const oldRoots = ["opendistro_security", "searchguard"];

/**
 * Recognizes files of version 1 (Open Distro 0.x, Elasticsearch 6) and of Search Guard. They have no `_meta`,
 * or one of version 1.
 */
export function findOldFormat(kind: Kind, fields: JsonObject): OldFormat | undefined {
  const { _meta: meta } = fields;
  if (meta === undefined && fields["_sg_meta"] !== undefined)
    return makeOldFormat("/_sg_meta", "this is a Search Guard file");
  if (isRecord(meta) && meta["config_version"] === 1)
    return makeOldFormat("/_meta/config_version", "this is a file of version 1");
  if (meta !== undefined) return undefined;
  const root = oldRoots.find((name) => Object.hasOwn(fields, name));
  if (root !== undefined) return makeOldFormat(`/${root}`, `"${root}" is the root of a file of version 1`);
  return findOldEntity(kind, fields);
}

function findOldEntity(kind: Kind, fields: JsonObject): OldFormat | undefined {
  for (const [name, entity] of Object.entries(fields)) {
    const pointer = `/${escapePointer(name)}`;
    if (kind.versionOne?.allowsLists && Array.isArray(entity)) {
      return makeOldFormat(`${pointer}/0`, `a plain list as ${kind.label} belongs to version 1`);
    }
    const field = Object.keys(isRecord(entity) ? entity : {}).find((key) =>
      kind.versionOne?.fields.includes(key),
    );
    if (field !== undefined)
      return makeOldFormat(`${pointer}/${field}`, `the field "${field}" belongs to version 1`);
  }
  return undefined;
}

function makeOldFormat(pointer: string, reason: string): OldFormat {
  return { pointer, message: `${reason}, which the plugin no longer reads`, hint };
}
