import { makeLintFinding } from "../errors.ts";
import { writeCodePoint } from "../value/code-point.ts";
import type { Value } from "../model/value.ts";
import { formatPath } from "../value/path.ts";
import type { LintFinding } from "../model/finding.ts";

/** Control characters, invisible characters, and unusual blanks. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;

/**
 * The characters that a backslash and one letter stand for between double quotes: `"EXAMPLE\eva"` has U+001B.
 */
const ofEscapes = "\0\x07\b\t\n\v\f\r\x1B\x85\xA0\u2028\u2029";

/** Fields that may have line breaks: descriptions, queries and certificates. */
const freeText = /^(?:description|dls|license)$|_content$/;

const shownMax = 80;

/** Finds invisible characters in a name: such a name is equal to nothing that a person types. */
export function unseenName(name: string, pointer: string): LintFinding[] {
  if (isUnseen(name)) return [characterFinding(name, pointer, "the name")];
  return hasOuterSpace(name) ? [outerSpaceFinding(name, pointer, "the name")] : [];
}

/** Finds a space before or after an item of a list: the server compares it, and nobody sees it. */
export function outerSpace(item: Value, pointer: string, field: string): LintFinding[] {
  return isOuterSpace(item, field) ? [outerSpaceFinding(item, pointer, `${formatPath(pointer)}:`)] : [];
}

export function isOuterSpace(item: Value, field: string): item is string {
  return typeof item === "string" && hasOuterSpace(item) && !spaced.test(field);
}

/** A name with a space at an end. */
export function hasOuterSpace(name: string): boolean {
  return (name.startsWith(" ") || name.endsWith(" ")) && name.trim() !== "";
}

/** Lists whose items may have spaces at their ends, or whose own rules report them. */
const spaced = /^(?:masked_fields|index_patterns|allowed_actions|cluster_permissions)$/;

function outerSpaceFinding(text: string, pointer: string, where: string): LintFinding {
  return makeLintFinding("invisible-character", {
    pointer,
    message: `${where} "${text.slice(0, shownMax)}" begins or ends with a space, and the server compares it`,
    hint: "remove it",
  });
}

/** Finds invisible characters in a member or a pattern. */
export function unseenText(value: Value, pointer: string, field: string): LintFinding[] {
  return isUnseenText(value, field) ? [characterFinding(value, pointer, `${formatPath(pointer)}:`)] : [];
}

export function isUnseenText(value: Value, field: string): value is string {
  return typeof value === "string" && isUnseen(value) && !freeText.test(field);
}

/** True for a text of visible ASCII characters without a space at its ends, as most are. */
export function isPlain(text: string): boolean {
  return /^[!-~](?:[ -~]*[!-~])?$/.test(text);
}

export function isUnseen(text: string): boolean {
  return /[^ -~]/.test(text) && unseen.test(text);
}

function characterFinding(text: string, pointer: string, where: string): LintFinding {
  const [character] = unseen.exec(text)!;
  return makeLintFinding("invisible-character", {
    pointer,
    // The text stays as it is: reports escape invisible characters.
    message: `${where} "${text.slice(0, shownMax)}" contains ${writeCodePoint(character)}, which is invisible or looks like a blank`,
    hint: ofEscapes.includes(character)
      ? "in double quotes a backslash is written twice, or use single quotes"
      : "remove it, or type an ordinary character",
  });
}
