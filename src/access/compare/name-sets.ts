import type { NameClass } from "./name-classes.ts";

/** Patterns as the files have them, and the classes of names that each of them matches. */
export interface ClassedPatterns {
  readonly shown: readonly string[];
  readonly classes: readonly NameClass[];
  /** The patterns that are new, removed, or give other permissions now. */
  readonly changed: ReadonlySet<number>;
}

/** Formats classes of names as patterns: whole patterns first, then those with exceptions. */
export function formatNameSet(all: ClassedPatterns, wanted: ReadonlySet<NameClass>): string {
  const members = [...all.changed]
    .map((pattern) => ({
      pattern,
      matched: all.classes.filter(({ accepted }) => accepted.includes(pattern)),
    }))
    .toSorted((a, b) => b.matched.length - a.matched.length);
  const [open, texts] = [new Set(wanted), [] as string[]];
  const isWhole = (matched: readonly NameClass[]): boolean => matched.every((one) => wanted.has(one));
  const ordered = [
    ...members.filter((one) => isWhole(one.matched)),
    ...members.filter((one) => !isWhole(one.matched)),
  ];
  for (const { pattern, matched } of ordered) {
    if (!matched.some((one) => open.has(one))) continue;
    for (const one of matched) open.delete(one);
    texts.push(all.shown[pattern]! + formatExceptions(all, wanted, matched));
  }
  return texts.join(", ");
}

/** Formats the names of a pattern that are not in the set. */
function formatExceptions(
  { shown }: ClassedPatterns,
  wanted: ReadonlySet<NameClass>,
  matched: readonly NameClass[],
): string {
  const [meant, excepted] = [
    matched.filter((one) => wanted.has(one)),
    new Set(matched.filter((one) => !wanted.has(one))),
  ];
  if (excepted.size === 0) return "";
  const usable = [...shown.keys()].filter((pattern) =>
    meant.every(({ accepted }) => !accepted.includes(pattern)),
  );
  const texts: string[] = [];
  for (const pattern of usable) {
    const covered = [...excepted].filter(({ accepted }) => accepted.includes(pattern));
    for (const one of covered) excepted.delete(one);
    if (covered.length > 0) texts.push(shown[pattern]!);
  }
  if (excepted.size > 0) texts.push("others");
  return ` except ${texts.join(", ")}`;
}
