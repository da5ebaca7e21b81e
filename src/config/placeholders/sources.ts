import { isUtf8 } from "node:buffer";
import { readFileSync, realpathSync, statSync } from "node:fs";
import { isAbsolute, relative, resolve } from "node:path";
import { isHeldBack, matchesAny } from "./held-back.ts";
import type { Found, Sources } from "./placeholders.ts";
import type { Settings } from "../settings/settings.ts";

/** `process.env`, or a part of it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What placeholders may name. */
export interface PlaceholderRules {
  /** Variables, by name or by a prefix that ends in `*`; absent for all but those that are held back. */
  readonly allow?: readonly string[] | undefined;
  /** Directories whose files may be named, besides the directory itself; absolute. */
  readonly files: readonly string[];
  /** The directory to which the paths of files are relative; absent for that of the files themselves. */
  readonly root?: string;
  /** Nothing is looked up: whoever plans has no secrets, and may have none. */
  readonly isOpaque: boolean;
}

/** What the settings say of placeholders; paths of files are relative to the directory, wherever its files lie. */
export function placeholderRules(settings: Settings): PlaceholderRules {
  const { allowPlaceholder: allow, placeholderFiles: files, secrets, directory: root } = settings;
  return { allow, files, root, isOpaque: secrets === "opaque" };
}

/** What holds where nobody has said anything. */
export const usualRules: PlaceholderRules = { files: [], isOpaque: false };

/** A key with its certificates has a few kilobytes. */
const fileBytesMax = 64 * 1024;

/** The sources of a directory's placeholders. Files are read when they are asked for, each once. */
export function openSources(path: string, environment: Environment, rules: PlaceholderRules): Sources {
  const directory = resolve(rules.root ?? path);
  const roots = [directory, ...rules.files];
  const files = new Map<string, Found>();
  const isAllowed = (name: string): boolean =>
    rules.allow?.includes(name) || (!isHeldBack(name) && matchesAny(rules.allow ?? ["*"], name));
  const notLookedAt: Found = { lacks: "was not looked at" };
  return {
    isOpaque: rules.isOpaque,
    variable: (name) => {
      if (rules.isOpaque) return notLookedAt;
      return isAllowed(name) ? variable(environment, name) : { lacks: "is not allowed" };
    },
    file: (path) => {
      if (rules.isOpaque) return notLookedAt;
      const known = files.get(path) ?? readSecretFile(resolve(directory, path), roots);
      files.set(path, known);
      return known;
    },
    mayShow: (name) => rules.allow !== undefined && isAllowed(name),
    refusal: ({ kind, name }) =>
      kind === "variable"
        ? refusedVariable(name, rules, isAllowed(name))
        : refusedFile(directory, name, roots),
  };
}

/** No value for any placeholder, as on a machine that has none of them. */
export const noValues: Sources = openSources("", {}, usualRules);

function variable(environment: Environment, name: string): Found {
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
  if (value === undefined) return { lacks: "is not set", mayDefault: true };
  return value === "" ? { lacks: "is empty", mayDefault: true } : { value };
}

function refusedVariable(
  name: string,
  { allow }: PlaceholderRules,
  isAllowed: boolean,
): ReturnType<Sources["refusal"]> {
  if (isAllowed) return undefined;
  const isOwn = isHeldBack(name);
  const message = isOwn
    ? `the variable ${name} belongs to osac or to the job that runs it, and no file may use it`
    : `the variable ${name} is none of those that files may use (placeholders.allow: ${allow?.join(", ")})`;
  return {
    message,
    hint: `use another variable, or add ${name} to placeholders.allow${isOwn ? " by its full name" : ""}`,
  };
}

function refusedFile(
  directory: string,
  path: string,
  roots: readonly string[],
): ReturnType<Sources["refusal"]> {
  if (isWithin(roots, resolve(directory, path))) return undefined;
  const message = `the file ${path} is in none of the directories from which files may be used`;
  return { message, hint: "put it into the directory of files, or add its directory to placeholders.files" };
}

/** The content of a file, without the line end that editors and `echo` leave behind. */
function readSecretFile(path: string, roots: readonly string[]): Found {
  try {
    // What a link leads to counts: it may have come with the files.
    if (!isWithin(roots.map(realPath), realpathSync(path)))
      return { lacks: "leads out of the allowed directories" };
    const about = statSync(path);
    if (!about.isFile()) return { lacks: "is no file" };
    if (about.size > fileBytesMax) return { lacks: `is larger than ${fileBytesMax / 1024} KB` };
    const bytes = readFileSync(path);
    if (!isUtf8(bytes)) return { lacks: "is no text in UTF-8" };
    const value = bytes.toString("utf8").replace(/\r?\n$/, "");
    return value === "" ? { lacks: "is empty" } : { value };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { lacks: code === "ENOENT" ? "does not exist" : `cannot be read (${code})` };
  }
}

/** A directory that is not there has no files either. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function isWithin(roots: readonly string[], path: string): boolean {
  return roots.some((root) => {
    const way = relative(root, path);
    return way !== "" && way.split(/[/\\]/)[0] !== ".." && !isAbsolute(way);
  });
}
