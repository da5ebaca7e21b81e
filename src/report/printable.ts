import { createHash } from "node:crypto";

/**
 * Matches characters that are invisible or look like others: control and format characters, private use,
 * default ignorables, blanks other than the plain one, and marks that stand on no letter or pile up on one.
 */
const deceptive = String.raw`[\p{C}\p{Default_Ignorable_Code_Point}\u2800\ufffc\u{1d159}]|(?! )\p{Z}|(?<!\p{L}\p{M}?)\p{M}|(?<= ) `;

/** Also matches what makes a text look like its composed form (NFC): marks, and second codes of a letter. */
const decomposed = String.raw`${deceptive}|\p{M}|[\u0374\u037e\u0387\u1f71-\u1fff\u2126\u212a\u212b\uf900-\ufaff\u{2f800}-\u{2fa1f}]`;

const [toEscape, toEscapeDecomposed] = [deceptive, decomposed].map(matchToEscape) as [RegExp, RegExp];

/**
 * Matches characters with the backslashes before them or before what looks like an escape: osac doubles
 * those.
 */
function matchToEscape(characters: string): RegExp {
  return new RegExp(String.raw`(\\+)(?=u[\da-f]{4}|u\{|${characters})|${characters}`, "gu");
}

/** Matches most texts, which need no escapes. */
const plainText = /^(?:[!-[\]-~]| (?! ))*$/;

/** The most characters of a value that is shown whole. */
const valueMax = 300;

/**
 * Shows invisible characters as escapes, so that two texts that differ look different. Names come from files
 * and clusters; no name may move a terminal's cursor, start a line in a log, or make a column.
 */
export function printable(text: string): string {
  if (plainText.test(text)) return text;
  const pattern = text === text.normalize("NFC") ? toEscape : toEscapeDecomposed;
  return text.replace(pattern, (character, backslashes?: string) => {
    if (backslashes !== undefined) return backslashes + backslashes;
    const code = character.codePointAt(0)!.toString(16);
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`;
  });
}

/** Formats a value for people: printable; of a long value its beginning, length and digest. */
export function formatValue(text: string): string {
  return printable(cutText(text, valueMax));
}

/** Formats a name or list item: in quotes if it could be read as several, or as words of the report. */
export function formatItem(text: string): string {
  return quoted(text, formatValue);
}

/** Formats a value in quotes. */
export function formatQuoted(text: string): string {
  return inQuotes(formatValue(text));
}

/** Quotes an item without making it printable, for a label that is made printable as a whole. */
export function quoteItem(text: string): string {
  return quoted(text, (whole) => whole);
}

/** Returns true if a text without quotes would read as a boolean, a number or null. */
export function looksTyped(text: string): boolean {
  return /^(?:true|false|null|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/i.test(text);
}

function quoted(text: string, format: (text: string) => string): string {
  const isPlain = !/^$|^"|^ | $|, |[[\]()"→]/.test(text) && !looksTyped(text);
  return isPlain ? format(text) : inQuotes(format(text));
}

function inQuotes(text: string): string {
  return `"${text.replaceAll('"', '\\"')}"`;
}

/**
 * Cuts a text to so many characters and adds a digest, which tells it from other texts with the same
 * beginning.
 */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 32);
  const head = text.slice(0, most).replace(/[\uD800-\uDBFF]$/, "");
  return `${head}… (${text.length} characters, sha256 ${digest})`;
}
