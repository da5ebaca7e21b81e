import { knownSecrets, writtenSecrets } from "./secret.ts";

/** The replacement of a secret in a text. */
const mask = "***";

/** A shorter secret is often an everyday word. Masking it would garble texts. */
const lengthMin = 6;

/**
 * A part of a secret with this length, or a whole secret, is masked within a word, too, because texts get
 * cut.
 */
const partMin = 12;

/** Forms of secrets that osac masks even if it never met the value. */
const secretForms: readonly RegExp[] = [
  /\$2[abxy]\$\d\d\$[./A-Za-z0-9]{8,}/g,
  /\$argon2(?:id|i|d)\$[\w+/=,$-]{8,}/g,
  /\$[1-5]\$\d{6,}\$[A-Za-z0-9+/=$]{8,}/g,
];

const keyBegin = /-----BEGIN [A-Z ]*PRIVATE KEY-----/g;
const keyEnd = /-----END(?: [A-Z ]*PRIVATE KEY-----)?/g;

/** Removes private keys from a text. Each ends at its last line, or with the text. */
function redactPrivateKeys(text: string): string {
  let [result, from] = ["", 0];
  for (let begin = matchFrom(keyBegin, text, 0); begin; begin = matchFrom(keyBegin, text, from)) {
    const end = matchFrom(keyEnd, text, begin.index + begin[0].length);
    result += text.slice(from, begin.index) + mask;
    from = end ? end.index + (end[0].endsWith("KEY-----") ? end[0].length : 0) : text.length;
  }
  return result + text.slice(from);
}

function matchFrom(pattern: RegExp, text: string, from: number): RegExpExecArray | null {
  pattern.lastIndex = from;
  return pattern.exec(text);
}

/** Every spelling of some secrets, by its first characters. */
type Index = Map<string, string[]>;

/** Secrets that this process has met, and the spellings of those that are indexed already. */
interface SecretIndex {
  readonly values: ReadonlySet<string>;
  readonly indexed: Set<string>;
  readonly index: Index;
}

const knownIndex: SecretIndex = { values: knownSecrets, indexed: new Set(), index: new Map() };
const writtenIndex: SecretIndex = { values: writtenSecrets, indexed: new Set(), index: new Map() };

/**
 * Masks every secret that this process has met in a text from others, or in one that quotes it: in plain
 * text, in upper or lower case, in Base64, in hexadecimal, escaped as JSON, HTML or for a URL, whole or cut
 * off. Use it for words only. Data is masked by its place, so that a secret that is a common word cannot
 * damage it.
 */
export function redact(text: string): string {
  return redactIndexed(updateIndex(writtenIndex), redactIndexed(updateIndex(knownIndex), redactForms(text)));
}

/** Words of others that findings quote. A finding may quote them before osac meets the secrets in them. */
const quotations = new Set<string>();

/** Remembers words of others, so that osac masks secrets in them once more when it prints them. */
export function quoteRedacted(words: string): string {
  const shown = redact(words);
  if (shown.length >= lengthMin) quotations.add(shown);
  return shown;
}

/**
 * Masks secrets in the quotations of a message. osac's own words and the names of the files stay as they are.
 */
export function redactQuotations(message: string): string {
  let result = message;
  for (const words of quotations) {
    const shown = redact(words);
    if (shown !== words) result = result.replaceAll(words, () => shown);
  }
  return result;
}

/**
 * Returns true if a text of the server contains a secret of the job or of the cluster. Secrets of the files
 * do not count, because the author of the files could choose what a report hides.
 */
export function containsSecret(text: string): boolean {
  const shapeless = redactForms(text);
  return redactIndexed(updateIndex(knownIndex), shapeless) !== text;
}

/** Makes a function that masks some secrets in a text, in any spelling. */
export function createRedactor(secrets: Iterable<string>): (text: string) => string {
  const index: Index = new Map();
  for (const value of secrets) addToIndex(index, value);
  return (text) => redactIndexed(index, redactForms(text));
}

