/**
 * Private characters, which no name, action or pattern of a cluster has. osac makes names and actions of them that
 * only a wildcard matches.
 */
const invented = /[\u{e000}-\u{f8ff}\u{f0000}-\u{ffffd}]+/u;

/** True if osac made up a part of a text. */
export function hasInventedPart(text: string): boolean {
  return invented.test(text);
}

/** Replaces the parts of a text that osac made up. */
export function replaceInvented(text: string, by: string): string {
  return text.split(invented).join(by);
}
