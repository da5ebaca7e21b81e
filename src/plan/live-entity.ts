import type { KindName, LiveEntity, LiveKind } from "../model.ts";

/** The live entity of a kind and name, where the kind can be read. */
export function entityOf(
  live: ReadonlyMap<KindName, LiveKind>,
  { kind, name }: { readonly kind: KindName; readonly name: string },
): LiveEntity | undefined {
  const answer = live.get(kind);
  return answer?.readable ? answer.entities.get(name) : undefined;
}