/** Makes a function that returns true if a text contains one of these secrets. */
export function createDetector(secrets: Iterable<string>): (text: string) => boolean {
  const hide = createRedactor(secrets);
  return (text) => hide(text) !== text;
}

/** Adds the secrets that this process has met since the last call. */
function updateIndex({ values, indexed, index }: SecretIndex): Index {
  if (values.size === indexed.size) return index;
  for (const value of values) {
    if (indexed.has(value)) continue;
    indexed.add(value);
    addToIndex(index, value);
  }
  return index;
}

function addToIndex(index: Index, value: string): void {
  for (const spelling of new Set(listSpellings(value))) {
    if (spelling.length < lengthMin) continue;
    const start = spelling.slice(0, lengthMin);
    const others = index.get(start);
    if (others) others.push(spelling);
    else index.set(start, [spelling]);
  }
}

function redactForms(text: string): string {
  return secretForms.reduce((rest, form) => rest.replace(form, mask), redactPrivateKeys(text));
}

function redactIndexed(index: Index, text: string): string {
  if (index.size === 0) return text;
  let result = "";
  for (let at = 0; at < text.length;) {
    const length = longestAt(text, at, index);
    result += length === 0 ? text[at]! : mask;
    at += Math.max(length, 1);
  }
  return result;
}

function listSpellings(value: string): string[] {
  if (value.length < lengthMin) return [];
  const lines = value.includes("\n") ? value.split("\n").map((line) => line.trim()) : [];
  const others = plain.test(value) ? [] : listEscapes(value);
  return [
    value,
    value.toLowerCase(),
    value.toUpperCase(),
    ...others,
    ...listBase64Spellings(value),
    ...listHexSpellings(value),
    ...lines.filter(({ length }) => length >= partMin),
  ];
}

/** Matches a text with the same spelling in JSON, HTML and a URL. */
const plain = /^[\w.~-]*$/;

/**
 * Lists the spellings of servers: JSON, with more or fewer characters escaped, and once more within JSON;
 * URLs; HTML.
 */
function listEscapes(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const ascii = json.replace(/[^ -~]/g, escapeCharacter);
  return [
    json,
    ascii,
    json.replaceAll("/", "\\/"),
    ascii.replace(/[<>&='/]|\\"/g, (found) => escapeCharacter(found.at(-1)!)),
    JSON.stringify(json).slice(1, -1),
    ...listUrlSpellings(value),
    ...listHtmlSpellings(value),
  ];
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function listUrlSpellings(value: string): string[] {
  // Half of a surrogate pair alone has no encoding in a URL, so the bytes replace it.
  const url = encodeURIComponent(Buffer.from(value, "utf8").toString("utf8"));
  const strict = url.replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
  const some = [url, strict].flatMap((text) => [text, text.replaceAll("%20", "+")]);
  return [...some, ...some.map((text) => text.replace(/%../g, (code) => code.toLowerCase()))];
}

function listHtmlSpellings(value: string): string[] {
  const html = value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return ["'", "&#39;", "&#x27;", "&apos;"].flatMap((quote) => {
    const text = html.replaceAll("'", quote);
    return ['"', "&quot;", "&#34;"].map((double) => text.replaceAll('"', double));
  });
}

/** Lists the spellings in Base64: alone, and after one or two other bytes, with anything after it. */
function listBase64Spellings(value: string): string[] {
  const bytes = Buffer.from(`xx${value}`, "utf8");
  const whole = bytes.toString("base64", 2);
  const within = [2, 1, 0].map((from) => {
    const length = bytes.length - from;
    return bytes
      .toString("base64", from)
      .slice(Math.ceil(((2 - from) * 8) / 6), Math.floor((length * 8) / 6));
  });
  const standard = [whole, whole.replace(/=+$/, ""), ...within];
  return [...standard, ...standard.filter((text) => /[+/]/.test(text)).map(toBase64Url)];
}

function listHexSpellings(value: string): string[] {
  const hex = Buffer.from(value, "utf8").toString("hex");
  return [hex, hex.toUpperCase()];
}

function toBase64Url(base64: string): string {
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
