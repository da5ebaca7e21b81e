import type { Value } from "../model.ts";
import { isFields } from "../kinds/canonical.ts";
import { Secret } from "../secret.ts";

/** A text somewhere inside a value. */
export interface Text {
  readonly pointer: string;
  readonly text: string;
  /** How it may be shown: a secret by its reference only. */
  readonly shown: string;
  /** Whether no word of it may be told, nor what is nearly the same. */
  readonly isSecret: boolean;
}

/** The steps of a JSON pointer, unescaped. */
export function stepsOf(pointer: string): string[] {
  const steps = pointer.split("/").slice(1);
  return pointer.includes("~")
    ? steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
    : steps;
}

/** The last step of a JSON pointer, unescaped. */
export function lastStep(pointer: string): string {
  return stepsOf(pointer).at(-1) ?? "";
}

/** A JSON pointer as people write paths: `index_permissions[0].dls`. */
export function spoken(pointer: string): string {
  return stepsOf(pointer)
    .map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`))
    .join("")
    .replace(/^\./, "");
}

/** What stands at a JSON pointer. */
export function valueAt(value: Value | undefined, pointer: string): Value | undefined {
  let found = value;
  for (const step of stepsOf(pointer)) {
    if (Array.isArray(found)) found = found[Number(step)];
    else found = isFields(found) && Object.hasOwn(found, step) ? found[step] : undefined;
  }
  return found;
}

/** A value for a message: short, in quotes if a text, and a secret only by its reference. */
export function shown(value: Value | undefined): string {
  if (value instanceof Secret) return `"${value.reference ?? "***"}"`;
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/**
 * The text of a scalar, as the server will store it. A secret that stands in the file or in the cluster is looked into,
 * because what would break a cluster must be found; the text itself goes into no message (`Text.shown` does). The value of
 * a placeholder is not: nothing that is printed may depend on it.
 */
export function textOf(value: Value | undefined): string | undefined {
  if (value instanceof Secret)
    return value.isKnown && value.reference === undefined ? value.reveal() : undefined;
  if (value === null || value === undefined || typeof value === "object") return undefined;
  return String(value);
}

/** Whether a switch is on, as the server's loader reads it. */
export function isOn(value: Value | undefined): boolean {
  return textOf(value)?.trim().toLowerCase() === "true";
}

/** The texts of a list that are looked for, with their places. What is no list has none. */
export function textsOf(
  value: Value | undefined,
  pointer: string,
  isWanted: (text: string) => boolean = () => true,
): Text[] {
  if (!Array.isArray(value)) return [];
  const texts: Text[] = [];
  for (let index = 0; index < value.length; index++) {
    const text = textOf(value[index]);
    if (text === undefined || !isWanted(text)) continue;
    texts.push({
      pointer: `${pointer}/${index}`,
      text,
      isSecret: value[index] instanceof Secret,
      // Asked for only where something is wrong.
      get shown() {
        return shown(value[index]);
      },
    });
  }
  return texts;
}

/** The texts of a list without their places. */
export function listTexts(value: Value | undefined): string[] {
  return Array.isArray(value) ? value.map(textOf).filter((text) => text !== undefined) : [];
}

/** The maps of a list, with their places. */
export function mapsOf(
  value: Value | undefined,
  pointer: string,
): { pointer: string; fields: { [key: string]: Value } }[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item, index) =>
    isFields(item) ? [{ pointer: `${pointer}/${index}`, fields: item }] : [],
  );
}
