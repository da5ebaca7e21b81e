/** The first names of a message, and how many more there are: `a, b and 3 more`. */
export function listNames(names: readonly string[], most: number): string {
  const rest = names.length > most ? ` and ${names.length - most} more` : "";
  return `${names.slice(0, most).join(", ")}${rest}`;
}
