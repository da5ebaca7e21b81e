import { randomBytes } from "node:crypto";
import { hashPassword } from "./passwords.ts";
import type { Environment } from "../model/environment.ts";

const placeholder = /\$\{(env|envbc|envbase64)\.(\w+)(?::-([\w=():\-_]*))?\}/g;

/**
 * Replaces placeholders of a stored text with the values of the node's environment, as the plugin does when
 * it loads a document (`SecurityUtils.replaceEnvVars`). A placeholder without a value and a default stays as
 * it is.
 */
export async function resolvePlaceholders(stored: string, environment: Environment): Promise<string> {
  const found = [...stored.matchAll(placeholder)];
  const values = await Promise.all(found.map((match) => resolvePlaceholder(match, environment)));
  let next = 0;
  return stored.replaceAll(placeholder, () => values[next++]!);
}

async function resolvePlaceholder(match: RegExpMatchArray, environment: Environment): Promise<string> {
  const [whole, scheme, name, fallback] = match;
  const value = environment[name!] || fallback;
  if (value === undefined) return whole;
  if (scheme === "envbc") return hashPassword(value, randomBytes(16));
  return JSON.stringify(scheme === "envbase64" ? Buffer.from(value, "base64").toString() : value).slice(
    1,
    -1,
  );
}
