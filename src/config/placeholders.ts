import type { Json, Value } from "../model.ts";
import { isFields } from "../kinds/canonical.ts";
import { Secret } from "../secret.ts";

/** Where placeholders get their values: `process.env`, or a part of it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The three placeholders, in the order in which the plugin replaces them (`SecurityUtils.replaceEnvVars`). */
const patterns = {
  envbase64: /\$\{envbase64\.([\w=():-]+?)(:-[\w=():-]*)?\}/g,
  env: /\$\{env\.([\w=():-]+?)(:-[\w=():-]*)?\}/g,
  envbc: /\$\{envbc\.([\w=():-]+?)(:-[\w=():-]*)?\}/g,
} as const;

const wholeEnvbc = new RegExp(`^${patterns.envbc.source}$`);
const anyPlaceholder = new RegExp(
  Object.values(patterns)
    .map((pattern) => pattern.source)
    .join("|"),
);
const attempt = /\$\{env(?:bc|base64)?\./;

/** Whether a text has a placeholder that the plugin would replace. */
export function hasPlaceholder(text: string): boolean {
  return text.includes("${env") && anyPlaceholder.test(text);
}

/** Whether a text was meant to have a placeholder, and the plugin takes a part of it for none (a default may only have `\w=():-`). */
export function hasBrokenPlaceholder(text: string): boolean {
  return text.includes("${env") && attempt.test(text.replace(new RegExp(anyPlaceholder, "g"), ""));
}

/** Whether a text or a name within a value could be a placeholder at all. Most entities have none, and are left alone. */
export function mayHoldPlaceholder(value: Json): boolean {
  if (typeof value === "string") return value.includes("${");
  if (Array.isArray(value)) return value.some(mayHoldPlaceholder);
  if (!isFields(value)) return false;
  return Object.keys(value).some((key) => mayHoldPlaceholder(key) || mayHoldPlaceholder(value[key]!));
}

/**
 * Wraps every text with a placeholder in a `Secret` that keeps the text as its reference. Its value is unknown unless
 * the environment or a default gives one for each placeholder; an empty variable counts as none, as for the plugin.
 * `${envbc.NAME}`, which stands for the hash of a password, must be the whole text, and its value is the password.
 * Placeholders in keys are replaced where that is possible. What has no placeholder is handed back as it is.
 */
export function resolvePlaceholders(value: Json, environment: Environment): Value {
  if (!holdsPlaceholder(value)) return value;
  if (typeof value === "string")
    return new Secret(resolveText(value, environment), value, wholeEnvbc.test(value));
  if (Array.isArray(value)) return value.map((item) => resolvePlaceholders(item, environment));
  const entries = Object.entries(value as { [key: string]: Json });
  return Object.fromEntries(
    entries.map(([key, item]) => [
      resolveText(key, environment) ?? key,
      resolvePlaceholders(item, environment),
    ]),
  );
}

/** The text with its placeholders replaced; undefined if one has no value. */
export function resolveText(text: string, environment: Environment): string | undefined {
  const whole = wholeEnvbc.exec(text);
  if (whole) return lookUp(environment, whole[1]!, whole[2]);
  let isComplete = true;
  const replaceAll = (
    input: string,
    pattern: RegExp,
    decode: (found: string) => string | undefined,
  ): string =>
    input.replace(pattern, (literal, name: string, fallback?: string) => {
      const found = lookUp(environment, name, fallback);
      const result = found === undefined ? undefined : decode(found);
      isComplete &&= result !== undefined;
      return result ?? literal;
    });
  const decoded = replaceAll(text, patterns.envbase64, decodeBase64);
  const replaced = replaceAll(decoded, patterns.env, (found) => found);
  const result = replaceAll(replaced, patterns.envbc, () => undefined);
  return isComplete ? result : undefined;
}

function holdsPlaceholder(value: Json): boolean {
  if (typeof value === "string") return hasPlaceholder(value);
  if (Array.isArray(value)) return value.some(holdsPlaceholder);
  if (!isFields(value)) return false;
  return Object.entries(value).some(([key, item]) => hasPlaceholder(key) || holdsPlaceholder(item));
}

function lookUp(environment: Environment, name: string, fallback: string | undefined): string | undefined {
  return (Object.hasOwn(environment, name) && environment[name]) || fallback?.slice(2) || undefined;
}

/** Undefined for what Java's decoder refuses; Node's own takes anything. */
function decodeBase64(text: string): string | undefined {
  const isValid = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/.test(text);
  return isValid ? Buffer.from(text, "base64").toString("utf8") : undefined;
}
