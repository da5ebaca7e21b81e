/** More mistakes in one name are unlikely: long names with the same beginning are different names. */
const distanceMax = 4;

/** Longer names are rarely misspelt, and comparing them takes long. */
const charactersMax = 100;

/** Finds the candidate that `text` probably misspells, if one is close enough. */
export function findNearest(
  text: string,
  candidates: Iterable<string>,
  most: number = distanceMax,
): string | undefined {
  if (text.length > charactersMax) return undefined;
  const limit = Math.min(most, Math.max(1, Math.floor(text.length / 3)));
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - text.length) > limit) continue;
    const distance = editDistance(text.toLowerCase(), candidate.toLowerCase(), limit);
    if (distance <= limit && distance < (best?.distance ?? Infinity)) best = { candidate, distance };
  }
  return best?.candidate;
}

/**
 * Counts the insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`. Returns some
 * larger number if they exceed `limit`, and so looks only near the diagonal.
 */
function editDistance(a: string, b: string, limit: number): number {
  let older: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = Math.max(1, i - limit); j <= Math.min(b.length, i + limit); j++) {
      const replaced = at(previous, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? at(older, j - 2) + 1 : Infinity;
      current[j] = Math.min(replaced, at(previous, j) + 1, at(current, j - 1) + 1, swapped);
    }
    [older, previous] = [previous, current];
  }
  return at(previous, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
