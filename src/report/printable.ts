import { createHash } from "node:crypto";

/**
 * What nobody sees, or sees as something else: control and format characters, private use, what is ignored in display,
 * blanks that are not the plain one, and marks that stand on no letter or pile up on one.
 */
const deceptive = String.raw`[\p{C}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Z}|(?<!\p{L}\p{M}?)\p{M}|(?<= ) `;

/** The same, with the backslashes before it, or before what looks like an escape: those are doubled. */
const toEscape = new RegExp(String.raw`(\\+)(?=u[\da-f]{4}|u\{|${deceptive})|${deceptive}`, "gu");

/** Most texts: they are shown as they are. */
const plainText = /^(?:[!-[\]-~]| (?! ))*$/;

/** The most characters of a value that are shown whole. */
const valueMax = 300;

/**
 * Shows what cannot be seen as escapes, so that two texts that differ look different. Names come from files and
 * clusters; none may move a terminal's cursor, start a line of its own in a log, or make a column of its own.
 */
export function printable(text: string): string {
  if (plainText.test(text)) return text;
  return text.replace(toEscape, (character, backslashes?: string) => {
    if (backslashes !== undefined) return backslashes + backslashes;
    const code = character.codePointAt(0)!.toString(16);
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`;
  });
}

/** A value for people: printable, and a long one as its beginning, its length and its digest. */
export function formatValue(text: string): string {
  return printable(cutText(text, valueMax));
}

/** A name or an item of a list for people: in quotes where it could be taken for several, or for words of the report. */
export function formatItem(text: string): string {
  return quoted(text, formatValue);
}

/** The same as it is, for a label that is made printable as a whole. */
export function quoteItem(text: string): string {
  return quoted(text, (whole) => whole);
}

/** Whether a text would be read as a truth, a number or nothing, if it stood there without quotes. */
export function looksTyped(text: string): boolean {
  return /^(?:true|false|null|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/i.test(text);
}

function quoted(text: string, format: (text: string) => string): string {
  const isPlain = !/^$|^ | $|, |[[\]()"→]/.test(text) && !looksTyped(text);
  return isPlain ? format(text) : `"${format(text).replaceAll('"', '\\"')}"`;
}

/** A text of at most so many characters, and what tells its end from another one. */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 32);
  const head = text.slice(0, most).replace(/[\uD800-\uDBFF]$/, "");
  return `${head}… (${text.length} characters, sha256 ${digest})`;
}
