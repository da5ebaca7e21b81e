import { isRecord } from "../../value/record.ts";
import type { Json, Value } from "../../model/value.ts";
import type { FieldPlace } from "../../schema/secret-paths.ts";
import { Secret } from "../../secrets/secret.ts";
import type { Variables } from "./fill-variables.ts";
import { mapItems, somePart } from "../../value/walk.ts";

/** The reason that a placeholder has no value, as a continuation of "the variable …", and a hint. */
export interface Lack {
  readonly lacks: string;
  readonly hint: string;
  /** The default of the placeholder applies. */
  readonly mayDefault?: true;
  /** No file may use the placeholder there, whatever its value. */
  readonly isRefused?: true;
}

/** The value of a placeholder, or the reason that it has none. No field accepts a value with `isUnusable`. */
export type Found = { readonly value: string; readonly isUnusable?: boolean } | Lack;

/** The source of the values of placeholders in some fields. */
export interface Lookup {
  readonly variable: (name: string) => Found;
  /** Returns the content of a file, by the path of a `${file:PATH}`. */
  readonly file: (path: string) => Found;
}

/** The sources of the values of placeholders. */
export interface Sources {
  /** For fields with secret values, which osac never shows. */
  readonly secret: Lookup;
  /**
   * For all other fields, and for names and keys: only values that the job allows, because osac shows them.
   */
  readonly open: Lookup;
  /** Files within the directory that placeholders name, by path. */
  readonly usedFiles: ReadonlySet<string>;
  /** The variables of osac.yml; absent for a plain directory. */
  readonly variables?: Variables | undefined;
  /** Bodies keep their texts, with placeholders and secrets as written. */
  readonly isVerbatim?: boolean | undefined;
}

/** A variable or file that a placeholder names. */
export interface UsedPlaceholder {
  readonly kind: "variable" | "file";
  readonly name: string;
}

/** Matches the placeholders of the plugin (`SecurityUtils.replaceEnvVars`), then those of osac. */
const anyPlaceholder =
  /\$\{(?:(env|envbase64|envbc)\.([\w=():-](?:(?!:-)[\w=():-])*)(:-[\w=():-]*)?|file:([^{}\r\n]+))\}/;
