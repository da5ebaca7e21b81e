import { findRestrictions, type Access, type Answer, type Caller } from "../effective/index.ts";
import { isRestricted, type Restrictions } from "../effective/restrictions.ts";

/** What a caller sees of an index that it may read, if that is not everything. */
export interface Sight {
  readonly name: string;
  readonly restrictions: Restrictions;
}

/** Finds the restrictions on the documents and fields of the indices that an answer permits to read. */
export function findSights(access: Access, caller: Caller, { decision }: Answer): Sight[] {
  const because = "because" in decision ? decision.because : [];
  const read = because.filter(({ action }) => action.startsWith("indices:data/read/"));
  const names = new Set(read.flatMap(({ name }) => (name === undefined || name === "*" ? [] : [name])));
  return [...names]
    .map((name) => ({ name, restrictions: findRestrictions(access, caller, name) }))
    .filter(({ restrictions }) => isRestricted(restrictions) !== false);
}
