import { knownSecrets } from "./secret.ts";

/** What stands for a secret in a text. */
const mask = "***";

/** A shorter secret is an everyday word as likely as not, and hiding it would tear up texts. */
const lengthMin = 6;

/** So much of a secret, or a whole one of this length, is hidden within a word, too: texts get cut. */
const partMin = 12;

/** What is a secret by its form, even if nobody here has seen it before. */
const forms: readonly RegExp[] = [
  /\$2[abxy]\$\d\d\$[./A-Za-z0-9]{8,}/g,
  /\$argon2(?:id|i|d)\$[\w+/=,$-]{8,}/g,
  /\$[1-5]\$\d{6,}\$[A-Za-z0-9+/=$]{8,}/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[^-]|-(?!----END))*(?:-----END [A-Z ]*PRIVATE KEY-----)?/g,
];

/** Every spelling of some secrets, by its first characters. */
type Index = Map<string, string[]>;

const met: Index = new Map();
const indexed = new Set<string>();

/**
 * A text that others wrote, or that quotes what they wrote, without any secret that this process has met: in the clear,
 * in Base64, escaped as JSON or for a URL, whole or cut off. For words only: what is data is masked by its type, so
 * that a secret which is a common word cannot damage it.
 */
export function hidden(text: string): string {
  // All that were met before are in the index already.
  if (knownSecrets.size > indexed.size) for (const value of knownSecrets) index(value);
  return without(met, text);
}

/** Whether a text gives a secret away that this process has met. */
export function givesAway(text: string): boolean {
  return hidden(text) !== text;
}

/** Whether a text gives one of these secrets away. */
export function detectorOf(secrets: Iterable<string>): (text: string) => boolean {
  const index: Index = new Map();
  for (const value of secrets) add(index, value);
  return (text) => without(index, text) !== text;
}

function index(value: string): void {
  if (indexed.has(value)) return;
  indexed.add(value);
  add(met, value);
}

function add(index: Index, value: string): void {
  for (const spelling of spellingsOf(value)) {
    if (spelling.length < lengthMin) continue;
    const start = spelling.slice(0, lengthMin);
    const others = index.get(start);
    if (others) others.push(spelling);
    else index.set(start, [spelling]);
  }
}

function without(index: Index, text: string): string {
  const shapeless = forms.reduce((rest, form) => rest.replace(form, mask), text);
  if (index.size === 0) return shapeless;
  let result = "";
  for (let at = 0; at < shapeless.length;) {
    const length = longestAt(shapeless, at, index);
    result += length === 0 ? shapeless[at]! : mask;
    at += Math.max(length, 1);
  }
  return result;
}

function spellingsOf(value: string): string[] {
  if (value.length < lengthMin) return [];
  const lines = value.includes("\n") ? value.split("\n").map((line) => line.trim()) : [];
  const others = plain.test(value) ? [] : escapesOf(value);
  return [value, ...others, ...base64Of(value), ...lines.filter(({ length }) => length >= partMin)];
}

/** What is spelt the same in JSON and in a URL. */
const plain = /^[\w.~-]*$/;

function escapesOf(value: string): string[] {
  const url = encodeURIComponent(value);
  return [JSON.stringify(value).slice(1, -1), url, url.replaceAll("%20", "+")];
}

/** The value in Base64: alone, and as it looks after one or two bytes of something else and before whatever follows. */
function base64Of(value: string): string[] {
  const bytes = Buffer.from(`xx${value}`, "utf8");
  const whole = bytes.toString("base64", 2);
  const within = [2, 1, 0].map((from) => {
    const length = bytes.length - from;
    return bytes
      .toString("base64", from)
      .slice(Math.ceil(((2 - from) * 8) / 6), Math.floor((length * 8) / 6));
  });
  const standard = [whole, ...within];
  return [...standard, ...standard.filter((text) => /[+/]/.test(text)).map(forUrls)];
}

function forUrls(base64: string): string {
  return base64.replaceAll("+", "-").replaceAll("/", "_");
}

function longestAt(text: string, at: number, index: Index): number {
  const candidates = index.get(text.slice(at, at + lengthMin)) ?? [];
  return candidates.reduce((longest, spelling) => Math.max(longest, lengthAt(text, at, spelling)), 0);
}

function lengthAt(text: string, at: number, spelling: string): number {
  let length = 0;
  while (length < spelling.length && text[at + length] === spelling[length]) length++;
  if (length >= partMin) return length;
  return length === spelling.length && isWord(text, at, length) ? length : 0;
}

function isWord(text: string, at: number, length: number): boolean {
  return !/\w/.test(text.charAt(at - 1)) && !/\w/.test(text.charAt(at + length));
}
