import type { NameClass } from "./name-classes.ts";

/** Patterns as the files have them, and the classes of names that each of them matches. */
export interface ClassedPatterns {
  readonly shown: readonly string[];
  readonly classes: readonly NameClass[];
  /** The patterns that are new, removed, or give other permissions now. */
  readonly changed: ReadonlySet<number>;
}

/** A changed pattern and the classes of names that it matches. */
interface Matched {
  readonly pattern: number;
  readonly classes: readonly NameClass[];
}

/** Formats classes of names as patterns: whole patterns first, then those with exceptions. */
export type FormatNames = (wanted: ReadonlySet<NameClass>) => string;

/** Returns a function that formats classes of names. It looks once for what each pattern matches. */
export function createNameFormatter(all: ClassedPatterns): FormatNames {
  const matched = new Map([...all.changed].map((pattern) => [pattern, [] as NameClass[]]));
  for (const one of all.classes) for (const pattern of one.accepted) matched.get(pattern)?.push(one);
  const members = [...matched]
    .map(([pattern, classes]): Matched => ({ pattern, classes }))
    .toSorted((a, b) => b.classes.length - a.classes.length);
  return (wanted) => formatNameSet(all, members, wanted);
}

function formatNameSet(
  all: ClassedPatterns,
  members: readonly Matched[],
  wanted: ReadonlySet<NameClass>,
): string {
  const [open, texts] = [new Set(wanted), [] as string[]];
  const whole = new Set(members.filter(({ classes }) => classes.every((one) => wanted.has(one))));
  const ordered = [...whole, ...members.filter((one) => !whole.has(one))];
  for (const { pattern, classes } of ordered) {
    if (!classes.some((one) => open.has(one))) continue;
    for (const one of classes) open.delete(one);
    texts.push(all.shown[pattern]! + formatExceptions(all, wanted, classes));
  }
  return texts.join(", ");
}

/** Formats the names of a pattern that are not in the set. */
function formatExceptions(
  { shown }: ClassedPatterns,
  wanted: ReadonlySet<NameClass>,
  matched: readonly NameClass[],
): string {
  const excepted = new Set(matched.filter((one) => !wanted.has(one)));
  if (excepted.size === 0) return "";
  const meant = listAccepted(matched.filter((one) => wanted.has(one)));
  const usable = [...listAccepted([...excepted])].filter((pattern) => !meant.has(pattern));
  const texts: string[] = [];
  for (const pattern of usable.toSorted((a, b) => a - b)) {
    const covered = [...excepted].filter(({ accepted }) => accepted.includes(pattern));
    for (const one of covered) excepted.delete(one);
    if (covered.length > 0) texts.push(shown[pattern]!);
  }
  if (excepted.size > 0) texts.push("others");
  return ` except ${texts.join(", ")}`;
}

/** The patterns that match names of some classes. */
function listAccepted(classes: readonly NameClass[]): ReadonlySet<number> {
  return new Set(classes.flatMap(({ accepted }) => accepted));
}
