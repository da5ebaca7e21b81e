import { isFields } from "../../kinds/canonical.ts";
import type { Json, Value } from "../../model.ts";
import { Secret, meet } from "../../secret.ts";

/** A placeholder's value, or why there is none, as it continues "the variable …". */
export type Found = { readonly value: string } | { readonly lacks: string; readonly mayDefault?: true };

/** Where placeholders get their values. */
export interface Sources {
  variable(name: string): Found;
  /** The content of a file, by the path of a `${file:PATH}`. */
  file(path: string): Found;
  /** Nothing is looked up in them. */
  readonly isOpaque: boolean;
  /** Whether a variable may stand in a name or a key, where its value is shown. */
  mayShow(name: string): boolean;
  /** Why a placeholder may not be used here; undefined where it may. */
  refusal(used: UsedPlaceholder): { readonly message: string; readonly hint: string } | undefined;
}

/** What a placeholder names. */
export interface UsedPlaceholder {
  readonly kind: "variable" | "file";
  readonly name: string;
}

/** The placeholders of the plugin, in the order in which it replaces them (`SecurityUtils.replaceEnvVars`), then ours. */
const patterns = {
  envbase64: /\$\{envbase64\.([\w=():-]+?)(:-[\w=():-]*)?\}/g,
  env: /\$\{env\.([\w=():-]+?)(:-[\w=():-]*)?\}/g,
  envbc: /\$\{envbc\.([\w=():-]+?)(:-[\w=():-]*)?\}/g,
  file: /\$\{file:([^{}\r\n]+)\}/g,
} as const;

const wholeEnvbc = new RegExp(`^${patterns.envbc.source}$`);
const anyPlaceholder = new RegExp(
  Object.values(patterns)
    .map((pattern) => pattern.source)
    .join("|"),
);
const attempt = /\$\{(?:env(?:bc|base64)?\.|file:)/;
const begin = /\$\{(?:env|file:)/;

/** What a tool was to fill in and did not. The server's own variables are filled in by the server. */
const unfilled = /\$\{(?!user[._]|attr[._])[^{}]*\}|\$\{\{/;

/** Whether a text has a placeholder that is replaced, by the plugin or by osac. */
export function hasPlaceholder(text: string): boolean {
  return begin.test(text) && anyPlaceholder.test(text);
}

/** Whether a text has a placeholder that osac alone understands. */
export function hasFilePlaceholder(text: string): boolean {
  return text.search(patterns.file) >= 0;
}

/** Whether a text was meant to have a placeholder, and a part of it is taken for none (a default may only have `\w=():-`). */
export function hasBrokenPlaceholder(text: string): boolean {
  return begin.test(text) && attempt.test(text.replace(new RegExp(anyPlaceholder, "g"), ""));
}

/** What the placeholders of a text name. */
export function placeholdersIn(text: string): UsedPlaceholder[] {
  if (!begin.test(text)) return [];
  return Object.entries(patterns).flatMap(([key, pattern]) =>
    Array.from(text.matchAll(pattern), ([, name = ""]) => ({
      kind: key === "file" ? "file" : "variable",
      name,
    })),
  );
}

/**
 * Wraps every text with a placeholder in a `Secret` that keeps the text as its reference. Its value is unknown unless
 * each placeholder has one, from its source or as a default; an empty one counts as none, as for the plugin.
 * `${envbc.NAME}`, which stands for the hash of a password, must be the whole text, and its value is the password.
 * Placeholders in keys are replaced where the value may be shown. What has no placeholder is handed back as it is.
 */
export function resolvePlaceholders(value: Json, sources: Sources): Value {
  if (!holdsPlaceholder(value)) return value;
  if (typeof value === "string") return secretOf(value, sources);
  if (Array.isArray(value)) return value.map((item) => resolvePlaceholders(item, sources));
  const entries = Object.entries(value as { [key: string]: Json });
  return Object.fromEntries(
    entries.map(([key, item]) => [resolveName(key, sources) ?? key, resolvePlaceholders(item, sources)]),
  );
}

function secretOf(text: string, sources: Sources): Secret {
  const found = resolveText(text, {
    ...sources,
    variable: (name) => met(sources.variable(name)),
    file: (path) => met(sources.file(path)),
  });
  const isPassword = wholeEnvbc.test(text);
  return "value" in found
    ? new Secret(found.value, text, { isPassword })
    : new Secret(undefined, text, { isPassword, lacks: found.lacks });
}

/** A part of a text is as secret as the whole. */
function met(found: Found): Found {
  if ("value" in found) meet(found.value);
  return found;
}

/** A name or key with its placeholders replaced; undefined if one has no value, or one that may not be shown. */
export function resolveName(text: string, sources: Sources): string | undefined {
  const open: Sources = {
    ...sources,
    variable: (name) =>
      sources.mayShow(name) ? sources.variable(name) : { lacks: "may not be shown", mayDefault: true },
    file: () => ({ lacks: "may not be shown" }),
  };
  const found = resolveText(text, open);
  return "value" in found ? found.value : undefined;
}

/** The text with its placeholders replaced, or why that cannot be. */
export function resolveText(text: string, sources: Sources): Found {
  const whole = wholeEnvbc.exec(text);
  if (whole) return filled(lookUp(sources, whole[1]!, whole[2]));
  let lacks: string | undefined;
  const replaceAll = (
    input: string,
    pattern: RegExp,
    find: (name: string, fallback?: string) => Found,
  ): string =>
    input.replace(pattern, (literal, name: string, fallback?: string) => {
      const found = find(name, typeof fallback === "string" ? fallback : undefined);
      if ("value" in found) return found.value;
      lacks ??= found.lacks;
      return literal;
    });
  const decoded = replaceAll(text, patterns.envbase64, (name, fallback) =>
    decoded64(lookUp(sources, name, fallback)),
  );
  const replaced = replaceAll(decoded, patterns.env, (name, fallback) =>
    filled(lookUp(sources, name, fallback)),
  );
  const hashed = replaceAll(replaced, patterns.envbc, () => ({
    lacks: "must be the whole text, for it stands for a hash",
  }));
  const result = replaceAll(hashed, patterns.file, (path) => filled(sources.file(path)));
  return lacks === undefined ? { value: result } : { lacks };
}

function holdsPlaceholder(value: Json): boolean {
  if (typeof value === "string") return hasPlaceholder(value);
  if (Array.isArray(value)) return value.some(holdsPlaceholder);
  if (!isFields(value)) return false;
  return Object.entries(value).some(([key, item]) => hasPlaceholder(key) || holdsPlaceholder(item));
}

function lookUp(sources: Sources, name: string, fallback: string | undefined): Found {
  const found = sources.variable(name);
  if ("value" in found || !found.mayDefault) return found;
  const value = fallback?.slice(":-".length);
  return value ? { value } : found;
}

/** What still is to be filled in is no value. */
function filled(found: Found): Found {
  const isLiteral = "value" in found && unfilled.test(found.value);
  return isLiteral ? { lacks: "holds a placeholder that nobody filled in" } : found;
}

/** Nothing for what Java's decoder refuses; Node's own takes anything. */
function decoded64(found: Found): Found {
  if (!("value" in found)) return found;
  const isValid = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/.test(found.value);
  return isValid ? { value: Buffer.from(found.value, "base64").toString("utf8") } : { lacks: "is no Base64" };
}
