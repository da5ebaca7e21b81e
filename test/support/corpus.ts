import { existsSync, readFileSync } from "node:fs";
import { cp, rename, rm } from "node:fs/promises";
import { join } from "node:path";

/** A directory of a real team, and the answers of the plugin to it. */
export interface CorpusCase {
  readonly name: string;
  readonly kind: "good" | "bad" | "v6";
  readonly expected: {
    readonly outcome: "loads" | "rejected";
    readonly at?: readonly { readonly at: string; readonly reason: string }[];
  };
  /** The names under which files were uploaded to a real node, if they have other names. */
  readonly uploaded_as?: Readonly<Record<string, string>>;
}

/** The corpus is beside the project. It may be missing. */
export const corpus: string = join(import.meta.dirname, "../../../shared/corpus");

export const corpusCases: readonly CorpusCase[] = readCases();

function readCases(): CorpusCase[] {
  if (!existsSync(corpus)) {
    console.warn("SKIPPED: the directories of real teams: there is no ../shared/corpus");
    return [];
  }
  return (JSON.parse(readFileSync(join(corpus, "cases.json"), "utf8")) as { cases: CorpusCase[] }).cases;
}

/** Copies the directory of a case, with the names that its files had on a real node. */
export async function copyCase({ name, uploaded_as: names = {} }: CorpusCase, path: string): Promise<void> {
  await cp(join(corpus, name, "config"), path, { recursive: true });
  for (const [from, to] of Object.entries(names)) {
    if (to.startsWith("../")) {
      await cp(join(corpus, name, to.slice(3)), join(path, to.split("/").at(-1)!));
      await rm(join(path, from));
    } else await rename(join(path, from), join(path, to));
  }
}
