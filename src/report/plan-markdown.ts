import type { Finding, Plan } from "../model.ts";
import { changeTexts } from "./changes-text.ts";
import { counted } from "./findings.ts";
import { countsText, namesText } from "./lists-text.ts";
import { findingsBlock, fitted, inline, plain, type Block } from "./markdown.ts";
import { headingText, summaryText, type Heading } from "./plan-text.ts";
import type { MarkdownOptions } from "./report.ts";
import { sectionsOf, type Section } from "./sections.ts";

/** Where there is a limit, a longer section is folded up, a kind at a time; danger never is. */
const foldedFrom = 4_000;

/**
 * A plan for a comment or a job summary: a heading, the changes as a diff, what else there is. Names stand in fences, or
 * as code, so that none of them can call somebody, link, or pass for a part of the report.
 */
export function planMarkdown(
  plan: Plan,
  heading: Heading,
  findings: readonly Finding[],
  { limit = Infinity, about }: MarkdownOptions = {},
): string {
  const title = `### ${headingText(withInlineNames(plan), heading, plain)}`;
  const summary = summaryText(plan, heading, plain);
  const sections = sectionsOf(plan).flatMap((section) => blocksOf(section, plan, heading, limit));
  const names = heading.isVerbose ? namesText(plan, plain) : "";
  const lists: Block[] = names === "" ? [] : [{ title: "", language: "text", items: [names] }];
  const counts = names === "" && !plan.review?.stale ? countsText(plan, plain) : "";
  const found = findingsBlock(findings);
  if (about === undefined)
    return [fitted([title], [...sections, ...lists], limit), counts, summary, fitted([], found, limit)]
      .map((part) => part.trimEnd())
      .filter((part) => part !== "")
      .join("\n\n")
      .concat("\n");
  const danger = sections.filter(({ share }) => share !== undefined);
  const others = sections.filter(({ share }) => share === undefined);
  return fitted([title, summary, about, counts], [...danger, ...found, ...others, ...lists], limit);
}

function withInlineNames(plan: Plan): Plan {
  const { name, adminDn } = plan.cluster;
  const named = name === undefined ? {} : { name: inline(name) };
  const acting = adminDn === undefined ? {} : { adminDn: inline(adminDn) };
  return { ...plan, cluster: { ...plan.cluster, ...named, ...acting } };
}

function blocksOf(section: Section, plan: Plan, { note }: Heading, limit: number): Block[] {
  const items = changeTexts(section, plan, plain, note).map(asDiff);
  const block: Block = { title: section.title, language: "diff", items };
  // What a reviewer must see stands first, and leaves room for what was found wrong.
  if (section.weight === "danger") return [{ ...block, share: 0.6 }];
  const isShort = limit === Infinity || items.join("").length < foldedFrom;
  if (isShort || section.weight !== "other") return [block];
  const kinds = [...new Set(section.changes.map(({ kind }) => kind))];
  return kinds.map((kind) => {
    const changes = section.changes.filter((change) => change.kind === kind);
    return {
      title: `${kind}: ${counted(changes.length, "change")}`,
      language: "diff",
      items: changeTexts({ ...section, changes }, plan, plain, note).map(asDiff),
      isCollapsed: true,
    };
  });
}

/** The sign moves to the first column, where a diff is coloured by it. */
function asDiff(text: string): string {
  return text.replace(
    /^( +)([-+~] )/gm,
    (_, margin: string, sign: string) => `${sign === "~ " ? "! " : sign}${margin}`,
  );
}
