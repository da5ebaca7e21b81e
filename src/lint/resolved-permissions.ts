import type { Documents } from "../access/documents.ts";
import { resolvePermissions } from "../access/effective/roles.ts";
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
  const texts = listTexts(fields[field]);
  const { find, mayPermit } = resolveTexts(directory, texts);
  return {
    find: (action) => {
      const text = find(action);
      return text === undefined ? undefined : { pointer: `${pointer}/${field}/${texts.indexOf(text)}`, text };
    },
    mayPermit,
  };
}

/** A list of texts, without its place. */
interface ResolvedTexts {
  /** Returns the text that certainly permits an action. */
  readonly find: (action: string) => string | undefined;
  readonly mayPermit: (action: string) => boolean;
}

function resolveTexts(directory: Directory, texts: readonly string[]): ResolvedTexts {
  return getResolver(directory)(JSON.stringify(texts));
}

/** Many roles have the same list, so osac resolves each list once. */
const getResolver = memoize((directory: Directory) => {
  const documents = readGroups(directory);
  return memoizeTexts((list) => compileTexts(documents, JSON.parse(list) as string[]));
});

function compileTexts(documents: Documents, texts: string[]): ResolvedTexts {
  const list = resolvePermissions(documents, { allowed_actions: texts }, "allowed_actions");
  const permissions = list.map(({ pattern, text }) => ({
    pattern,
    text,
    test: readPattern(pattern),
  }));
  const isOpen = permissions.some(({ pattern }) => isUnknownGroup(pattern, documents));
  return {
    find: memoizeTexts((action) => permissions.find(({ test }) => test(action) === "yes")?.text),
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
