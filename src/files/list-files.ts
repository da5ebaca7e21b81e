import { makeFinding } from "../errors.ts";
import type { FixedCode } from "../codes.ts";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { compareByCodeUnit } from "../value/record.ts";
import type { Kind } from "../kinds/kind.ts";
import { allKinds } from "../kinds/index.ts";
import type { Finding } from "../model/finding.ts";
import { plainLayering, type Layer } from "../model/layers.ts";
import { findNearest } from "../value/nearest.ts";
import { accessTestsFolder } from "./access-tests.ts";
import { claimedType } from "./parse-entities.ts";
import {
  isCopy,
  isSettingsFile,
  isWhitelist,
  isYaml,
  guessKind,
  findKindOfFile,
  findKindOfFolder,
} from "./file-names.ts";
import { readOwnText, explainReadError } from "./read-file.ts";
import { explainNotRead } from "./safe-path.ts";

/** The files of a directory that osac reads. */
export interface Listing {
  /**
   * The files of each kind that has one or more. The file with the name of the kind comes first in each
   * layer.
   */
  readonly files: ReadonlyMap<Kind, readonly string[]>;
  /** The same files for each layer; a plain directory has one. */
  readonly layers: readonly Listing["files"][];
  /** The files of access tests. */
  readonly accessTests: readonly string[];
  /** Files that osac does not read. */
  readonly ignored: readonly string[];
  readonly findings: readonly Finding[];
}

interface Search {
  /** The directory, or the folder of a layer below it. */
  readonly path: string;
  readonly files: Map<Kind, string[]>;
  readonly accessTests: string[];
  readonly others: string[];
  readonly findings: Finding[];
}

/**
 * Finds the files of every kind, and files that were probably meant to be one. A kind may be split:
 * `roles.yml` and `roles/*.yml`.
 */
export async function listFiles(
  path: string,
  layers: readonly Layer[] = plainLayering.layers,
): Promise<Listing> {
  if (layers.every(({ folder }) => folder === "")) return listLayer(path, plainLayering.layers[0]!);
  const found = await Promise.all(layers.map(async (layer) => listLayer(path, layer)));
  const names = layers.map(({ folder }) => folder);
  const unread = names.includes("") ? [] : await findUnread(path, names);
  return {
    ...mergeListings(found),
    findings: [...found.flatMap(({ findings }) => findings), ...unread],
  };
}

function mergeListings(found: readonly Listing[]): Omit<Listing, "findings"> {
  const files = new Map<Kind, readonly string[]>();
  for (const listing of found)
    for (const [kind, own] of listing.files) files.set(kind, [...(files.get(kind) ?? []), ...own]);
  return {
    files,
    layers: found.map((one) => one.files),
    accessTests: found.flatMap(({ accessTests }) => accessTests),
    ignored: found.flatMap(({ ignored }) => ignored),
  };
}

/** Finds files beside the layers that osac would read in a plain directory. */
async function findUnread(path: string, layers: readonly string[]): Promise<Finding[]> {
  const { files, accessTests } = await listLayer(path, plainLayering.layers[0]!);
  const own = new Set(layers.map((folder) => folder.split("/")[0]));
  return [...[...files.values()].flat(), ...accessTests]
    .filter((file) => !own.has(file.split("/")[0]))
    .map((file) =>
      fileNameFinding(
        "warning",
        file,
        "is not read: osac.yml has layers",
        'move it into a layer, or add "." to layers',
      ),
    );
}

async function listLayer(path: string, layer: Layer): Promise<Listing> {
  const folder = join(path, layer.folder);
  const search: Search = { path: folder, files: new Map(), accessTests: [], others: [], findings: [] };
  for (const entry of await readEntries(search, "")) await addEntry(search, entry);
  const ignored: string[] = [];
  for (const file of search.others) {
    const finding = await judgeOther(search, file);
    if (finding) search.findings.push(finding);
    if (finding?.severity !== "error" && !isSettingsFile(file)) ignored.push(file);
  }
  const { files, accessTests, findings } = search;
  if (files.size === 0 && findings.length === 0) findings.push(nothingFoundFinding(folder));
  if (layer.folder === "") return { files, layers: [files], accessTests, ignored, findings };
  return placeInLayer({ files, layers: [files], accessTests, ignored, findings }, layer);
}

