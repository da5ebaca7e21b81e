import type { Step, Suspect } from "../model/change.ts";
import type { Finding } from "../model/finding.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Body, Value } from "../model/value.ts";
import { somePart } from "../value/walk.ts";

/** Findings about entities that a server is known to be unable to load. */
type Known = (documents: ReadonlyMap<KindName, { readonly [name: string]: Body }>) => readonly Finding[];

/**
 * Finds the entities of a request that a server may be unable to load: those that it is known not to load,
 * else those with patterns or queries that it has to compile.
 */
export function findSuspects({ kind, changes }: Step, known: Known): Suspect[] {
  const written = changes.flatMap((change) =>
    change.action === "delete" ? [] : [{ change, body: change.after }],
  );
  const bodies = Object.fromEntries(written.map(({ change, body }) => [change.name, body]));
  const why = new Map(known(new Map([[kind, bodies]])).map(({ name, message }) => [name, message]));
  if (why.size > 0)
    return changes.flatMap((change) => {
      const reason = why.get(change.name);
      return reason === undefined ? [] : [{ change, isKnown: true, why: reason }];
    });
  return written
    .filter(({ body }) => hasPattern(body))
    .map(({ change }) => ({ change, isKnown: false, why: "it has a regular expression" }));
}

function hasPattern(value: Value): boolean {
  return somePart(value, (part) => typeof part === "string" && /^\/.+\/$/s.test(part));
}
