import { kinds } from "../kinds/index.ts";
import type { LiveEntity, LiveKind, LiveState } from "../model/entity.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Body } from "../model/value.ts";
import { pickTrueFlags } from "../schema/canonical.ts";

/** Finds a live entity by kind and name. Undefined if it does not exist or the kind cannot be read. */
export function findLiveEntity(
  live: LiveState,
  { kind, name }: { readonly kind: KindName; readonly name: string },
): LiveEntity | undefined {
  return getEntities(live.get(kind)).get(name);
}

/** Returns the entities of a kind by name; none if the kind cannot be read. */
export function getEntities(live: LiveKind | undefined): ReadonlyMap<string, LiveEntity> {
  return live?.readable ? live.entities : new Map<string, LiveEntity>();
}

/** Returns the body of a live entity with its flags, for comparisons and backups. */
export function withFlags(kind: KindName, { raw, body }: LiveEntity): Body {
  return { ...pickTrueFlags(kinds[kind], raw), ...body };
}
