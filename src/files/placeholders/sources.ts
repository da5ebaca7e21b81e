import { normalize } from "node:path";
import { registerSecret } from "../../secrets/secret.ts";
import { isHeldBack, matchesAny } from "./reserved-variables.ts";
import type { Found, Lack, Lookup, Sources } from "./placeholders.ts";
import { openFiles, type FileRules } from "./secret-files.ts";
import type { Settings } from "../../settings/settings.ts";

/** `process.env`, or a part of it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What placeholders may name. */
export interface PlaceholderRules extends FileRules {
  /**
   * What was allowed from outside the files: names of variables, beginnings of names that end in `*`, and `file:PATH`.
   * They count in every field, and their values are shown where that is no secret one.
   */
  readonly allowed: readonly string[];
  /** The only variables that the files want to use, by osac.yml; absent for all. */
  readonly narrowed?: readonly string[] | undefined;
  /** No secret is looked up: whoever plans has none, and may have none. */
  readonly isOpaque: boolean;
}

/** What the settings say of placeholders; paths of files are relative to the directory, wherever its files lie. */
export function makePlaceholderRules(settings: Settings): PlaceholderRules {
  return {
    allowed: settings.allowPlaceholder,
    narrowed: settings.onlyPlaceholders,
    directories: settings.placeholderFiles,
    narrowedDirectories: settings.onlyPlaceholderFiles,
    root: settings.directory,
    isOpaque: settings.secrets === "opaque",
  };
}

/** What holds where nobody has said anything. */
export const usualRules: PlaceholderRules = { allowed: [], directories: [], isOpaque: false };

/** The sources of a directory's placeholders. Files are read when they are asked for, each once. */
export function openSources(path: string, environment: Environment, rules: PlaceholderRules): Sources {
  const files = openFiles(path, rules);
  const secret: Lookup = {
    variable: (name) =>
      refuseSecret(name, rules) ??
      (rules.isOpaque ? opaque : registerFound(lookUpVariable(environment, name))),
    file: (name) => files.refusal(name) ?? (rules.isOpaque ? opaque : registerFound(files.read(name))),
  };
  return {
    usedFiles: files.used,
    secret,
    open: {
      variable: (name) => refuseOpen(name, rules) ?? lookUpVariable(environment, name),
      file: (name) => refuseOpenFile(name, rules) ?? files.refusal(name) ?? files.readDirectly(name),
    },
  };
}

/** No value for any placeholder, as on a machine that has none of them. */
export const noValues: Sources = openSources("", {}, usualRules);

const setIt =
  "set the variable in the environment of osac; an empty one, or an empty default, counts as none";

const opaque: Lack = { lacks: "was not looked at", hint: "plan without --secrets opaque" };

function lookUpVariable(environment: Environment, name: string): Found {
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
  if (value === undefined) return { lacks: "is not set", hint: setIt, mayDefault: true };
  return value === "" ? { lacks: "is empty", hint: setIt, mayDefault: true } : { value };
}

/** A part of a text is as secret as the whole. */
function registerFound(found: Found): Found {
  if ("value" in found) registerSecret(found.value);
  return found;
}

/** A secret field may use any variable but the credentials of the job; osac.yml may want fewer. */
function refuseSecret(name: string, { allowed, narrowed }: PlaceholderRules): Lack | undefined {
  if (narrowed && !matchesAny(narrowed, name)) return notNarrowedLack(name, narrowed);
  if (!isHeldBack(name) || allowed.includes(name)) return undefined;
  return {
    isRefused: true,
    lacks: "belongs to osac or to the job that runs it, and no file may use it",
    hint: `use another variable, or allow this one from outside the files: ${formatAllowHint(name)}`,
  };
}

/** Any other field shows the value, so only the job can say that it may. */
function refuseOpen(name: string, { allowed, narrowed }: PlaceholderRules): Lack | undefined {
  if (isHeldBack(name))
    return {
      isRefused: true,
      lacks: "belongs to osac or to the job that runs it, and no field that is shown may use it",
      hint: "use another variable",
    };
  if (!matchesAny(allowed, name)) return notAllowedLack(name);
  return narrowed && !matchesAny(narrowed, name) ? notNarrowedLack(name, narrowed) : undefined;
}

function refuseOpenFile(path: string, { allowed }: PlaceholderRules): Lack | undefined {
  const files = allowed.filter((one) => one.startsWith("file:"));
  return matchesAny(files, `file:${normalize(path)}`) ? undefined : notAllowedLack(`file:${path}`);
}

function notAllowedLack(name: string): Lack {
  return {
    isRefused: true,
    lacks: "is not allowed here: this field is not secret, so osac would show the value",
    hint: `write the value, or allow the placeholder from outside the files: ${formatAllowHint(name)}`,
  };
}

function notNarrowedLack(name: string, narrowed: readonly string[]): Lack {
  return {
    isRefused: true,
    lacks: `is none of those that files may use (placeholders.allow: ${narrowed.join(", ")})`,
    hint: `use another variable, or add ${name} to placeholders.allow`,
  };
}

function formatAllowHint(name: string): string {
  return `--allow-placeholder ${name}, or OSAC_ALLOW_PLACEHOLDERS`;
}
