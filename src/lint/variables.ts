import { findNearest } from "../value/nearest.ts";

/** `${…}` in a pattern or a query: the server puts something about the caller in its place. */
export interface Variable {
  readonly text: string;
  readonly name: string;
  /** True if the variable has a value for callers without the attribute: `${attr.ldap.team:-none}`. */
  readonly hasFallback: boolean;
}

/** Without braces inside, so that a text with many of them is read once. */
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

/** The variables of a text, in their order. */
export function findVariables(text: string): Variable[] {
  return [...text.matchAll(variable)].map(([whole, content]) => {
    const [name = "", ...fallback] = content!.split(":-");
    return { text: whole, name, hasFallback: fallback.length > 0 };
  });
}

/** Puts something in the place of each variable. */
export function replaceVariables(text: string, replace: (content: string) => string): string {
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
