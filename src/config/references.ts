import { kinds } from "../kinds/index.ts";
import type { Declared, KindName } from "../model.ts";
import type { Remark } from "./lint/remark.ts";
import { nearest } from "./nearest.ts";
import { shown, spoken } from "./pointer.ts";

/** The names that exist, by kind. A kind that is absent is not known, and nothing is said about it. */
export type KnownNames = ReadonlyMap<KindName, ReadonlySet<string>>;

/**
 * What REST makes of a name that does not exist: a mapping is refused, a user since 2.12, an action group is not looked
 * up.
 */
const consequences: Readonly<Partial<Record<KindName, { what: string; refusedByServer?: true }>>> = {
  roles: { what: "role", refusedByServer: true },
  actiongroups: { what: "action group" },
  tenants: { what: "tenant" },
};

/** Among more names than these a guess takes too long, when many are wrong. */
const guessedFrom = 1000;

/**
 * The references of an entity to names that do not exist. Pure: offline the known names are those of the files and of
 * the server's own content, in a plan also those of the cluster.
 */
export function danglingReferences(entity: Declared, known: KnownNames): Remark[] {
  return kinds[entity.kind].references(entity.name, entity.body).flatMap(({ kind, name, pointer }) => {
    const names = known.get(kind);
    if (names === undefined || names.has(name)) return [];
    const { what, ...refused } = consequences[kind] ?? { what: kind };
    const guess = names.size > guessedFrom ? undefined : nearest(name, names);
    const where = pointer === "" ? "this mapping" : spoken(pointer);
    return {
      code: `unknown-${what.replace(" ", "-")}`,
      severity: "warning" as const,
      pointer,
      message: `${where} names the ${what} ${shown(name)}, which is not declared and not built in`,
      hint: guess === undefined ? `declare the ${what}, or remove the name` : `did you mean "${guess}"?`,
      ...refused,
      ...(entity.kind === "internalusers" ? { since: "2.12" } : {}),
    };
  });
}
