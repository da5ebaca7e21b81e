import { allKinds } from "../kinds/index.ts";
import type { Kind } from "../kinds/kind.ts";
import type { Layer } from "../model/layers.ts";
import { findNearest } from "../value/nearest.ts";

/** Returns the kind that a file of this name declares, if it lies directly in the directory. */
export function findKindOfFile(name: string): Kind | undefined {
  return allKinds.find((kind) => kind.file === name);
}

/**
 * Returns the kind of the split files in a folder of this name. A kind with a single entity cannot be split.
 */
export function findKindOfFolder(name: string): Kind | undefined {
  return allKinds.find((kind) => !kind.isSingle && fileStem(kind) === name);
}

/** Lists the paths of a resource type in a directory: its file, and the folder of its split files. */
export function listPaths(kind: Kind): string[] {
  return kind.isSingle ? [kind.file] : [kind.file, fileStem(kind)];
}

/** The kind that a file declares, given its path in the directory. */
export function findKindOfPath(path: string): Kind | undefined {
  const [first = "", second, ...more] = path.split("/");
  if (second === undefined) return findKindOfFile(first);
  return more.length === 0 && second.endsWith(".yml") ? findKindOfFolder(first) : undefined;
}

/** The kind that a file of a layer declares, given its path in the directory. */
export function findKindInLayers(path: string, layers: readonly Layer[]): Kind | undefined {
  for (const { folder } of layers) {
    const prefix = folder === "" ? "" : `${folder}/`;
    const kind = path.startsWith(prefix) ? findKindOfPath(path.slice(prefix.length)) : undefined;
    if (kind) return kind;
  }
  return undefined;
}

/** Guesses the kind of a file or folder with a wrong name: `role.yml`, `Roles.yml`, `_roles.yml.tpl`. */
export function guessKind(name: string): Kind | undefined {
  const stem = guessStem(name);
  const spelling = otherNames.get(stem) ?? findNearest(stem, allKinds.map(fileStem), mistakesMax);
  return allKinds.find((kind) => fileStem(kind) === spelling);
}

/** Returns true if a file was meant to be the whitelist of servers before 2.0, in any spelling. */
export function isWhitelist(name: string): boolean {
  return findNearest(guessStem(name), ["whitelist"], mistakesMax) !== undefined;
}

function guessStem(name: string): string {
  return name
    .toLowerCase()
    .replace(addedEndings, "")
    .replace(/\.(?:ya?ml|json)$/, "")
    .replace(/^[._]?(?:sg_)?/, "")
    .replaceAll(/[-. ]/g, "_");
}

/** Returns true if the name is that of a copy or a template. The real file may lie beside it. */
export function isCopy(name: string): boolean {
  return addedEndings.test(name.toLowerCase());
}

/** Returns true for the name of a YAML file, of its copy, or of a template. */
export function isYaml(name: string): boolean {
  return /\.ya?ml$/.test(name.toLowerCase().replace(addedEndings, ""));
}

/** Endings that people add to a file name. Only after `.yml` may one begin with a dash or underscore. */
const addedEndings =
  /(?:(?:\.|(?<=\.ya?ml)[_-])(?:example|sample|dist|tpl|tmpl|gotmpl|template|j2|jinja2?|erb|bak|backup|orig|old|new|disabled|txt)|~)+$/;

/** `tlsconfig.yml` belongs to another program, so the limit keeps it from being guessed as `config.yml`. */
const mistakesMax = 2;

const otherNames: ReadonlyMap<string, string> = new Map([
  ["users", "internal_users"],
  ["mapping", "roles_mapping"],
  ["mappings", "roles_mapping"],
  ["rolemappings", "roles_mapping"],
]);

function fileStem(kind: Kind): string {
  return kind.file.replace(/\.yml$/, "");
}

/** Returns true for osac.yml, and for a file of targets that it may name: `osac.targets.yml`. */
export function isSettingsFile(file: string): boolean {
  return /^osac(?:\.[\w-]+)?\.yml$/.test(file);
}
