import type { Access } from "../effective/access.ts";
import { coveringNames } from "../effective/facts.ts";
import { isExpression, readPattern } from "../match-pattern.ts";
import { isWideExpression } from "./samples.ts";

/** How far a pattern of index names reaches. */
export interface Reach {
  /** True if it matches every name, or nearly. */
  readonly isUniversal: boolean;
  /** The places of the strangers that it may match. */
  readonly strangers: readonly number[];
  /** True if it may match the security index, but not every name. */
  readonly isSecurity: boolean;
}

/**
 * Names without anything in common. A pattern that matches most of them is one for nearly every name, even if
 * it leaves out some on purpose.
 */
export const strangers: readonly string[] = [
  "a",
  "logs-2026.01.01",
  "10.11.12.13",
  "orders",
  "7-metrics",
  "customers_eu",
  "zeppelin",
  "\u{e000}\u{e001}\u{e002}\u{e003}",
];

const securityIndices = [".opendistro_security", ".opensearch-security"];

/** Finds how far a pattern reaches, given as a glob and as it is shown. */
export type FindReach = (glob: string, shown: string) => Reach;

/** Returns a function that finds how far a pattern reaches. It tries each pattern once. */
export function rememberReach({ names, settings }: Access): FindReach {
  // A pattern for an alias covers its members.
  const security = [...securityIndices, settings.config_index_name].flatMap((name) =>
    names === undefined ? name : coveringNames(names, name),
  );
  const known = new Map<string, Reach>();
  return (glob, shown) => {
    const key = `${glob} ${shown}`;
    const found = known.get(key) ?? readReach(glob, shown, security);
    known.set(key, found);
    return found;
  };
}

function readReach(glob: string, shown: string, security: readonly string[]): Reach {
  const pattern = isExpression(shown) ? shown : glob;
  const texts = [...new Set([glob, shown])];
  const mayMatch = readLoosely(pattern);
  return {
    isUniversal: isUniversal(pattern),
    strangers: [...strangers.keys()].filter((place) => mayMatch(strangers[place]!)),
    isSecurity: !texts.some(isUniversal) && texts.some((text) => security.some(readLoosely(text))),
  };
}

/** True if a pattern matches every name, or nearly. An expression that osac cannot read may. */
export function isUniversal(pattern: string): boolean {
  if (/^[*?]+$/.test(pattern)) return true;
  if (!isExpression(pattern)) return false;
  const matched = strangers.filter(readLoosely(pattern));
  return matched.length > strangers.length / 2 || isWideExpression(pattern);
}

/** Returns a function that is true for names that a pattern matches, or may match. */
function readLoosely(pattern: string): (name: string) => boolean {
  const test = readPattern(pattern);
  return (name) => test(name) !== "no";
}
