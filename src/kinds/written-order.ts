import type { KindName } from "../model/kind-name.ts";
import { kinds } from "./index.ts";
import type { Kind } from "./kind.ts";

/**
 * Returns the kind with all lists in written order, so that a JSON pointer into a canonical body also finds
 * the place in the file.
 */
export function inWrittenOrder(name: KindName): Kind {
  const made = ordered.get(name) ?? withoutSets(kinds[name]);
  ordered.set(name, made);
  return made;
}

const ordered = new Map<KindName, Kind>();

function withoutSets(kind: Kind): Kind {
  const text = JSON.stringify(kind.schema, (key, value: unknown) => (key === "x-set" ? undefined : value));
  return { ...kind, schema: JSON.parse(text) as Kind["schema"] };
}
