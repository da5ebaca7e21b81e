import { normalize } from "node:path";
import { registerSecret } from "../../secrets/secret.ts";
import { isHeldBack, matchesAny } from "./reserved-variables.ts";
import type { Found, Lack, Lookup, Sources } from "./placeholders.ts";
import { openFiles, type FileRules } from "./secret-files.ts";
import type { Settings } from "../../settings/settings.ts";
import type { Environment } from "../../model/environment.ts";

/** `process.env`, or a part of it. */
/** The rules for what placeholders may name. */
export interface PlaceholderRules extends FileRules {
  /**
   * Names of variables, prefixes that end in `*`, and `file:PATH`, allowed by a flag or the environment. They
   * apply to every field. osac shows their values in fields that are not secret.
   */
  readonly allowed: readonly string[];
  /** The variables that osac.yml narrows the rules to; absent for all. */
  readonly narrowed?: readonly string[] | undefined;
  /** No secret is looked up: a job that only plans needs no secrets. */
  readonly isOpaque: boolean;
}

/** Makes the rules that the settings declare. Paths of files are relative to the directory. */
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

/** The rules without any setting. */
export const usualRules: PlaceholderRules = { allowed: [], directories: [], isOpaque: false };

/** Opens the sources of a directory's placeholders. Each file is read once, on demand. */
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

/** Sources without any value, as on a machine without variables and files. */
export const noValues: Sources = openSources("", {}, usualRules);

const setIt =
  "set the variable in the environment of osac; an empty one, or an empty default, counts as none";

const opaque: Lack = { lacks: "was not looked at", hint: "plan without --secrets opaque" };

function lookUpVariable(environment: Environment, name: string): Found {
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
  if (value === undefined) return { lacks: "is not set", hint: setIt, mayDefault: true };
  return value === "" ? { lacks: "is empty", hint: setIt, mayDefault: true } : { value };
}

/** Registers a value, because a part of a secret text is as secret as the whole. */
function registerFound(found: Found): Found {
  if ("value" in found) registerSecret(found.value);
  return found;
}

/**
 * Returns a reason if a secret field may not use a variable: a credential of the job, or one that osac.yml
 * excludes.
 */
function refuseSecret(name: string, { allowed, narrowed }: PlaceholderRules): Lack | undefined {
  if (narrowed && !matchesAny(narrowed, name)) return notNarrowedLack(name, narrowed);
  if (!isHeldBack(name) || allowed.includes(name)) return undefined;
  return {
    isRefused: true,
    lacks: "belongs to osac or to the job that runs it, and no file may use it",
    hint: `use another variable, or allow this one from outside the files: ${formatAllowHint(name)}`,
  };
}

/**
 * Returns a reason if another field may not use a variable. osac shows the value there, so only the job can
 * allow it.
 */
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
