import type { Access } from "./access.ts";
import type { Unknown } from "./answer.ts";
import type { Caller } from "./subject.ts";

/** True if a text contains variables. */
export function hasVariables(text: string): boolean {
  return text.includes("${");
}

/**
 * Replaces the variables of a text, one after the other, as the server does. A variable that the caller does
 * not have stays unchanged.
 */
export function renderVariables(access: Access, caller: Caller, text: string): string | Unknown {
  const inDoubt = findDoubt(access, caller, text);
  if (inDoubt) return inDoubt;
  return listVariables(caller).reduce(
    (rendered, [name, value]) =>
      rendered
        .replaceAll(`\${${name}}`, () => value)
        .replaceAll(`\${${name.replaceAll(".", "_")}}`, () => value),
    text,
  );
}

function listVariables({ identity, roles, attributes = {} }: Caller): (readonly [string, string])[] {
  return [
    ["user.name", identity.name ?? ""],
    ["user.roles", quoteAll(identity.backendRoles)],
    ["user.securityRoles", quoteAll(roles.map(({ name }) => name))],
    ...Object.entries(attributes),
  ];
}

function quoteAll(texts: readonly string[]): string {
  return texts.map((text) => `"${text}"`).join(",");
}

function findDoubt({ generation }: Access, caller: Caller, text: string): Unknown | undefined {
  if (generation.hasVariableDefaults && hasDefaults(text))
    return { code: "variable", text: `${text} holds a default or a variable within a variable` };
  const { identity, attributes, roles } = caller;
  const isOpen = isNameless(caller);
  const openOnes: readonly (readonly [boolean, variable: string, what: string])[] = [
    [isOpen, "user.name", "the caller's name"],
    [isOpen || attributes === undefined, "attr.", "attributes of the caller"],
    [identity.mayHaveMore === true, "user.roles", "backend roles that osac does not know"],
    [roles.some(({ doubt }) => doubt), "user.securityRoles", "roles that are not certain"],
  ];
  const open = openOnes.find(([isUnset, variable]) => isUnset && asksFor(text, variable));
  return open && { code: "variable", text: `${text} depends on ${open[2]}` };
}

/**
 * True if a pattern matches one of some names for some values of its variables. A caller without a name has
 * one that no entry and no index has.
 */
export function mayMatch(access: Access, caller: Caller, pattern: string, names: readonly string[]): boolean {
  if (access.generation.hasVariableDefaults && hasDefaults(pattern)) return true;
  const { identity } = caller;
  const named = isNameless(caller) ? pattern.replaceAll(nameVariable, () => identity.name ?? "") : pattern;
  const open = named.replaceAll(/\$\{[^}]*\}/g, "*");
  return names.some((name) => access.matches(open, name) !== "no");
}

/** The variables for the name of the caller. */
export const nameVariable: RegExp = /\$\{user[._]name\}/g;

/** True if a subject stands for callers of any name. */
export function isNameless({ subject: { kind } }: Pick<Caller, "subject">): boolean {
  return kind === "backend-role" || kind === "everybody";
}

/** Defaults and variables within variables, which newer servers know. */
function hasDefaults(text: string): boolean {
  return /\$\$\{|:-|\$\{[^}]*\$\{/.test(text);
}

function asksFor(text: string, variable: string): boolean {
  return text.includes(`\${${variable}`) || text.includes(`\${${variable.replaceAll(".", "_")}`);
}

/** Finds the first of some names that a pattern of the caller's role covers. */
export function matchPattern(
  access: Access,
  caller: Caller,
  pattern: string,
  names: readonly string[],
):
  | { readonly is: "yes"; readonly name: string }
  | { readonly is: "no" }
  | { readonly is: "unsure"; readonly reason: Unknown } {
  const isDate = pattern.startsWith("<") && pattern.endsWith(">");
  if (isDate) return matchDate(pattern, names);
  const rendered = hasVariables(pattern) ? renderVariables(access, caller, pattern) : pattern;
  if (typeof rendered !== "string")
    return mayMatch(access, caller, pattern, names) ? { is: "unsure", reason: rendered } : { is: "no" };
  let isOpen = false;
  for (const name of names) {
    const verdict = access.matches(rendered, name);
    if (verdict === "yes") return { is: "yes", name };
    isOpen ||= verdict === "unsure";
  }
  if (!isOpen) return { is: "no" };
  return { is: "unsure", reason: { code: "expression", text: `only Java can read ${pattern}` } };
}

/** The text before the date is the same on every day. */
function matchDate(pattern: string, names: readonly string[]): ReturnType<typeof matchPattern> {
  const start = pattern
    .slice(1)
    .split(/[{$]/)[0]!
    .replace(/[>*?].*$/s, "");
  if (!names.some((name) => name.startsWith(start))) return { is: "no" };
  return { is: "unsure", reason: { code: "date-math", text: `${pattern} depends on the day` } };
}
