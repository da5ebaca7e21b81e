import { driftKinds, type DriftCounts, type DriftKind, type DriftCause } from "../model/drift.ts";
import type { Plan } from "../model/plan.ts";
import { formatQuantity } from "./findings-text.ts";
import { entitiesIn } from "./lists-text.ts";
import { applyStyle, type Theme } from "./theme.ts";

/**
 * Formats the last line of a drift report: the drift that counts and that does not, or how much was compared
 * without any.
 */
export function formatResult(plan: Plan, { counts, failOn }: DriftCounts, theme: Theme): string {
  const found = driftKinds.filter((kind) => counts[kind] > 0);
  const counting = found.filter((kind) => failOn.includes(kind));
  // Unmanaged entities are listed above, and do not differ from anything.
  const others = found.filter((kind) => kind !== "unmanaged" && !failOn.includes(kind));
  const list = (kinds: readonly DriftKind[]): string =>
    kinds.map((kind) => formatCause(kind, counts[kind])).join(", ");
  const uncounted = `${list(others)} (--fail-on ${failOn.join(",")})`;
  if (counting.length > 0) {
    const rest = others.length === 0 ? "" : `; not counted: ${uncounted}`;
    return `${applyStyle(theme, "bold", "Drift:")} ${list(counting)}${rest}\n${found.includes("unknown") ? baseHint : ""}`;
  }
  if (others.length > 0) return `${applyStyle(theme, "yellow", "No drift that counts:")} ${uncounted}\n`;
  if (plan.notSent.length > 0)
    return `${applyStyle(theme, "yellow", "No drift in what this server supports:")} ${formatExtent(plan)}.\n`;
  const limit = isAllSeen(plan) ? "" : " as far as the caller can see";
  return `${applyStyle(theme, "green", `No drift${exceptText(plan)}${limit}:`)} ${formatExtent(plan)}.\n`;
}

/**
 * Names what differs from the files although no drift is reported: skipped entities, and entities with an
 * error.
 */
export function exceptText({ skipped, findings }: Plan): string {
  const hasErrors = findings.some(({ severity, name }) => severity === "error" && name !== undefined);
  const lists = [
    ...(skipped.some(({ differs }) => differs) ? ["skipped entities"] : []),
    ...(hasErrors ? ["entities with errors"] : []),
  ];
  return lists.length === 0 ? "" : `, except for ${lists.join(" and ")}`;
}

/** Returns true if osac could compare everything that the files declare. */
export function isAllSeen({ notCompared, findings }: Plan): boolean {
  return notCompared.length === 0 && findings.every(({ code }) => code !== "no-read-access");
}

const baseHint =
  "To see which side changed: pass --base REF, the commit of the files that were last applied\n";

/** `2 entities changed in the cluster (live)`: the words, then the word of `--fail-on` and JSON. */
function formatCause(kind: DriftKind, count: number): string {
  const differ = count === 1 ? "differs" : "differ";
  if (kind === "unmanaged") return `${count} unmanaged`;
  if (kind === "skipped") return `${formatQuantity(count, "built-in entity")} ${differ} (skipped)`;
  if (kind === "escalation") return formatQuantity(count, "escalation");
  const entities = formatQuantity(count, "entity");
  if (kind === "unknown") return `${entities} ${differ} (unknown)`;
  return `${entities} ${causeWords[kind]} (${kind})`;
}

/** `212 entities of 7 resource types compared, 14 unmanaged`. */
function formatExtent({ kinds, compared, unmanaged, ignored, notCompared, notSent }: Plan): string {
  const lists = [
    [unmanaged, "unmanaged"],
    [ignored, "ignored"],
  ] as const;
  const sizes = lists.flatMap(([items, word]) => {
    const size = entitiesIn(items);
    return size === 0 ? [] : [`${size} ${word}`];
  });
  const values = [
    [notCompared, "secret", "not compared"],
    [notSent, "declared value", "not supported"],
  ] as const;
  const rest = values.flatMap(([items, noun, word]) =>
    items.length === 0 ? [] : [`${formatQuantity(items.length, noun)} ${word}`],
  );
  return [
    `${formatQuantity(compared, "entity")} of ${formatQuantity(kinds.length, "resource type")} compared`,
    ...sizes,
    ...rest,
  ].join(", ");
}

/** The words for each cause in a report. */
const causeWords: Readonly<Record<DriftCause, string>> = {
  live: "changed in the cluster",
  files: "not yet applied",
  both: "changed on both sides",
  unknown: "differs",
};
