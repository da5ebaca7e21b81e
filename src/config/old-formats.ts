import { isFields } from "../kinds/canonical.ts";
import type { Kind } from "../kinds/kind.ts";
import type { Json, KindName } from "../model.ts";
import { escapePointer } from "../kinds/pointer.ts";

/** A file in a format that the plugin no longer reads, and where that shows first. */
export interface OldFormat {
  readonly pointer: string;
  readonly message: string;
  readonly hint: string;
}

const hint =
  "bring it to version 2 with securityadmin.sh -migrate of a 2.x server, or see the migration notes of OpenSearch Security";

/** Fields that an entity had in version 1 and has no more. */
const oldFields: Readonly<Partial<Record<KindName, readonly string[]>>> = {
  roles: ["cluster", "indices", "readonly"],
  rolesmapping: ["backendroles", "andBackendroles", "readonly"],
  internalusers: ["roles", "readonly", "username", "password_hash"],
  actiongroups: ["permissions", "readonly"],
};

const oldRoots = ["opendistro_security", "searchguard"];

/** Recognizes version 1 (Open Distro 0.x, Elasticsearch 6) and Search Guard files, which have no `_meta`, or one of version 1. */
export function oldFormatOf(kind: Kind, fields: { readonly [key: string]: Json }): OldFormat | undefined {
  const { _meta: meta } = fields;
  if (meta === undefined && fields["_sg_meta"] !== undefined)
    return oldFormat("/_sg_meta", "this is a Search Guard file");
  if (isFields(meta) && meta["config_version"] === 1)
    return oldFormat("/_meta/config_version", "this is a file of version 1");
  if (meta !== undefined) return undefined;
  const root = oldRoots.find((name) => Object.hasOwn(fields, name));
  if (root !== undefined) return oldFormat(`/${root}`, `"${root}" is the root of a file of version 1`);
  return oldEntity(kind, fields);
}

function oldEntity(kind: Kind, fields: { readonly [key: string]: Json }): OldFormat | undefined {
  for (const [name, entity] of Object.entries(fields)) {
    const pointer = `/${escapePointer(name)}`;
    if (kind.name === "actiongroups" && Array.isArray(entity)) {
      return oldFormat(`${pointer}/0`, "an action group that is a plain list belongs to version 1");
    }
    const field = Object.keys(isFields(entity) ? entity : {}).find((key) =>
      oldFields[kind.name]?.includes(key),
    );
    if (field !== undefined)
      return oldFormat(`${pointer}/${field}`, `the field "${field}" belongs to version 1`);
  }
  return undefined;
}

function oldFormat(pointer: string, reason: string): OldFormat {
  return { pointer, message: `${reason}, which is no longer read`, hint };
}
