/** Escapes a name for use in a JSON pointer (RFC 6901). */
export function escapePointer(name: string): string {
  return /[~/]/.test(name) ? name.replaceAll("~", "~0").replaceAll("/", "~1") : name;
}

/**
 * Whether a patch that names this meets it and nothing else. The patch library of 2.10 to 3.6 decodes the last step of
 * a pointer twice, that of 3.7 reads `~2` besides, and ours takes nobody by the name of a prototype.
 */
export function isPatchableName(name: string): boolean {
  return name !== "__proto__" && !/~[012]/.test(name);
}
