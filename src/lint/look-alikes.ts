/**
 * Letters of other scripts that look like a Latin one, by that one: the common ones of Cyrillic, Greek, Armenian and the
 * Latin extensions. Full-width, mathematical and accented letters need no entry: NFKD takes them apart.
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

/** ASCII in lower case without blanks, and without what other letters or pairs of them look like. */
const plainName = /^(?!.*(?:rn|vv))[!-/2-@[-{}~]*$/;

/**
 * Makes two forms of a name as a reader may see it: one without regard to case, one with capital I, 1 and |
 * as l. Two names that share either form can be mistaken for each other. osac has a short table of its own:
 * Unicode's table has thousands of pairs that no font shows alike, and osac escapes invisible characters when
 * it prints.
 */
export function makeSkeletons(name: string): [folded: string, strokes: string] {
  // Hardly any name has something to be mistaken.
  if (plainName.test(name)) return [`folded ${name}`, `strokes ${name}`];
  const visible = isAscii(name) ? name.replaceAll(/ +/g, " ").trim() : foldUnicode(name);
  const strokes = toLatin(visible.replace(/[Il1|Ӏ]/g, "l").replace(/[0O]/g, "o"));
  return [
    `folded ${toLatin(visible.toLowerCase())}`,
    `strokes ${strokes.replaceAll("rn", "m").replaceAll("vv", "w")}`,
  ];
}

/** The letters without marks, with plain blanks and dashes, and without what is invisible. */
function foldUnicode(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu, "")
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
