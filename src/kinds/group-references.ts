import type { Value } from "../model/value.ts";
import type { Reference } from "./kind.ts";

/**
 * The action groups named in a list of permissions. Whatever has a `:`, `/` or `*` is an action or a
 * pattern of actions; the rest can only be a group.
 */
export function findGroupReferences(permissions: Value | undefined, pointer: string): Reference[] {
  if (!Array.isArray(permissions)) return [];
  return permissions.flatMap((name, index): Reference[] =>
    typeof name === "string" && !/[:/*]/.test(name)
      ? [{ kind: "actiongroups", name, pointer: `${pointer}/${index}` }]
      : [],
  );
}
