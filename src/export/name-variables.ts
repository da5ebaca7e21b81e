import { createHash } from "node:crypto";
import type { KindName } from "../model/kind-name.ts";

/** A secret that no file may hold: the variable that stands for it, and where it belongs. */
export interface Placeholder {
  readonly variable: string;
  readonly kind: KindName;
  readonly name: string;
  /** The field, with dots. */
  readonly field: string;
}

/** Where a secret stands. */
export type SecretPlace = Omit<Placeholder, "variable"> & {
  readonly path: readonly string[];
  readonly isHash: boolean;
};

/**
 * A variable for each secret, made of what it is for. Two that would be called the same carry a digest of their place,
 * and not a number: a number would hand one's secret to the other when a third appears.
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

function makePlainName({ kind, name, path, isHash }: SecretPlace): string {
  // Every path of `config` passes through these two.
  const parts =
    kind === "config"
      ? ["CONFIG", ...path.filter((part) => part !== "dynamic" && part !== "config")]
      : [kind, name, ...path];
  return ["OSAC", ...(isHash ? ["HASH", name] : parts)].map(toNamePart).join("_");
}

function toNamePart(text: string): string {
  return text.toUpperCase().replace(/[^A-Z0-9]+/g, "_");
}

/** Whether something of the name is left that can be recognized. */
function isFaithful({ name }: SecretPlace): boolean {
  return /^[\x20-\x7e]*[A-Za-z0-9][\x20-\x7e]*$/.test(name);
}

function shortDigest({ kind, name, path }: SecretPlace): string {
  return createHash("sha256")
    .update(JSON.stringify([kind, name, path]))
    .digest("hex")
    .slice(0, 8)
    .toUpperCase();
}
