import { formatAddress, writeAddress, writePattern } from "../kinds/address.ts";
import { findIgnored } from "../kinds/ignore-rules.ts";
import type { Directory } from "../model/entity.ts";
import type { Finding } from "../model/finding.ts";
import type { KindName } from "../model/kind-name.ts";
import type { IgnoreRule } from "../model/plan.ts";

/** An error that is about one entity, so that the others can be planned without it. */
type EntityError = Finding & { readonly kind: KindName; readonly name: string };

/** An error with a declared entity refuses this entity only. Any other error refuses the run. */
export function isEntityError(finding: Finding, { kinds }: Directory): finding is EntityError {
  const { severity, kind, name } = finding;
  return severity === "error" && kind !== undefined && name !== undefined && !!kinds.get(kind)?.has(name);
}

/** True if a rule of `ignore` excludes the whole entity. */
export function isLeftOut(
  { kind, name }: Pick<Finding, "kind" | "name">,
  rules: readonly IgnoreRule[],
): boolean {
  return kind !== undefined && name !== undefined && findIgnored(rules, kind, name).whole !== undefined;
}

/**
 * Rules that exclude the entities whose files have errors: osac plans neither the wrong content nor a
 * deletion.
 */
export function makeRefusedRules(directory: Directory): IgnoreRule[] {
  const errors = directory.findings.filter((finding) => isEntityError(finding, directory));
  const first = new Map(errors.map((error) => [formatAddress(error), error]));
  return [...first.values()].map(({ kind, name, at }) => ({
    kind,
    name: writePattern(name),
    reason: "refused: its file has errors",
    setBy: at ? `${at.file}:${at.line}` : formatAddress({ kind, name }),
  }));
}

/**
 * Adds a hint on how to continue without the entity to an error about it. Errors of guards have their own
 * hint.
 */
export function addWayOut(finding: Finding): Finding {
  const { severity, refusedBy, kind, name, hint } = finding;
  if (severity !== "error" || refusedBy !== undefined || kind === undefined || name === undefined)
    return finding;
  const rule = `{ kind: ${kind}, name: ${JSON.stringify(writePattern(name))}, reason: to be corrected }`;
  const way = `leave it out with --ignore ${writeAddress(formatAddress({ kind, name }))}, or in osac.yml: ignore: [${rule}]`;
  return {
    ...finding,
    hint: hint === undefined ? way : `${hint}${hint.endsWith("?") ? " Or" : "; or"} ${way}`,
  };
}
