import type { Subject } from "./index.ts";

/** One side of a comparison of access. */
export type Side =
  | { readonly kind: "live" }
  | { readonly kind: "git"; readonly reference: string }
  | { readonly kind: "directory"; readonly path: string };

/** Parses a side: `live`, `git:REF`, or a directory. `./live` is a directory of that name. */
export function parseSide(word: string): Side {
  if (word === "live") return { kind: "live" };
  if (word.startsWith("git:")) return { kind: "git", reference: word.slice("git:".length) };
  return { kind: "directory", path: word };
}

/**
 * Finds the directory whose settings apply, and whose history a git reference means: the last word, or else
 * the directory among both sides. If both are directories, it is the second.
 */
export async function findSubject({ directory, words }: Required<Subject>): Promise<Subject> {
  if (directory !== ".") return { directory, words };
  const paths = words.map(parseSide).flatMap((side) => (side.kind === "directory" ? [side.path] : []));
  return Promise.resolve({ directory: paths.at(-1) ?? directory, words });
}
