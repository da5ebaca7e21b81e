import { makeFinding } from "../errors.ts";
import { compareByCodeUnit } from "../value/record.ts";
import type { Kind } from "../kinds/kind.ts";
import type { Declared, Directory } from "../model/entity.ts";
import type { Finding } from "../model/finding.ts";
import type { KindName } from "../model/kind-name.ts";
import { parseEntities, type FileContent } from "./parse-entities.ts";
import { listFiles, type Listing } from "./list-files.ts";
import type { Sources } from "./placeholders/placeholders.ts";
import { readOwnText } from "./read-file.ts";
import { openSources, usualRules, type Environment, type PlaceholderRules } from "./placeholders/sources.ts";

/** The limit for all files together. The server itself accepts no larger documents. */
const charactersMax = 24 * 2 ** 20;

/** The options of a user for reading files. */
export interface LoadOptions {
  /** The source of the values of placeholders. */
  readonly env: Environment;
  /** The rules for what placeholders may name. */
  readonly rules?: PlaceholderRules | undefined;
  /** The files of the directory, if the caller has listed them already. */
  readonly listing?: Promise<Listing> | undefined;
}

/**
 * Reads a directory of security files as the plugin reads them. `findings` holds every error in them, sorted
 * by place. A kind with an unreadable file is left out, so that it does not count as empty. Never throws for
 * a user's mistake.
 */
export async function loadDirectory(
  path: string,
  { env, rules = usualRules, listing = listFiles(path) }: LoadOptions,
): Promise<Directory> {
  const sources = openSources(path, env, rules);
  const listed = await listing;
  const findings = [...listed.findings];
  const kinds = new Map<KindName, ReadonlyMap<string, Declared>>();
  const room = { characters: charactersMax };
  for (const [kind, files] of listed.files) {
    const contents: FileContent[] = [];
    // Reads one file after the other, because all of them together may exceed the limit.
    for (const file of files) contents.push(await loadFile(path, kind, file, sources, room));
    for (const content of contents) for (const finding of content.findings) findings.push(finding);
    const entities = new Map<string, Declared>();
    for (const entity of contents.flatMap((content) => content.declared ?? [])) {
      const first = entities.get(entity.name);
      if (first) findings.push(declaredTwiceFinding(first, entity));
      else entities.set(entity.name, entity);
    }
    if (contents.every((content) => content.declared)) kinds.set(kind.name, entities);
  }
  return {
    path,
    kinds,
    ignored: listed.ignored,
    findings: sortByPlace(findings),
    usedFiles: sources.usedFiles,
  };
}

/** The amount of the directory that may still be read. */
interface ReadingBudget {
  characters: number;
}

async function loadFile(
  path: string,
  kind: Kind,
  file: string,
  sources: Sources,
  room: ReadingBudget,
): Promise<FileContent> {
  if (room.characters <= 0) return { findings: [noRoomFinding(kind, file)] };
  const content = await readOwnText(path, file);
  if ("finding" in content) return { findings: [{ ...content.finding, kind: kind.name }] };
  room.characters -= content.text.length;
  return parseEntities(kind, file, content.text, sources);
}

function noRoomFinding(kind: Kind, file: string): Finding {
  const message = `${file} is not read: the files before it have more than ${charactersMax / 2 ** 20} MB`;
  const at = { file, line: 1, column: 1 };
  return makeFinding("directory-too-large", {
    message,
    hint: "is it really the directory of security files?",
    at,
    kind: kind.name,
  });
}

function declaredTwiceFinding(first: Declared, second: Declared): Finding {
  const { kind, name, at } = second;
  const message = `${kind}/${name} is declared twice, here and at ${first.at.file}:${first.at.line}:${first.at.column}`;
  return makeFinding("declared-twice", { message, hint: "remove one of the two", at, kind, name });
}

/** Sorts findings by file, line and column. Findings without a file come first. */
export function sortByPlace(findings: readonly Finding[]): Finding[] {
  const nowhere = { file: "", line: 0, column: 0 };
  return findings.toSorted(({ at: a = nowhere }, { at: b = nowhere }) => {
    return compareByCodeUnit(a.file, b.file) || a.line - b.line || a.column - b.column;
  });
}
