import { findNearest } from "../value/nearest.ts";

/** A variable `${…}` in a pattern or a query: the server replaces it with a fact about the caller. */
export interface Variable {
  readonly text: string;
  readonly name: string;
  /** True if the variable has a value for callers without the attribute: `${attr.ldap.team:-none}`. */
  readonly hasFallback: boolean;
}

/** The name has no braces, so the expression scans a text with many of them once. */
const variable = /\$\{([^{}]*)\}/g;

const fixedNames = [
  "user.name",
  "user_name",
  "user.roles",
  "user_roles",
  "user.securityRoles",
  "user_securityRoles",
];

/** The first version that knows `:-` (`UserAttributes`). */
export const fallbackSince = "3.7";

/** Lists the variables of a text, in their order. */
export function findVariables(text: string): Variable[] {
  return [...text.matchAll(variable)].map(([whole, content]) => {
    const [name = "", ...fallback] = content!.split(":-");
    return { text: whole, name, hasFallback: fallback.length > 0 };
  });
}

/** Replaces each variable of a text. */
export function replaceVariables(text: string, replace: (content: string) => string): string {
  if (!text.includes("${")) return text;
  return text.replaceAll(variable, (_, content: string) => replace(content));
}

/**
 * True if the server knows a variable of this name. osac accepts every attribute, because it does not know
 * those of the callers.
 */
export function isKnownVariable(name: string): boolean {
  return fixedNames.includes(name) || /^attr[._]./.test(name);
}

/** Suggests a variable in the place of one that the server does not know. */
export function suggestVariable(name: string): string {
  const guess = findNearest(name, fixedNames);
  return guess === undefined
    ? "the server knows user.name, user.roles, user.securityRoles and attr.…"
    : `did you mean \${${guess}}?`;
}
