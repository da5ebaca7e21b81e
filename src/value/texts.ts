import type { Value } from "../model/value.ts";
import { isRecord } from "./record.ts";
import { Secret } from "../secrets/secret.ts";

/** A text somewhere inside a value. */
export interface TextAt {
  readonly pointer: string;
  readonly text: string;
  /** How it may be shown: a secret by its reference only. */
  readonly shown: string;
  /** Whether no word of it may be told, nor what is nearly the same. */
  readonly isSecret: boolean;
}

/** A value for a message: short, in quotes if a text, and a secret only by its reference. */
export function formatValue(value: Value | undefined): string {
  if (value instanceof Secret) return `"${value.reference ?? "***"}"`;
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/**
 * The text of a scalar, as the server will store it. A secret that stands in the file or in the cluster is looked into,
 * because what would break a cluster must be found; the text itself goes into no message (`Text.shown` does). The value of
 * a placeholder is not: nothing that is printed may depend on it.
 */
export function toStoredText(value: Value | undefined): string | undefined {
  if (value instanceof Secret)
    return value.isKnown && value.reference === undefined ? value.reveal() : undefined;
  if (value === null || value === undefined || typeof value === "object") return undefined;
  return String(value);
}

/** Whether a switch is on, as the server's loader reads it. */
export function isOn(value: Value | undefined): boolean {
  return toStoredText(value)?.trim().toLowerCase() === "true";
}

/** The texts of a list that are looked for, with their places. What is no list has none. */
export function findTexts(
  value: Value | undefined,
  pointer: string,
  isWanted: (text: string) => boolean = () => true,
): TextAt[] {
  if (!Array.isArray(value)) return [];
  const texts: TextAt[] = [];
  for (let index = 0; index < value.length; index++) {
    const text = toStoredText(value[index]);
    if (text === undefined || !isWanted(text)) continue;
    texts.push({
      pointer: `${pointer}/${index}`,
      text,
      isSecret: value[index] instanceof Secret,
      // Asked for only where something is wrong.
      get shown() {
        return formatValue(value[index]);
      },
    });
  }
  return texts;
}

/** The texts of a list without their places. */
export function listTexts(value: Value | undefined): string[] {
  return Array.isArray(value) ? value.map(toStoredText).filter((text) => text !== undefined) : [];
}

/** The maps of a list, with their places. */
export function listMaps(
  value: Value | undefined,
  pointer: string,
): { pointer: string; fields: { [key: string]: Value } }[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item, index) =>
    isRecord(item) ? [{ pointer: `${pointer}/${index}`, fields: item }] : [],
  );
}
