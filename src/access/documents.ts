import type { Change } from "../model/change.ts";
import type { LiveState } from "../model/entity.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Body, Value } from "../model/value.ts";

/**
 * The entities of a cluster by kind and name, in canonical form. A kind that osac could not read is absent.
 */
export type Documents = ReadonlyMap<KindName, ReadonlyMap<string, Body>>;

/** The documents before and after some changes. */
export interface Transition {
  readonly before: Documents;
  readonly after: Documents;
  readonly changes: readonly Change[];
}

/** A text of a document, and its form in reports. */
export interface ShownText {
  readonly value: string;
  readonly shown: string;
}

/** Returns the documents that osac could read. */
export function toDocuments(live: LiveState): Documents {
  return new Map(
    [...live].flatMap(([kind, answer]) =>
      answer.readable
        ? [[kind, new Map([...answer.entities].map(([name, { body }]) => [name, body]))] as const]
        : [],
    ),
  );
}

/**
 * Makes the documents before and after the changes. A value that a change sends counts as different even if
 * it may be the same.
 */
export function makeTransition(documents: Documents, changes: readonly Change[]): Transition {
  const [before, after] = [copyDocuments(documents), copyDocuments(documents)];
  for (const change of changes) {
    if (change.action !== "create") before.get(change.kind)?.set(change.name, change.before);
    if (change.action === "delete") after.get(change.kind)?.delete(change.name);
    else after.get(change.kind)?.set(change.name, change.after);
  }
  return { before, after, changes };
}

function copyDocuments(documents: Documents): Map<KindName, Map<string, Body>> {
  return new Map([...documents].map(([kind, entities]) => [kind, new Map(entities)]));
}

/** Lists the texts of a list, without other items such as placeholders without a value. */
export function readTexts(body: Body | undefined, field: string): ShownText[] {
  const list = body?.[field];
  return Array.isArray(list) ? list.flatMap((item) => toShownText(item) ?? []) : [];
}

/** Returns a value as text. No field that decides about access is a secret. */
export function toShownText(value: Value | undefined): ShownText | undefined {
  return typeof value === "string" ? { value, shown: value } : undefined;
}
