import type { Link } from "../access/effective/index.ts";
import type { AccessBasis } from "../engine/load-access.ts";
import { formatPath } from "../value/path.ts";
import { formatItem, printable } from "./printable.ts";

/** `roles.yml:12:5 roles/logs_reader: index_permissions[0].index_patterns[0] "logs-*" covers logs-1`. */
export function linkText(link: Link, basis: AccessBasis): string {
  const { value, fits } = link;
  const covers = fits === undefined ? "" : ` matches ${formatItem(fits)}`;
  return `${entryText(link, basis)} ${formatItem(value)}${covers}`;
}

/** Formats an entry with its place. */
export function entryText(
  { kind, name, pointer }: Pick<Link, "kind" | "name" | "pointer">,
  basis: AccessBasis,
): string {
  const at = basis.locate({ kind, name, pointer });
  const place = at ? `${printable(at.file)}:${at.line}:${at.column}: ` : "";
  const path = formatPath(pointer.replace(/\/\d+$/, ""));
  return `${place}${kind}/${formatItem(name)}${path && `: ${path}`}`;
}
