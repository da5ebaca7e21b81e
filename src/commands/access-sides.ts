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

/** A subject of a question. A directory of such a name is written `./everyone`. */
const subjectForm = /^(?:user:|role:|external:|everyone$|anonymous$)/;

/** Finds the directory after subjects: the last word, if it is no subject. */
export async function findTestedDirectory({ words }: Required<Subject>): Promise<Subject> {
  const last = words.at(-1) ?? ".";
  const isNamed = words.length > 1 && !subjectForm.test(last);
  return Promise.resolve(
    isNamed ? { directory: last, words: words.slice(0, -1) } : { directory: ".", words },
  );
}
