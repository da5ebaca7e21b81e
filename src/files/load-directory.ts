import { makeFinding } from "../errors.ts";
import { compareByCodeUnit } from "../value/record.ts";
import type { Kind } from "../kinds/kind.ts";
import type { Declared, Directory, Dropped } from "../model/entity.ts";
import type { Finding } from "../model/finding.ts";
import { plainLayering, type Layering } from "../model/layers.ts";
import type { KindName } from "../model/kind-name.ts";
import { parseEntities, type FileContent } from "./parse-entities.ts";
import { listFiles, type Listing } from "./list-files.ts";
import type { Variables } from "./placeholders/fill-variables.ts";
import type { Sources } from "./placeholders/placeholders.ts";
import { readOwnText } from "./read-file.ts";
import { openSources, usualRules, type PlaceholderRules } from "./placeholders/sources.ts";
import type { Environment } from "../model/environment.ts";

/** The limit for all files together. The server itself accepts no larger documents. */
const charactersMax = 24 * 2 ** 20;

/** The options of a user for reading files. */
export interface LoadOptions {
  /** The source of the values of placeholders. */
  readonly env: Environment;
  /** The rules for what placeholders may name. */
  readonly rules?: PlaceholderRules | undefined;
  /** The layers and variables of the directory; absent for a plain one. */
  readonly layering?: Layering | undefined;
  /** Bodies keep their texts, with placeholders and secrets as written. Only a copy of the files needs that. */
  readonly isVerbatim?: boolean;
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
  { env, rules = usualRules, layering = plainLayering, isVerbatim, ...given }: LoadOptions,
): Promise<Directory> {
  const variables = layering.variables && { values: layering.variables, used: new Set<string>() };
  const sources = { ...openSources(path, env, rules), variables, isVerbatim };
  const listed = await (given.listing ?? listFiles(path, layering.layers));
  const findings = [...listed.findings];
  const kinds = new Map<KindName, ReadonlyMap<string, Declared>>();
  const room = { characters: charactersMax };
  for (const kind of listed.files.keys()) {
    const layers = await loadLayers(path, kind, listed, sources, room);
    const merged = layers.length === 1 ? withoutDrops(layers[0]!) : mergeLayers(layers);
    for (const finding of merged.findings) findings.push(finding);
    if (merged.declared) kinds.set(kind.name, merged.declared);
  }
  findings.push(...unusedVariableFindings(variables));
  return {
    path,
    kinds,
    ignored: listed.ignored,
    findings: sortByPlace(findings),
    usedFiles: sources.usedFiles,
  };
}

async function loadLayers(
  path: string,
  kind: Kind,
  { layers }: Listing,
  sources: Sources,
  room: ReadingBudget,
): Promise<LayerContent[]> {
  const loaded: LayerContent[] = [];
  for (const files of layers) {
    const contents: FileContent[] = [];
    // Reads one file after the other, because all of them together may exceed the limit.
    for (const file of files.get(kind) ?? []) contents.push(await loadFile(path, kind, file, sources, room));
    loaded.push(joinFiles(contents));
  }
  return loaded;
}

/** What the files of one layer declare of a kind, and what they drop. */
interface LayerContent {
  /** Undefined if a file cannot be parsed. */
  readonly declared?: ReadonlyMap<string, Declared> | undefined;
  readonly dropped: readonly Dropped[];
  readonly findings: readonly Finding[];
}

function joinFiles(contents: readonly FileContent[]): LayerContent {
  const findings = contents.flatMap((content) => content.findings);
  const declared = new Map<string, Declared>();
  for (const entity of contents.flatMap((content) => content.declared ?? [])) {
    const first = declared.get(entity.name);
    if (first) findings.push(declaredTwiceFinding(first, entity));
    else declared.set(entity.name, entity);
  }
  const dropped = contents.flatMap((content) => content.dropped ?? []);
  const isComplete = contents.every((content) => content.declared);
  return { declared: isComplete ? declared : undefined, dropped, findings };
}

/** In a single layer, an entity without a body drops nothing: the plugin ignores it. */
function withoutDrops({ declared, dropped, findings }: LayerContent): Omit<LayerContent, "dropped"> {
  return { declared, findings: [...findings, ...dropped.map(emptyEntityFinding)] };
}

function emptyEntityFinding({ kind, name, at }: Dropped): Finding {
  const message = `${kind}/${name} has no fields, so the plugin ignores it`;
  const hint = `write "${name}: {}" to create it, or delete the line`;
  return makeFinding("empty-entity", { severity: "warning", message, hint, at, kind, name });
}

/**
 * Merges layers by entity: a later layer replaces or drops a whole entity. Findings about a replaced entity
 * do not count.
 */
function mergeLayers(layers: readonly LayerContent[]): Omit<LayerContent, "dropped"> {
  const merged = new Map<string, Declared>();
  const findings: Finding[] = [];
  for (const { declared = new Map<string, Declared>(), dropped } of layers) {
    for (const one of dropped) {
      if (declared.has(one.name)) findings.push(declaredTwiceFinding(declared.get(one.name)!, one));
      else if (!merged.delete(one.name)) findings.push(dropsNothingFinding(one));
    }
    for (const [name, entity] of declared) merged.set(name, entity);
  }
  const isInForce = ({ name, at }: Finding): boolean =>
    name === undefined || !at || at.file === merged.get(name)?.at.file;
  const own = layers.flatMap((layer) => layer.findings).filter(isInForce);
  const isComplete = layers.every(({ declared }) => declared);
  return { declared: isComplete ? merged : undefined, findings: [...own, ...findings] };
}

function dropsNothingFinding({ kind, name, at }: Dropped): Finding {
  return makeFinding("drops-nothing", {
    message: "dropped here, but no earlier layer declares it",
    hint: `delete the line; or write "${name}: {}" to create it without fields`,
    at,
    kind,
    name,
  });
}

function unusedVariableFindings(variables: Variables | undefined): Finding[] {
  return [...(variables?.values ?? [])]
    .filter(([name, { isShared }]) => !isShared && !variables?.used.has(name))
    .map(([name, { at }]) =>
      makeFinding("unused-variable", {
        message: `no file uses \${var.${name}}`,
        hint: "remove the variable, or correct its name",
        at,
      }),
    );
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

function declaredTwiceFinding(first: Dropped, second: Dropped): Finding {
  const { kind, name, at } = second;
  const message = `declared twice, here and at ${first.at.file}:${first.at.line}:${first.at.column}`;
  return makeFinding("declared-twice", { message, hint: "remove one of the two", at, kind, name });
}

/** Sorts findings by file, line and column. Findings without a file come first. */
export function sortByPlace(findings: readonly Finding[]): Finding[] {
  const nowhere = { file: "", line: 0, column: 0 };
  return findings.toSorted(({ at: a = nowhere }, { at: b = nowhere }) => {
    return compareByCodeUnit(a.file, b.file) || a.line - b.line || a.column - b.column;
  });
}
