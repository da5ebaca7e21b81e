import type { KindName } from "../model/kind-name.ts";

/**
 * Parses the address of one entity, such as `roles/old_reader`. Returns undefined for a pattern; a `*` or `?`
 * that is part of the name has a `\` before it.
 */
export function readAddress(text: string): string | undefined {
  return /(?<!\\)[*?]/.test(text) ? undefined : text.replaceAll(/\\([*?])/g, "$1");
}

/** Formats the address of an entity: `KIND/NAME`. */
export function formatAddress({ kind, name }: { readonly kind: KindName; readonly name: string }): string {
  return `${kind}/${name}`;
}

/** Writes a name as a pattern that matches this name only. */
export function writePattern(name: string): string {
  return name.replaceAll(/[*?]/g, "\\$&");
}

/** Writes an address so that it can be copied to a command line. */
export function writeAddress(address: string): string {
  const escaped = writePattern(address);
  return /^[\w./@:+,%-]+$/.test(escaped) ? escaped : `'${escaped.replaceAll("'", "'\\''")}'`;
}