/** Makes the paths of a layer relative to the directory. */
function placeInLayer(
  { files, accessTests, ignored, findings }: Listing,
  { folder, at: named }: Layer,
): Listing {
  const within = (file: string): string => `${folder}/${file}`;
  const placed = new Map([...files].map(([kind, own]) => [kind, own.map(within)]));
  return {
    files: placed,
    layers: [placed],
    accessTests: accessTests.map(within),
    ignored: ignored.map(within),
    findings: findings.map((finding) =>
      finding.at
        ? { ...finding, at: { ...finding.at, file: within(finding.at.file) } }
        : { hint: `correct the layer ${folder} in osac.yml, or make its folder`, ...finding, at: named },
    ),
  };
}

/** Returns the paths of all files that osac reads, the settings files among them. */
export async function listRead(path: string, layers?: readonly Layer[]): Promise<string[]> {
  const settings = (await readdir(path)).filter(isSettingsFile);
  return [...settings, ...[...(await listFiles(path, layers)).files.values()].flat()];
}

async function addEntry(search: Search, { name, isFolder }: Entry): Promise<void> {
  const kind = findKindOfFile(name);
  if (isFolder && !kind) await searchFolder(search, name);
  else addFile(search, kind, name);
}

async function searchFolder(search: Search, folder: string): Promise<void> {
  if (folder === accessTestsFolder) return searchAccessTests(search);
  const kind = findKindOfFolder(folder);
  if (!kind) return void search.others.push(`${folder}/`);
  for (const entry of await readEntries(search, folder)) {
    const file = `${folder}/${entry.name}${entry.isFolder ? "/" : ""}`;
    addFile(search, entry.name.endsWith(".yml") ? kind : undefined, file);
  }
}

async function searchAccessTests(search: Search): Promise<void> {
  for (const { name, isFolder } of await readEntries(search, accessTestsFolder)) {
    const file = `${accessTestsFolder}/${name}${isFolder ? "/" : ""}`;
    (name.endsWith(".yml") ? search.accessTests : search.others).push(file);
  }
}

function addFile({ files, others }: Search, kind: Kind | undefined, file: string): void {
  if (!kind) return void others.push(file);
  const found = files.get(kind) ?? [];
  files.set(kind, file === kind.file ? [file, ...found] : [...found, file]);
}

/** No directory of settings has more files. */
const entriesMax = 10_000;

interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
}

async function readEntries({ path, findings }: Search, folder: string): Promise<Entry[]> {
  try {
    const why = explainNotRead(join(path, folder), [path]);
    if (why !== undefined) {
      findings.push(unusableFolderFinding("refused-path", join(path, folder), why));
      return [];
    }
    const entries = await readdir(join(path, folder), { withFileTypes: true });
    if (entries.length > entriesMax) {
      const many = `has ${entries.length} files, more than the ${entriesMax} that osac reads`;
      findings.push(unusableFolderFinding("too-many-files", join(path, folder), many));
      return [];
    }
    const sorted = entries.toSorted((a, b) => compareByCodeUnit(a.name, b.name));
    return await Promise.all(
      sorted.map(async ({ name }) => ({ name, isFolder: await leadsToFolder(join(path, folder, name)) })),
    );
  } catch (error) {
    findings.push(unusableFolderFinding("unreadable-directory", join(path, folder), explainReadError(error)));
    return [];
  }
}

function unusableFolderFinding(code: FixedCode, folder: string, why: string): Finding {
  return makeFinding(code, { message: `the path ${folder} ${why}` });
}

/** osac checks a link, and reports a broken one, when it reads the target. */
async function leadsToFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

