import type { Documents } from "../../../src/access/documents.ts";
import type { KindName } from "../../../src/model/kind-name.ts";
import type { Body } from "../../../src/model/value.ts";

/** The documents that a test names; the others have no entities. */
export type Given = Partial<Readonly<Record<KindName, Readonly<Record<string, Body>>>>>;

/** The documents of a cluster in which nobody made anything. */
export const empty: Given = {
  tenants: {},
  actiongroups: {},
  roles: {},
  rolesmapping: {},
  internalusers: {},
  config: { config: { dynamic: {} } },
};

export function toDocuments(given: Given): Documents {
  return new Map(
    Object.entries({ ...empty, ...given }).map(([kind, entities]) => [
      kind as KindName,
      new Map(Object.entries(entities)),
    ]),
  );
}
