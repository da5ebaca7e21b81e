import type { Value } from "../model/value.ts";
import type { Reference } from "./kind.ts";

/**
 * Lists the references to action groups in a list of permissions. A text with `:`, `/` or `*` is an action or
 * a pattern of actions; all others can only be groups.
 */
export function findGroupReferences(permissions: Value | undefined, pointer: string): Reference[] {
  if (!Array.isArray(permissions)) return [];
  const references: Reference[] = [];
  for (const [index, name] of permissions.entries())
    if (typeof name === "string" && !/[:/*]/.test(name))
      references.push({ kind: "actiongroups", name, pointer: `${pointer}/${index}` });
  return references;
}
