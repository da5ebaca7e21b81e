import { isRecord } from "../../value/record.ts";
import type { Json, Value } from "../../model/value.ts";
import type { FieldPlace } from "../../schema/secret-paths.ts";
import { Secret } from "../../secrets/secret.ts";
import { mapItems, somePart } from "../../value/walk.ts";

/** Why a placeholder has no value, as it continues "the variable …", and what to do about it. */
export interface Lack {
  readonly lacks: string;
  readonly hint: string;
  /** The default of the placeholder counts. */
  readonly mayDefault?: true;
  /** No file may use it there, whatever its value. */
  readonly isRefused?: true;
}

/** A placeholder's value, or why there is none. What holds a value that is none to the server says so. */
export type Found = { readonly value: string; readonly isUnusable?: boolean } | Lack;

/** Where the placeholders of some fields get their values. */
export interface Lookup {
  readonly variable: (name: string) => Found;
  /** The content of a file, by the path of a `${file:PATH}`. */
  readonly file: (path: string) => Found;
}

/** Where placeholders get their values. */
export interface Sources {
  /** For fields whose values are secret: shown nowhere. */
  readonly secret: Lookup;
  /** For all other fields, and for names and keys: what was allowed from outside the files, and is shown. */
  readonly open: Lookup;
  /** Files within the directory that placeholders name, by path. */
  readonly usedFiles: ReadonlySet<string>;
}

/** What a placeholder names. */
export interface UsedPlaceholder {
  readonly kind: "variable" | "file";
  readonly name: string;
}

/** The placeholders of the plugin (`SecurityUtils.replaceEnvVars`), then ours. */
const anyPlaceholder =
  /\$\{(?:(env|envbase64|envbc)\.([\w=():-](?:(?!:-)[\w=():-])*)(:-[\w=():-]*)?|file:([^{}\r\n]+))\}/;
const eachPlaceholder = new RegExp(anyPlaceholder, "g");
const wholeEnvbc = /^\$\{envbc\.[^{}]*\}$/;
const attemptedPlaceholder = /\$\{(?:env(?:bc|base64)?\.|file:)/;
const begin = /\$\{(?:env|file:)/;

/** What a tool was to fill in and did not. The server's own variables are filled in by the server. */
const unfilled = /\$\{(?!user[._]|attr[._])[^{}]*\}|\$\{\{/;

/** Whether a text has a placeholder that is replaced, by the plugin or by osac. */
export function hasPlaceholder(text: string): boolean {
  return begin.test(text) && anyPlaceholder.test(text);
}

/** Whether a text has a placeholder that osac alone understands. */
export function hasFilePlaceholder(text: string): boolean {
  return findPlaceholders(text).some(({ kind }) => kind === "file");
}

/** Whether a placeholder of a text has a default. */
export function hasDefault(text: string): boolean {
  return Array.from(text.matchAll(eachPlaceholder)).some(([, , , fallback]) => fallback !== undefined);
}

/** Whether a text was meant to have a placeholder, and a part of it is taken for none (a default may only have `\w=():-`). */
export function hasBrokenPlaceholder(text: string): boolean {
  return begin.test(text) && attemptedPlaceholder.test(text.replace(eachPlaceholder, ""));
}

/** What the placeholders of a text name. */
export function findPlaceholders(text: string): UsedPlaceholder[] {
  if (!begin.test(text)) return [];
  return Array.from(text.matchAll(eachPlaceholder), ([, , variable, , file = ""]) =>
    variable === undefined ? { kind: "file", name: file } : { kind: "variable", name: variable },
  );
}

/** What the schema says of the place at a path of an entity. */
export type PlaceAt = (path: readonly string[]) => FieldPlace;

/**
 * Replaces the placeholders of an entity's body by their place. In a secret field a text becomes a `Secret` that keeps
 * the text as its reference; its value is unknown unless each placeholder has one, from its source or as a default.
 * Everywhere else, keys included, the value of the placeholder is no secret, and stands in the body as if the file had
 * it; what cannot be looked up there stays as a `Secret` without a value. A body without placeholders is handed back.
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
      // The parts from elsewhere were met when they were found.
      isWritten: true,
      isUnusable: found.isUnusable,
    });
  return new Secret(undefined, text, { isPassword, lack: { reason: found.lacks, hint: found.hint } });
}

/** The plugin replaces placeholders before it reads the YAML, so that a text may become a truth or a number. */
function resolveOpen(text: string, type: FieldPlace["type"], lookup: Lookup): Value {
  const found = resolveText(text, lookup);
  if ("value" in found) {
    if (type === "boolean" && /^(?:true|false)$/i.test(found.value))
      return found.value.toLowerCase() === "true";
    return type === "integer" && /^-?\d{1,15}$/.test(found.value) ? Number(found.value) : found.value;
  }
  return new Secret(undefined, text, { isOpen: true, lack: { reason: found.lacks, hint: found.hint } });
}

/** A name or key with its placeholders replaced; undefined if one has no value, or one that may not be shown. */
export function resolveName(text: string, open: Lookup): string | undefined {
  const found = resolveText(text, open);
  return "value" in found ? found.value : undefined;
}

interface TextChoice {
  /** Whether a secret can be used shows only where it is sent: a plan must not depend on its value. */
  readonly isSecret?: boolean;
}

const notWhole: Lack = {
  lacks: "must be the whole text, because its value is a hash",
  hint: "write ${envbc.NAME} and nothing else",
};

/** The text with its placeholders replaced, or why that cannot be. */
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

/** What no field can take is no value, where that may be said. */
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

/** One placeholder, in its parts. */
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

/** What still is to be filled in is no value. */
function checkFilled(found: Found): Found {
  return "value" in found && unfilled.test(found.value) ? { ...found, isUnusable: true } : found;
}

/** Nothing for what Java's decoder refuses; Node's own takes anything. */
function decodeBase64(found: Found): Found {
  if (!("value" in found)) return found;
  const isValid = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/.test(found.value);
  return { value: Buffer.from(found.value, "base64").toString("utf8"), isUnusable: !isValid };
}
