import type { LiveEntity, LiveState } from "../model/entity.ts";
import type { KindName } from "../model/kind-name.ts";

/** Finds a live entity by kind and name. Undefined if it does not exist or the kind cannot be read. */
export function findLiveEntity(
  live: LiveState,
  { kind, name }: { readonly kind: KindName; readonly name: string },
): LiveEntity | undefined {
  const answer = live.get(kind);
  return answer?.readable ? answer.entities.get(name) : undefined;
}
