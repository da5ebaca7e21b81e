/** One part of a pattern: a literal character, any one character, or any number of them. */
export type Part = { readonly is: string } | "one" | "many";

/**
 * Returns true if the parts match all characters. A `many` is tried again only until the next one, so the
 * time stays bounded.
 */
export function matchesParts(parts: readonly Part[], characters: readonly string[]): boolean {
  let [part, at] = [0, 0];
  let again: { readonly part: number; at: number } | undefined;
  while (at < characters.length) {
    const wanted = parts[part];
    if (wanted === "many") {
      again = { part: ++part, at };
    } else if (wanted === "one" || wanted?.is === characters[at]) {
      part++;
      at++;
    } else if (again) {
      part = again.part;
      at = ++again.at;
    } else return false;
  }
  return parts.slice(part).every((rest) => rest === "many");
}

/**
 * Returns true if a pattern matches the whole text as the plugin reads it: `*` stands for any characters, `?`
 * for one.
 */
export function matchesWildcards(pattern: string, text: string): boolean {
  return matchesParts(pattern.split("").map(parsePart), text.split(""));
}

function parsePart(character: string): Part {
  if (character === "*") return "many";
  return character === "?" ? "one" : { is: character };
}
