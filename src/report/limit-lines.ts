/** The most lines of one list on a terminal. */
export const listedMax = 40;

/** Keeps the first lines of a list, and names what prints the others. */
export function limitLines(lines: readonly string[], most = listedMax): string[] {
  const rest = lines.length - most;
  if (rest <= 0) return [...lines];
  return [...lines.slice(0, most), `… and ${rest} more: the same command with --output json lists all`];
}
