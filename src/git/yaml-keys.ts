/**
 * Reads the key that a line begins with, with or without quotation marks; undefined if it has none. Each
 * character is read once.
 */
export function readKeyOfLine(line: string): string | undefined {
  const text = line.replace(/^[ \t]*(?:\? )?/, "");
  return readQuotedKey(text, endsKey) ?? readPlainKey(text);
}

/** Reads the text between two quotation marks, if the key ends after them. */
function readQuotedKey(text: string, isEnd: (rest: string) => boolean): string | undefined {
  const mark = text.charAt(0);
  if (mark !== '"' && mark !== "'") return undefined;
  for (let end = text.indexOf(mark, 2); end > 0; end = text.indexOf(mark, end + 1))
    if (isEnd(text.slice(end + 1))) return text.slice(1, end);
  return undefined;
}

function endsKey(rest: string): boolean {
  return /^[ \t]*:(?:\s|$)/.test(rest);
}

function readPlainKey(text: string): string | undefined {
  const end = /:(?:\s|$)/.exec(text)?.index ?? 0;
  return end > 0 ? text.slice(0, end).trimEnd() : undefined;
}

/** Lists the keys of mappings in braces, each after a `{` or a comma. */
export function listKeysInBraces(text: string): string[] {
  return text
    .split(/[{,]/)
    .slice(1)
    .flatMap((part) => readKeyOfPart(part.trimStart()) ?? []);
}

function readKeyOfPart(part: string): string | undefined {
  if (/^["']/.test(part)) return readQuotedKey(part, (rest) => /^\s*:/.test(rest));
  const end = part.indexOf(":");
  return end > 0 ? part.slice(0, end).trimEnd() : undefined;
}
