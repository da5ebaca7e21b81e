import type { Layering } from "../../model/layers.ts";
import type { Json } from "../../model/value.ts";
import { escapePointer } from "../../value/path.ts";
import { mapItems } from "../../value/walk.ts";

/** The variables of a directory, and the names of those that its files use. */
export interface Variables {
  readonly values: NonNullable<Layering["variables"]>;
  readonly used: Set<string>;
}

/** Reports that a text at a pointer names a variable that is not set, or that stands where none may. */
export type ReportVariable = (pointer: string, name: string, problem: "unset" | "in-field-name") => void;

const eachVariable = /\$\{var\.([^{}]*)\}/g;
const wholeVariable = /^\$\{var\.([^{}]*)\}$/;

/** Returns true if a text names a variable. */
export function hasVariable(text: string): boolean {
  return text.search(eachVariable) >= 0;
}

/**
 * Replaces `${var.NAME}` in the texts of a value. A text that is nothing else becomes the value of the
 * variable, so that it can be a number or a switch. A text with a variable that is not set stays as it is.
 */
export function fillVariables(
  value: Json,
  variables: Variables,
  report: ReportVariable,
  pointer: string,
): Json {
  if (typeof value === "string") return fillText(value, variables, (name) => report(pointer, name, "unset"));
  if (value === null || typeof value !== "object") return value;
  return mapItems(value, (item, step) => {
    const below = `${pointer}/${escapePointer(step)}`;
    for (const [, name = ""] of step.matchAll(eachVariable)) report(below, name, "in-field-name");
    return fillVariables(item as Json, variables, report, below);
  }) as Json;
}

/** Returns true if a text, such as that of a whole file, names a variable. */
export function usesVariable(text: string, name: string): boolean {
  return text.includes(`\${var.${name}}`);
}

/** Replaces `${var.NAME}` in a name. */
export function fillName(text: string, variables: Variables, onUnset: (name: string) => void): string {
  return String(fillText(text, variables, onUnset));
}

function fillText(text: string, variables: Variables, onUnset: (name: string) => void): Json {
  const whole = wholeVariable.exec(text)?.[1];
  if (whole !== undefined) return lookUp(whole, variables, onUnset) ?? text;
  return text.replace(eachVariable, (literal, name: string) =>
    String(lookUp(name, variables, onUnset) ?? literal),
  );
}

function lookUp(
  name: string,
  { values, used }: Variables,
  onUnset: (name: string) => void,
): Json | undefined {
  used.add(name);
  const found = values.get(name);
  if (!found) onUnset(name);
  return found?.value;
}
