/** What one part of a pattern stands for: itself, any one character, or any number of them. */
export type Part = { readonly is: string } | "one" | "many";

/** Whether the parts match all of the characters. A `many` is tried anew only until the next one, so that nothing multiplies. */
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

/** Whether a pattern fits the whole text as the plugin reads it: `*` stands for any characters, `?` for one. */
export function matchesWildcards(pattern: string, text: string): boolean {
  return matchesParts(pattern.split("").map(parsePart), text.split(""));
}

function parsePart(character: string): Part {
  if (character === "*") return "many";
  return character === "?" ? "one" : { is: character };
}
