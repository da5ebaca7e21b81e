import type { Change } from "../model/change.ts";
import type { Finding } from "../model/finding.ts";
import { changeTexts } from "./changes-text.ts";
import type { MarkdownOptions } from "./command-result.ts";
import { findFieldChanges, type FieldChange } from "./field-changes.ts";
import { formatQuantity } from "./findings-text.ts";
import { documentVersion } from "./json-text.ts";
import { asDiff, formatFitted, formatInline, plain, type Block } from "./markdown.ts";
import { printable } from "./printable.ts";
import type { Section } from "./section.ts";
import { applyStyle, type Theme } from "./theme.ts";
import { countActions } from "./plan-json.ts";

/** What differs between two targets. */
export interface Comparison {
  readonly before: string;
  readonly after: string;
  /** The changes that lead from the first target to the second. */
  readonly changes: readonly Change[];
  readonly compared: number;
  readonly findings: readonly Finding[];
}

/** The JSON document of `osac compare`; its schema is `schemas/compare.schema.json`. */
interface ComparisonDocument {
  readonly version: number;
  readonly command: "compare";
  readonly exitCode: number;
  readonly before: string;
  readonly after: string;
  readonly summary: Readonly<Record<string, number>>;
  readonly changes: readonly (Pick<Change, "action" | "kind" | "name" | "at"> & {
    readonly fields: readonly FieldChange[];
  })[];
  readonly findings: readonly Finding[];
}

/** Makes the document of a comparison. Secrets are masked as in the text. */
export function comparisonDocument(
  { before, after, changes, compared, findings }: Comparison,
  exitCode: number,
): ComparisonDocument {
  return {
    version: documentVersion,
    command: "compare",
    exitCode,
    before,
    after,
    summary: { ...countActions(changes), compared },
    changes: changes.map((change) => {
      const { action, kind, name, at } = change;
      return { action, kind, name, at, fields: findFieldChanges(change, "none") };
    }),
    findings,
  };
}

/** Formats a comparison with the signs of a plan: `+` only the second has, `-` only the first. */
export function comparisonText(comparison: Comparison, theme: Theme): string {
  const title = `${applyStyle(theme, "bold", "osac compare")} · ${formatSides(comparison)}\n`;
  const kinds = changeTexts(makeSection(comparison), theme, { withFields: true }).map(
    ({ kind, texts }) => `\n${applyStyle(theme, "bold", kind)}\n${texts.join("")}`,
  );
  return `${title}${kinds.join("")}\n${summaryText(comparison)}\n`;
}

function formatSides({ before, after, compared }: Comparison): string {
  return `${printable(before)} → ${printable(after)} · ${formatQuantity(compared, "entity")} compared`;
}

function makeSection({ changes }: Comparison): Section {
  return { title: "", style: [], weight: "other", changes, isPlanned: false, live: "none" };
}

function summaryText({ before, after, changes }: Comparison): string {
  const { create, update, delete: gone } = countActions(changes);
  if (changes.length === 0) return `No differences between ${before} and ${after}`;
  return `Differences: ${create} only in ${after} (+), ${update} differ (~), ${gone} only in ${before} (-)`;
}

/** Formats a comparison as Markdown. */
export function comparisonMarkdown(
  comparison: Comparison,
  { limit = Infinity, about = "", whole }: MarkdownOptions,
): string {
  const blocks = changeTexts(makeSection(comparison), plain, { withFields: true }).map(
    ({ kind, texts }): Block => ({
      part: "list",
      title: "",
      language: "diff",
      lead: `${kind}\n`,
      items: texts.map(asDiff),
    }),
  );
  const title = `### osac compare: ${formatInline(formatSides(comparison))}`;
  return formatFitted([title, summaryText(comparison), about], blocks, limit, whole);
}
