/** Lists the first names for a message, and the number of the others: `a, b and 3 more`. */
export function listNames(names: readonly string[], most: number): string {
  const rest = names.length > most ? ` and ${names.length - most} more` : "";
  return `${names.slice(0, most).join(", ")}${rest}`;
}
