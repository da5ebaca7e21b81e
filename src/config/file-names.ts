import { allKinds } from "../kinds/index.ts";
import type { Kind } from "../kinds/kind.ts";
import { nearest } from "./nearest.ts";

/** The kind that a file of this name, directly in the directory, declares. */
export function kindOfFile(name: string): Kind | undefined {
  return allKinds.find((kind) => kind.file === name);
}

/** The kind whose split files stand in a folder of this name. A kind that is one entity cannot be split. */
export function kindOfFolder(name: string): Kind | undefined {
  return allKinds.find((kind) => !kind.isSingle && stemOf(kind) === name);
}

/** The kind that a file or folder was meant for, though its name is wrong: `role.yml`, `Roles.yml`, `_roles.yml.tpl`. */
export function kindMeantBy(name: string): Kind | undefined {
  const stem = name
    .toLowerCase()
    .replace(addedEndings, "")
    .replace(/\.(?:ya?ml|json)$/, "")
    .replace(/^[._]?(?:sg_)?/, "")
    .replaceAll(/[-. ]/g, "_");
  const spelling = otherNames.get(stem) ?? nearest(stem, allKinds.map(stemOf));
  return allKinds.find((kind) => stemOf(kind) === spelling);
}

/** Whether a name says that the file is a copy or a template, for which the real file may stand beside it. */
export function isCopy(name: string): boolean {
  return addedEndings.test(name.toLowerCase());
}

/** Whether a name is one of a YAML file, copy, or template. */
export function isYaml(name: string): boolean {
  return /\.ya?ml$/.test(name.toLowerCase().replace(addedEndings, ""));
}

const addedEndings =
  /(?:\.(?:example|sample|dist|tpl|tmpl|gotmpl|template|j2|jinja2?|erb|bak|backup|orig|old|new|disabled|txt)|~)+$/;

const otherNames: ReadonlyMap<string, string> = new Map([
  ["users", "internal_users"],
  ["mapping", "roles_mapping"],
  ["mappings", "roles_mapping"],
]);

function stemOf(kind: Kind): string {
  return kind.file.replace(/\.yml$/, "");
}
