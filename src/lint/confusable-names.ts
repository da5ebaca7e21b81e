import { makeFinding } from "../errors.ts";
import { writeCodePoint } from "../value/code-point.ts";
import { makeSkeletons, type Skeletons } from "./look-alikes.ts";
import type { Directory } from "../model/entity.ts";
import type { Finding } from "../model/finding.ts";
import type { KnownNames } from "./references.ts";

/**
 * Finds declared names that a reader mistakes for another name of their kind: a declared one, or a known one
 * such as a built-in name. Of two declared names the finding is about the later one.
 */
export function confusableNameFindings({ kinds }: Directory, known: KnownNames): Finding[] {
  return [...kinds].flatMap(([kind, entities]) => {
    const seen: Seen = { folded: new Map(), strokes: new Map() };
    const others = [...(known.get(kind) ?? [])].filter((name) => !entities.has(name));
    for (const name of others) findTwin(seen, name);
    return [...entities.values()].flatMap(({ name, at }): Finding[] => {
      const twin = findTwin(seen, name);
      if (twin === undefined) return [];
      const message = `the name looks like ${kind}/${twin}, but is a different name${formatOddCharacters(name)}`;
      const hint = "rename it, or type the other name if that is meant";
      return [makeFinding("confusable-name", { message, hint, at, kind, name })];
    });
  });
}

/** The names so far, by each of their skeletons. */
type Seen = Readonly<Record<keyof Skeletons, Map<string, string>>>;

/** Returns the earlier name that looks the same, if there is one, and records this name. */
function findTwin({ folded, strokes }: Seen, name: string): string | undefined {
  const skeletons = makeSkeletons(name);
  const twin = folded.get(skeletons.folded) ?? strokes.get(skeletons.strokes);
  if (!folded.has(skeletons.folded)) folded.set(skeletons.folded, name);
  if (!strokes.has(skeletons.strokes)) strokes.set(skeletons.strokes, name);
  return twin;
}

/** Lists the characters outside ASCII by their code points, because the names look the same. */
function formatOddCharacters(name: string): string {
  const odd = [...new Set(name)].filter((character) => character > "~");
  return odd.length === 0 ? "" : ` (it has ${odd.slice(0, 10).map(writeCodePoint).join(", ")})`;
}
