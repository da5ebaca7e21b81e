/**
 * Letters of other scripts that look like a Latin letter, by that letter: the common ones of Cyrillic, Greek,
 * Armenian and the Latin extensions. NFKD splits full-width, mathematical and accented letters, so they need
 * no entry.
 */
const lookAlikes: Readonly<Record<string, string>> = {
  a: "аαɑ",
  b: "вβьƅ",
  c: "сϲᴄ",
  d: "ԁđɗ",
  e: "еεҽ",
  g: "ɡցԍ",
  h: "һнհ",
  i: "іιıɩӏ",
  j: "јϳ",
  k: "кκ",
  l: "ł",
  m: "мᴍ",
  n: "пηո",
  o: "оοօøσᴏ",
  p: "рρ",
  q: "ԛզ",
  r: "гᴦ",
  s: "ѕꜱ",
  t: "тτ",
  u: "υսʋ",
  v: "ѵνᴠ",
  w: "ԝωᴡ",
  x: "хχ",
  y: "уγү",
  z: "ζᴢ",
};

const latin = new Map(Object.entries(lookAlikes).flatMap(([to, from]) => [...from].map((one) => [one, to])));

/**
 * Lowercase ASCII names without blanks, and without characters that look like others. They need no folding.
 */
const plainName = /^(?!.*(?:rn|vv))[!-/2-@[-{}~]*$/;

/** Two forms of a name as a reader may see it. Two names that share either form can be mistaken for each other. */
export interface Skeletons {
  /** Without regard to case. */
  readonly folded: string;
  /** With capital I, 1 and | as l. */
  readonly strokes: string;
}

/**
 * Makes the forms of a name. osac has a short table of its own: Unicode's table has thousands of pairs that no
 * font shows alike, and osac escapes invisible characters when it prints.
 */
export function makeSkeletons(name: string): Skeletons {
  // The fast path for nearly every name.
  if (plainName.test(name)) return { folded: name, strokes: name };
  const visible = isAscii(name) ? name.replaceAll(/ +/g, " ").trim() : foldUnicode(name);
  const strokes = toLatin(visible.replace(/[Il1|Ӏ]/g, "l").replace(/[0O]/g, "o"));
  return {
    folded: toLatin(visible.toLowerCase()),
    strokes: strokes.replaceAll("rn", "m").replaceAll("vv", "w"),
  };
}

/** Removes marks and invisible characters, and replaces all blanks and dashes with plain ones. */
function foldUnicode(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800\ufffc\u{1d159}]/gu, "")
    .replace(/\p{Z}+/gu, " ")
    .replace(/\p{Pd}/gu, "-")
    .trim();
}

function isAscii(text: string): boolean {
  return /^[ -~]*$/.test(text);
}

function toLatin(text: string): string {
  return isAscii(text) ? text : [...text].map((letter) => latin.get(letter) ?? letter).join("");
}
