import type { Value, Body } from "../model/value.ts";
import { isRecord } from "./record.ts";
import { Secret } from "../secrets/secret.ts";

/** A text inside a value, with its place. */
export interface TextAt {
  readonly pointer: string;
  readonly text: string;
  /** The form for messages. For a secret this is only its reference. */
  readonly shown: string;
  /** True if messages must not quote the text, nor any similar text. */
  readonly isSecret: boolean;
}

/** Formats a value for a message: short, in quotes if a text, and a secret only by its reference. */
export function formatValue(value: Value | undefined): string {
  if (value instanceof Secret) return `"${value.reference ?? "***"}"`;
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/**
 * Returns the text of a scalar, as the server will store it. It reads a secret that is written in the file or
 * stored in the cluster, because the checks must find a text that would break a cluster. No message has that
 * text (`Text.shown` replaces it). It does not read the value of a placeholder, because no output may depend
 * on it.
 */
export function toStoredText(value: Value | undefined): string | undefined {
  if (typeof value === "string") return value;
  if (value instanceof Secret)
    return value.isKnown && value.reference === undefined ? value.reveal() : undefined;
  if (value === null || value === undefined || typeof value === "object") return undefined;
  return String(value);
}

/** Returns true if the server's loader reads a switch as on. */
export function isOn(value: Value | undefined): boolean {
  return toStoredText(value)?.trim().toLowerCase() === "true";
}

/** Finds the texts of a list, with their places. Any other value has none. */
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
      // Computed on demand, because only findings need it.
      get shown() {
        return formatValue(value[index]);
      },
    });
  }
  return texts;
}

/** Lists the texts of a list without their places. */
export function listTexts(value: Value | undefined): string[] {
  return Array.isArray(value) ? value.map(toStoredText).filter((text) => text !== undefined) : [];
}

/** Lists the maps of a list, with their places. */
export function listMaps(value: Value | undefined, pointer: string): { pointer: string; fields: Body }[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item, index) =>
    isRecord(item) ? [{ pointer: `${pointer}/${index}`, fields: item }] : [],
  );
}