const eachPlaceholder = new RegExp(anyPlaceholder, "g");
const wholeEnvbc = /^\$\{envbc\.[^{}]*\}$/;
const attemptedPlaceholder = /\$\{(?:env(?:bc|base64)?\.|file:)/;
const begin = /\$\{(?:env|file:)/;

/**
 * Matches variables that a template tool should have replaced. The server itself replaces `${user.…}` and
 * `${attr.…}`.
 */
const unfilled = /\$\{(?!user[._]|attr[._])[^{}]*\}|\$\{\{/;

/** Returns true if a text has a placeholder of the plugin or of osac. */
export function hasPlaceholder(text: string): boolean {
  return begin.test(text) && anyPlaceholder.test(text);
}

/** Returns true if a text has a placeholder that only osac replaces. */
export function hasFilePlaceholder(text: string): boolean {
  return findPlaceholders(text).some(({ kind }) => kind === "file");
}

/** Returns true if a placeholder of a text has a default. */
export function hasDefault(text: string): boolean {
  return Array.from(text.matchAll(eachPlaceholder)).some(([, , , fallback]) => fallback !== undefined);
}

/**
 * Returns true if a text has a broken placeholder: the plugin takes it for plain text (a default may only
 * have `\w=():-`).
 */
export function hasBrokenPlaceholder(text: string): boolean {
  return begin.test(text) && attemptedPlaceholder.test(text.replace(eachPlaceholder, ""));
}

/** Returns the variables and files that the placeholders of a text name. */
export function findPlaceholders(text: string): UsedPlaceholder[] {
  if (!begin.test(text)) return [];
  return Array.from(text.matchAll(eachPlaceholder), ([, , variable, , file = ""]) =>
    variable === undefined ? { kind: "file", name: file } : { kind: "variable", name: variable },
  );
}

/** Returns the place in the schema for a path of an entity. */
export type PlaceAt = (path: readonly string[]) => FieldPlace;

/**
 * Replaces the placeholders of an entity's body, depending on their place. In a secret field a text becomes a
 * `Secret` that keeps the text as its reference. Its value is unknown unless each placeholder has one, from
 * its source or as a default. Everywhere else, keys included, the value of the placeholder is no secret, and
 * stands in the body as if the file had it. There a placeholder without an allowed value stays as a `Secret`
 * without a value. A body without placeholders is returned as it is.
 */
export function resolvePlaceholders(
  value: Json,
  sources: Sources,
  placeAt: PlaceAt,
  path: readonly string[] = [],
): Value {
  if (!holdsPlaceholder(value)) return value;
  if (typeof value === "string") {
    const { isSecret, type } = placeAt(path);
    return isSecret ? resolveSecret(value, sources.secret) : resolveOpen(value, type, sources.open);
  }
  return mapItems(
    value,
    (item, step) => resolvePlaceholders(item as Json, sources, placeAt, [...path, step]),
    (name) => resolveName(name, sources.open) ?? name,
  );
}

function resolveSecret(text: string, lookup: Lookup): Secret {
  const found = resolveText(text, lookup, { isSecret: true });
  const isPassword = wholeEnvbc.test(text);
  if ("value" in found)
    return new Secret(found.value, text, {
      isPassword,
      // The values of placeholders were registered when they were found.
      isWritten: true,
      isUnusable: found.isUnusable,
    });
  return new Secret(undefined, text, { isPassword, lack: { reason: found.lacks, hint: found.hint } });
}

/** The plugin replaces placeholders before it parses the YAML, so a text may become a boolean or a number. */
function resolveOpen(text: string, type: FieldPlace["type"], lookup: Lookup): Value {
  const found = resolveText(text, lookup);
  if ("value" in found) {
    if (type === "boolean" && /^(?:true|false)$/i.test(found.value))
      return found.value.toLowerCase() === "true";
    return type === "integer" && /^-?\d{1,15}$/.test(found.value) ? Number(found.value) : found.value;
  }
  return new Secret(undefined, text, { isOpen: true, lack: { reason: found.lacks, hint: found.hint } });
}

/**
 * Replaces the placeholders of a name or key. Returns undefined if one has no value, or one that must not be
 * shown.
 */
export function resolveName(text: string, open: Lookup): string | undefined {
  const found = resolveText(text, open);
  return "value" in found ? found.value : undefined;
}

interface TextChoice {
  /** The check of a secret runs only when it is sent, because a plan must not depend on its value. */
  readonly isSecret?: boolean;
}

const notWhole: Lack = {
  lacks: "must be the whole text, because its value is a hash",
  hint: "write ${envbc.NAME} and nothing else",
};

/** Returns the text with its placeholders replaced, or the reason that this is impossible. */
export function resolveText(text: string, lookup: Lookup, { isSecret = false }: TextChoice = {}): Found {
  const isWhole = wholeEnvbc.test(text);
  let lack: Lack | undefined;
  let isUnusable = false;
  const value = text.replace(
    eachPlaceholder,
    (literal, kind?: string, variable?: string, fallback?: string, file?: string) => {
      const found =
        kind === "envbc" && !isWhole ? notWhole : lookUp(lookup, { kind, variable, fallback, file });
      const settled = isSecret ? found : toLack(found);
      if ("value" in settled) isUnusable ||= settled.isUnusable ?? false;
      else lack ??= settled;
      return "value" in settled ? settled.value : literal;
    },
  );
  return lack ?? { value, isUnusable };
}

/** Turns a value that no field accepts into a lack, where the reason may be shown. */
function toLack(found: Found): Found {
  if (!("value" in found) || !found.isUnusable) return found;
  return {
    lacks: "contains an unresolved placeholder, or is not Base64",
    hint: "set the variable in the environment of osac",
  };
}

function holdsPlaceholder(value: Json): boolean {
  return somePart(value, (part) =>
    typeof part === "string"
      ? hasPlaceholder(part)
      : isRecord(part) && Object.keys(part).some(hasPlaceholder),
  );
}

/** The parts of one placeholder. */
interface Parts {
  readonly kind: string | undefined;
  readonly variable: string | undefined;
  readonly fallback: string | undefined;
  readonly file: string | undefined;
}

function lookUp(lookup: Lookup, { kind, variable, fallback, file }: Parts): Found {
  if (variable === undefined) return checkFilled(lookup.file(file!));
  const found = applyDefault(lookup.variable(variable), fallback?.slice(":-".length));
  return checkFilled(kind === "envbase64" ? decodeBase64(found) : found);
}

function applyDefault(found: Found, fallback: string | undefined): Found {
  return !("value" in found) && found.mayDefault && fallback ? { value: fallback } : found;
}

/** Marks a value that still has a template variable as unusable. */
function checkFilled(found: Found): Found {
  return "value" in found && unfilled.test(found.value) ? { ...found, isUnusable: true } : found;
}

/** Decodes Base64. A value that Java's decoder refuses is unusable; Node's own decoder accepts anything. */
function decodeBase64(found: Found): Found {
  if (!("value" in found)) return found;
  const isValid = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/.test(found.value);
  return { value: Buffer.from(found.value, "base64").toString("utf8"), isUnusable: !isValid };
}
