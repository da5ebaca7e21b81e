import type { Finding } from "../model/finding.ts";
import type { Plan } from "../model/plan.ts";
import { accessBlock, escalationBlock } from "./access-difference-text.ts";
import { changeTexts, isShort, keepDetailed } from "./changes-text.ts";
import { formatQuantity } from "./findings-text.ts";
import { countsText, namesText, unmanagedText } from "./lists-text.ts";
import {
  countUnlisted,
  asDiff,
  makeFindingsBlock,
  formatFitted,
  formatInline,
  plain,
  type Block,
} from "./markdown.ts";
import { headingText, summaryText, type Heading } from "./plan-text.ts";
import type { MarkdownOptions } from "./command-result.ts";
import { protectionBlock, weakeningBlock } from "./protective-settings.ts";
import { makeSections } from "./plan-sections.ts";
import type { Section } from "./section.ts";

/**
 * Formats a plan for a comment or a job summary: a heading, the changes as a diff, then the rest. Names stand
 * in fences or as code, so that no name can mention a person, link, or imitate a part of the report.
 */
export function planMarkdown(
  plan: Plan,
  heading: Heading,
  findings: readonly Finding[],
  { limit = Infinity, about, whole }: MarkdownOptions = {},
): string {
  const title = `### ${headingText(withInlineNames(plan), heading, plain)}`;
  const summary = summaryText(plan, heading, plain);
  const { names, unmanaged, counts } = formatLists(plan, heading);
  const { lines, details } = makeBlocks(plan, heading);
  const first = [
    ...withSettings(plan, lines, heading.causes !== undefined),
    ...linesBlock(unmanaged, "list"),
  ];
  const last = [...details, ...linesBlock(names, "details")];
  const found = makeFindingsBlock(findings);
  if (about !== undefined)
    return formatFitted([title, summary, about, counts], [...first, ...found, ...last], limit, whole);
  return [formatFitted([title], [...first, ...last], limit), counts, summary, formatFitted([], found, limit)]
    .map((part) => part.trimEnd())
    .filter((part) => part !== "")
    .join("\n\n")
    .concat("\n");
}

/** Adds the blocks that share the room of the changes: changed settings, access, and settings in force. */
function withSettings(plan: Plan, lines: readonly Block[], isDrift = false): Block[] {
  return [
    ...weakeningBlock(plan),
    ...escalationBlock(plan),
    ...accessBlock(plan, isDrift),
    ...lines,
    ...protectionBlock(plan),
  ];
}

/** Counts the changes of a plan and its settings that would not be listed with this room for its blocks. */
export function countUnlistedLines(plan: Plan, room: number): number {
  return countUnlisted(withSettings(plan, listBlocks(makeSections(plan))), room);
}

/** Formats what is not changed: all by name, or for drift the unmanaged by name and the rest counted. */
function formatLists(
  plan: Plan,
  { isVerbose, causes, arePasswordsTried }: Heading,
): { readonly names: string; readonly unmanaged: string; readonly counts: string } {
  if (isVerbose) return { names: namesText(plan, plain, arePasswordsTried), unmanaged: "", counts: "" };
  if (plan.review?.stale) return { names: "", unmanaged: "", counts: "" };
  return causes
    ? {
        names: "",
        unmanaged: unmanagedText(plan, plain),
        counts: countsText({ ...plan, unmanaged: [] }, plain, arePasswordsTried),
      }
    : { names: "", unmanaged: "", counts: countsText(plan, plain, arePasswordsTried) };
}

function linesBlock(text: string, part: Block["part"]): Block[] {
  const items = text.split(/^/m);
  return text === "" ? [] : [{ part, title: "", language: "text", items }];
}

function withInlineNames(plan: Plan): Plan {
  const { name, adminDn } = plan.cluster;
  const inline = { name: name && formatInline(name), adminDn: adminDn && formatInline(adminDn) };
  return { ...plan, cluster: { ...plan.cluster, ...inline } };
}

/** Makes the blocks of the changes: with fields in a short plan, otherwise all lines before the fields. */
function makeBlocks(plan: Plan, { causes }: Heading): { readonly lines: Block[]; readonly details: Block[] } {
  const sections = makeSections(plan, causes);
  if (!isShort(sections, plain))
    return { lines: listBlocks(sections), details: sections.flatMap((one) => detailBlocks(one)) };
  const lines = sections.map((section): Block => {
    const kinds = changeTexts(section, plain, { withFields: true });
    const items = kinds.flatMap(({ kind, texts }) => [`${kind}\n`, ...texts.map(asDiff)]);
    return { part: choosePart(section), title: section.title, language: "diff", items };
  });
  return { lines, details: [] };
}

function listBlocks(sections: readonly Section[]): Block[] {
  return sections.flatMap((section) =>
    changeTexts(section, plain, { withFields: false, isCompact: true }).map(
      ({ kind, texts }, index): Block => ({
        part: choosePart(section),
        title: index === 0 ? section.title : "",
        language: "diff",
        lead: `${kind}\n`,
        items: texts.map(asDiff),
      }),
    ),
  );
}

/** A block that a reviewer must see is never collapsed. */
function detailBlocks(section: Section): Block[] {
  const isCollapsed = section.weight === "other";
  return changeTexts(keepDetailed(section, true), plain, { withFields: true, isCompact: true }).map(
    ({ kind, texts }) => ({
      part: "details",
      title: `${kind}: details of ${formatQuantity(texts.length, "change")}`,
      language: "diff",
      items: texts.map(asDiff),
      isCollapsed,
    }),
  );
}

function choosePart({ weight }: Section): Block["part"] {
  return weight === "other" ? "list" : "danger";
}