/** Finds the kind that an unread file was probably meant to declare. */
async function judgeOther(search: Search, file: string): Promise<Finding | undefined> {
  if (isSettingsFile(file)) return undefined;
  if (isYaml(file) && isWhitelist(file)) {
    return fileNameFinding(
      "notice",
      file,
      "is not read: OpenSearch has an allowlist instead",
      "use allowlist.yml",
    );
  }
  const misplaced = judgePlace(file);
  if (misplaced) return misplaced;
  if (file.includes("/")) return judgeInFolder(search, file);
  const kind = guessKind(file);
  if (kind && isYaml(file)) return judgeName(search, file, kind);
  return isYaml(file) && !isCopy(file) ? judgeContent(search, file) : undefined;
}

/** A folder with a similar name, or a file in the place of the folder: its tests would be passed in silence. */
function isMeantForAccessTests(file: string): boolean {
  const name = file.replace(/\/$/, "").toLowerCase().replaceAll(/[-. ]/g, "_");
  const isFolder = file.endsWith("/") && !file.slice(0, -1).includes("/");
  return isFolder
    ? findNearest(name, [accessTestsFolder], accessTestsMistakesMax) !== undefined
    : file === accessTestsFolder;
}

const accessTestsMistakesMax = 2;

function wrongFolderFinding(file: string): Finding {
  const [what, hint] = file.endsWith("/")
    ? ["is not a name that osac reads", `did you mean ${accessTestsFolder}/?`]
    : ["is no folder of access tests", "make it a folder, or delete it"];
  return fileNameFinding("error", file, what, hint);
}

/** Finds a folder that osac does not read at all. */
function judgePlace(file: string): Finding | undefined {
  if (isMeantForAccessTests(file)) return wrongFolderFinding(file);
  return /\/.*\/$/.test(file) ? deepFolderFinding(file) : undefined;
}

function deepFolderFinding(file: string): Finding {
  const hint = `move its files into ${file.replace(/[^/]+\/$/, "")}`;
  return fileNameFinding("warning", file, "is not read: osac reads no folder there", hint);
}

function judgeName({ files }: Search, file: string, kind: Kind): Finding | undefined {
  if (!files.has(kind))
    return fileNameFinding("error", file, "is not a name that osac reads", `did you mean ${kind.file}?`);
  return isCopy(file)
    ? undefined
    : fileNameFinding("warning", file, `is not read, ${kind.file} is`, "delete one of the two");
}

async function judgeInFolder(search: Search, file: string): Promise<Finding | undefined> {
  const [folder = "", name = ""] = file.split("/");
  if (name !== "") {
    const isMissed = isYaml(name) && !isCopy(name);
    return isMissed
      ? fileNameFinding("error", file, "is not read: osac reads names that end in .yml", "rename it")
      : undefined;
  }
  const kind = guessKind(folder);
  if (!kind || kind.isSingle || findKindOfFolder(folder)) return undefined;
  const entries = await readEntries(search, folder);
  if (!entries.some((entry) => isYaml(entry.name))) return undefined;
  return fileNameFinding(
    "error",
    file,
    "is not a name that osac reads",
    `did you mean ${kind.file.replace(/\.yml$/, "/")}?`,
  );
}

/** Finds the kind that a file with any name claims in its own header. */
async function judgeContent({ path, files }: Search, file: string): Promise<Finding | undefined> {
  const content = await readOwnText(path, file);
  const type = "text" in content ? claimedType(content.text) : undefined;
  const kind = allKinds.find((candidate) => candidate.name === type);
  if (!kind) return undefined;
  const message = `says that it holds ${kind.name}, but osac does not read a file of this name`;
  const folder = kind.file.replace(/\.yml$/, "/");
  if (!files.has(kind)) return fileNameFinding("error", file, message, `rename it to ${kind.file}`);
  return fileNameFinding("notice", file, message, kind.isSingle ? undefined : `move it into ${folder}`);
}

function nothingFoundFinding(path: string): Finding {
  const message = `the directory ${path} has none of the files that osac reads`;
  const hint = `pass the directory that has them, as in osac plan security; the files are ${allKinds.map((kind) => kind.file).join(", ")}`;
  return makeFinding("no-files", { message, hint });
}

function fileNameFinding(
  severity: Finding["severity"],
  file: string,
  message: string,
  hint?: string,
): Finding {
  const at = { file, line: 1, column: 1 };
  return makeFinding("file-name", { severity, message: `${file} ${message}`, at, hint });
}
