import { isUtf8 } from "node:buffer";
import { readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { isGitPath, isSystemPath, isWithin, realPath } from "../safe-path.ts";
import type { Found, Lack } from "./placeholders.ts";

/** The rules for the files that `${file:PATH}` may name. */
export interface FileRules {
  /** Absolute directories besides the directory of files, from a flag or the environment. */
  readonly directories: readonly string[];
  /** The directories that osac.yml narrows the rules to; absent for all. */
  readonly narrowedDirectories?: readonly string[] | undefined;
  /** The directory to which the paths of files are relative; absent for the directory of files. */
  readonly root?: string;
}

/** The files that placeholders name. */
export interface NamedFiles {
  /** Paths within the directory of files that placeholders named, relative to it. */
  readonly used: ReadonlySet<string>;
  /** Returns the reason that a path may not be named; undefined if it may. */
  refusal(path: string): Lack | undefined;
  read(path: string): Found;
  /**
   * Reads a file whose content is shown. osac follows no link within the directory of files, because it may
   * lead to a secret.
   */
  readDirectly(path: string): Found;
}

/** A key with its certificates has only a few kilobytes. */
const fileBytesMax = 64 * 1024;

/** Opens the files beside the YAML files, and those of the allowed directories. Each is read once. */
export function openFiles(path: string, rules: FileRules): NamedFiles {
  const directory = resolve(rules.root ?? path);
  const roots = [directory, ...intersectDirectories(rules)];
  const used = new Set<string>();
  const known = new Map<string, Found>();
  const read = (name: string): Found => {
    const found = known.get(name) ?? readSecretFile(resolve(directory, name), roots);
    known.set(name, found);
    return found;
  };
  return {
    used,
    refusal: (name) => {
      const target = resolve(directory, name);
      if (!isAllowed(target, roots)) return refuseFile(name);
      if (isBelow(directory, target)) used.add(relative(directory, target));
      return undefined;
    },
    read,
    readDirectly: (name) => (isLinked(directory, resolve(directory, name)) ? linkedFile : read(name)),
  };
}

/** Intersects the directories that both sides allow. If one lies within the other, the inner one remains. */
function intersectDirectories({ directories, narrowedDirectories }: FileRules): readonly string[] {
  if (!narrowedDirectories) return directories;
  return directories.flatMap((allowed) =>
    narrowedDirectories.flatMap((wanted) => {
      if (isWithin(allowed, wanted)) return [wanted];
      return isWithin(wanted, allowed) ? [allowed] : [];
    }),
  );
}

const hint = "a path is relative to the directory of files; an empty file counts as none";

const linkedFile: Lack = { lacks: "is reached through a link, and its content would be shown", hint };

function refuseFile(path: string): Lack {
  return {
    isRefused: true,
    lacks: `is in none of the directories from which files may be used`,
    hint: `put it into the directory of files, or allow its directory from outside the files: --placeholder-files ${dirname(path)}, or OSAC_PLACEHOLDER_FILES`,
  };
}

/** Reads a file, without the line end that editors and `echo` add. */
function readSecretFile(path: string, roots: readonly string[]): Found {
  try {
    // The target of a link must be allowed too, because the link may have come with the files.
    if (!isAllowed(realpathSync(path), roots.map(realPath)))
      return { lacks: "leads out of the allowed directories", hint };
    const about = statSync(path);
    if (!about.isFile()) return { lacks: "is no file", hint };
    if (about.size > fileBytesMax) return { lacks: `is larger than ${fileBytesMax / 1024} KB`, hint };
    const bytes = readFileSync(path);
    if (!isUtf8(bytes)) return { lacks: "is no text in UTF-8", hint };
    const value = bytes.toString("utf8").replace(/\r?\n$/, "");
    return value === "" ? { lacks: "is empty", hint } : { value };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { lacks: code === "ENOENT" ? "does not exist" : `cannot be read (${code})`, hint };
  }
}

/** No setting allows paths of git or of the system. */
function isAllowed(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => isBelow(root, path)) && !isGitPath(path) && !isSystemPath(path);
}

/** Returns true if a path within the directory of files leads elsewhere through links. */
function isLinked(directory: string, path: string): boolean {
  if (!isBelow(directory, path)) return false;
  return realPath(path) !== join(realPath(directory), relative(directory, path));
}

function isBelow(folder: string, path: string): boolean {
  return path !== folder && isWithin(folder, path);
}
