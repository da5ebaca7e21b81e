import type { Documents } from "../access/documents.ts";
import { resolvePermissions, type Permission } from "../access/effective/roles.ts";
import { withStatics } from "../access/effective/statics.ts";
import { readPattern } from "../access/match-pattern.ts";
import type { Declared, Directory } from "../model/entity.ts";
import type { Body } from "../model/value.ts";
import { parseVersion } from "../value/version.ts";

/** A list of permissions with its action groups resolved. */
export interface Resolved {
  /** Finds the entry of the list that certainly permits an action. */
  readonly find: (action: string) => { readonly pointer: string; readonly text: string } | undefined;
  /** True unless the list certainly does not permit the action: it may contain groups that no file declares. */
  readonly mayPermit: (action: string) => boolean;
}

/** Resolves the groups of a list, with the declared and the static ones. */
export function resolveList(
  directory: Directory,
  fields: Body,
  field: "cluster_permissions" | "allowed_actions",
  pointer: string,
): Resolved {
  const documents = getGroups(directory);
  const permissions = resolvePermissions(documents, "", fields, field, pointer).map((one) => ({
    ...one,
    test: readPattern(one.pattern),
  }));
  const isOpen = permissions.some(({ pattern }) => isUnknownGroup(pattern, documents));
  return {
    find: (action) => {
      const found = permissions.find(({ test }) => test(action) === "yes");
      return found && toEntry(found);
    },
    mayPermit: (action) => isOpen || permissions.some(({ test }) => test(action) !== "no"),
  };
}

function toEntry({ chain }: Permission): { pointer: string; text: string } {
  const { pointer, value } = chain[0]!;
  return { pointer, text: value };
}

/** The names of actions have a colon, and patterns a wildcard or slashes. */
function isUnknownGroup(text: string, documents: Documents): boolean {
  return /^[^:*?/]+$/.test(text) && !documents.get("actiongroups")!.has(text);
}

const known = new WeakMap<Directory, Documents>();

/** The static groups are the same in all supported versions. */
function getGroups(directory: Directory): Documents {
  const found = known.get(directory);
  if (found) return found;
  const declared = directory.kinds.get("actiongroups") ?? new Map<string, Declared>();
  const groups = new Map([...declared].map(([name, { body }]) => [name, body]));
  const documents = withStatics(new Map([["actiongroups", groups]]), parseVersion("3.4.0"));
  known.set(directory, documents);
  return documents;
}
