import { createHash } from "node:crypto";
import { kinds } from "../kinds/index.ts";
import type { KindName } from "../model/kind-name.ts";

/** A secret that no file may hold: the variable for it, and its place. */
export interface Placeholder {
  readonly variable: string;
  readonly kind: KindName;
  readonly name: string;
  /** The field, with dots between its steps. */
  readonly field: string;
}

/** The place of a secret. */
export type SecretPlace = Omit<Placeholder, "variable"> & {
  readonly path: readonly string[];
  readonly isHash: boolean;
  /** A part of the name, for a secret that only some clusters have. */
  readonly scope?: string | undefined;
};

/**
 * Names a variable for each secret after its purpose. Two secrets with the same name get a digest of their
 * place, and not a number: with a third secret, a number could pass to another one.
 */
export function nameVariables(places: readonly SecretPlace[]): string[] {
  const counts = new Map<string, number>();
  for (const variable of places.map(makePlainName)) counts.set(variable, (counts.get(variable) ?? 0) + 1);
  return places.map((place) => {
    const variable = makePlainName(place);
    const isTelling = counts.get(variable) === 1 && isFaithful(place);
    return isTelling ? variable : `${variable}_${shortDigest(place)}`;
  });
}

function makePlainName({ kind, name, path, isHash, scope }: SecretPlace): string {
  // The name of a single entity says nothing, and neither do these two steps of its paths.
  const parts = kinds[kind].isSingle
    ? path.filter((part) => part !== "dynamic" && part !== "config")
    : [name, ...path];
  const [first, rest] = isHash ? ["HASH", [name]] : [kind, parts];
  return ["OSAC", first, scope, ...rest]
    .filter((part) => part !== undefined)
    .map(toNamePart)
    .join("_");
}

function toNamePart(text: string): string {
  return text.toUpperCase().replace(/[^A-Z0-9]+/g, "_");
}

/** Returns true if the variable keeps enough of the name to recognize it. */
function isFaithful({ name }: SecretPlace): boolean {
  return /^[\x20-\x7e]*[A-Za-z0-9][\x20-\x7e]*$/.test(name);
}

function shortDigest({ kind, name, path, scope }: SecretPlace): string {
  return createHash("sha256")
    .update(JSON.stringify([kind, name, path, scope].filter((part) => part !== undefined)))
    .digest("hex")
    .slice(0, 8)
    .toUpperCase();
}
