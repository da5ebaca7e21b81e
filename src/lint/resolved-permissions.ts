import type { Documents } from "../access/documents.ts";
import { resolvePermissions, type Permission } from "../access/effective/roles.ts";
import { withStatics } from "../access/effective/statics.ts";
import { readPattern } from "../access/match-pattern.ts";
import type { Declared, Directory } from "../model/entity.ts";
import type { Body } from "../model/value.ts";
import { memoize, memoizeTexts } from "../value/memoize.ts";
import { listTexts } from "../value/texts.ts";
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
  const { documents, compile } = getCompiler(directory);
  const texts = listTexts(fields[field]);
  const { find, mayPermit } = compile(resolvePermissions(documents, { [field]: texts }, field));
  return {
    find: (action) => {
      const found = find(action);
      return found && { pointer: `${pointer}/${field}/${found.entry}`, text: found.text };
    },
    mayPermit,
  };
}

/** Many roles have the same list, so osac compiles each list once. */
const getCompiler = memoize((directory: Directory) => {
  const documents = readGroups(directory);
  return { documents, compile: memoize((list: readonly Permission[]) => compileList(documents, list)) };
});

function compileList(documents: Documents, list: readonly Permission[]) {
  const permissions = list.map((permission) => ({ permission, test: readPattern(permission.pattern) }));
  const isOpen = list.some(({ pattern }) => isUnknownGroup(pattern, documents));
  return {
    find: memoizeTexts((action) => permissions.find(({ test }) => test(action) === "yes")?.permission),
    mayPermit: memoizeTexts((action) => isOpen || permissions.some(({ test }) => test(action) !== "no")),
  };
}

/** The names of actions have a colon, and patterns a wildcard or slashes. */
function isUnknownGroup(text: string, documents: Documents): boolean {
  return /^[^:*?/]+$/.test(text) && !documents.get("actiongroups")!.has(text);
}

/** The static groups are the same in all supported versions. */
function readGroups({ kinds }: Directory): Documents {
  const declared = kinds.get("actiongroups") ?? new Map<string, Declared>();
  const groups = new Map([...declared].map(([name, { body }]) => [name, body]));
  return withStatics(new Map([["actiongroups", groups]]), parseVersion("3.4.0"));
}
