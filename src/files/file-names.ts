import { allKinds } from "../kinds/index.ts";
import type { Kind } from "../kinds/kind.ts";
import { findNearest } from "../value/nearest.ts";

/** The kind that a file of this name, directly in the directory, declares. */
export function findKindOfFile(name: string): Kind | undefined {
  return allKinds.find((kind) => kind.file === name);
}

/** The kind whose split files stand in a folder of this name. A kind that is one entity cannot be split. */
export function findKindOfFolder(name: string): Kind | undefined {
  return allKinds.find((kind) => !kind.isSingle && fileStem(kind) === name);
}

/** Where the files of a kind may stand in a directory: its file, and the folder of its split files. */
export function listPaths(kind: Kind): string[] {
  return kind.isSingle ? [kind.file] : [kind.file, fileStem(kind)];
}

/** The kind that a file declares, wherever it stands in a directory. */
export function findKindOfPath(path: string): Kind | undefined {
  const [first = "", second, ...more] = path.split("/");
  if (second === undefined) return findKindOfFile(first);
  return more.length === 0 && second.endsWith(".yml") ? findKindOfFolder(first) : undefined;
}

/** The kind that a file or folder was meant for, though its name is wrong: `role.yml`, `Roles.yml`, `_roles.yml.tpl`. */
export function guessKind(name: string): Kind | undefined {
  const stem = guessStem(name);
  const spelling = otherNames.get(stem) ?? findNearest(stem, allKinds.map(fileStem), mistakesMax);
  return allKinds.find((kind) => fileStem(kind) === spelling);
}

/** Whether a file was meant to be the whitelist of servers before 2.0, however it is spelt. */
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

/** Whether a name says that the file is a copy or a template, for which the real file may stand beside it. */
export function isCopy(name: string): boolean {
  return addedEndings.test(name.toLowerCase());
}

/** Whether a name is one of a YAML file, copy, or template. */
export function isYaml(name: string): boolean {
  return /\.ya?ml$/.test(name.toLowerCase().replace(addedEndings, ""));
}

/** What stands behind the name of a file; with a dash or underscore only behind a whole one. */
const addedEndings =
  /(?:(?:\.|(?<=\.ya?ml)[_-])(?:example|sample|dist|tpl|tmpl|gotmpl|template|j2|jinja2?|erb|bak|backup|orig|old|new|disabled|txt)|~)+$/;

/** `tlsconfig.yml` is another program's. */
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
