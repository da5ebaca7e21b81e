import type { Finding } from "../model/finding.ts";
import { formatQuantity, findingsText } from "./findings-text.ts";
import { measureWidth, type Theme } from "./theme.ts";

/** How texts look in Markdown. */
export const plain: Theme = { isColoured: false, width: 110 };

/** What blocks are for, in the order in which they get their room. */
const parts = ["danger", "list", "findings", "details"] as const;

/** A part of a document that can be left out item by item. */
export interface Block {
  readonly part: (typeof parts)[number];
  /** Markdown; empty for none. */
  readonly title: string;
  readonly language: "diff" | "text";
  /** The first lines, which stay whatever is left out. */
  readonly lead?: string;
  readonly items: readonly string[];
  /** Shown only when somebody asks for it. */
  readonly isCollapsed?: boolean;
}

/** How much of what is left findings may take: details must have some as well. */
const findingsShare = 0.5;

/** What is kept free for findings, the errors of which come first: whoever reads a refused plan must see why. */
const findingsMin = 3_000;

/** What a block takes besides its items and fences. */
const overhead = 220;

/** What the sentence about what is cut may take. */
const noticeMax = 500;

/** The most characters of an item where there is a limit: one entity must not take the room of all others. */
const itemMax = 4_000;

/** Findings as a block; none where there are none. */
export function makeFindingsBlock(findings: readonly Finding[]): Block[] {
  if (findings.length === 0) return [];
  const errorsFirst = [...findings].toSorted(
    (a, b) => Number(b.severity === "error") - Number(a.severity === "error"),
  );
  const items = errorsFirst.map((finding) => findingsText([finding], plain));
  return [{ part: "findings", title: "", language: "text", items }];
}

/**
 * A document within a number of characters. Its head stays whole, and says in bold what of the rest had to be left out:
 * first every change gets its line, then come findings, then details, each block its fair share.
 */
export function formatFitted(
  head: readonly string[],
  blocks: readonly Block[],
  limit: number,
  whole = "the report file",
): string {
  const texts = head.map((part) => part.trimEnd()).filter((part) => part !== "");
  const fitting = fitBlocks(blocks, limit - texts.join("\n\n").length - noticeMax);
  const notice = formatCut(fitting, whole);
  const [title = "", ...rest] = texts;
  const parts = [title, notice, ...rest, ...fitting.map((one) => blockText(one))];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** How many changes would not even be listed in a document with this room for its blocks. */
export function countUnlisted(blocks: readonly Block[], room: number): number {
  return countCut(fitBlocks(blocks, room), ["danger", "list"]);
}

/** Those items of a block that there is room for. */
interface Kept {
  readonly items: readonly string[];
  /** How many are left out, or have lost their end. */
  readonly cut: number;
}

interface Fitted extends Kept {
  readonly block: Block;
}

function fitBlocks(blocks: readonly Block[], limit: number): Fitted[] {
  const kept = new Map<Block, Kept>();
  const found = blocks.filter(({ part }) => part === "findings").map(measureBlock);
  const reserved = Math.min(findingsMin, sum(found));
  let room = limit - reserved;
  for (const part of parts) {
    const members = blocks.filter((block) => block.part === part);
    if (part === "findings") room += reserved;
    const share = part === "findings" ? Math.max(reserved, room * findingsShare) : room;
    const rooms = divideRoom(members.map(measureBlock), share);
    for (const [index, block] of members.entries()) {
      const one = keepItems(block, rooms[index]!);
      kept.set(block, one);
      room -= measureBlock({ ...block, items: one.items });
    }
  }
  return blocks.map((block) => ({ block, ...kept.get(block)! }));
}

function measureBlock({ title, lead = "", items }: Block): number {
  return overhead + title.length + lead.length + sum(items.map(({ length }) => length));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** Divides a room: nobody gets more than needed, and what the small ones leave goes to the large ones. */
function divideRoom(sizes: readonly number[], room: number): number[] {
  const shares: number[] = [];
  let left = Math.max(0, room);
  const ascending = [...sizes.entries()].toSorted(([, a], [, b]) => a - b);
  for (const [position, [index, size]] of ascending.entries()) {
    const share = Math.min(size, left / (ascending.length - position));
    shares[index] = share;
    left -= share;
  }
  return shares;
}

/** The items that there is room for, long ones without their end; a long one does not keep a short one out. */
function keepItems(block: Block, room: number): Kept {
  if (measureBlock(block) <= room) return { items: block.items, cut: 0 };
  let left = room - measureBlock({ ...block, items: [] });
  let whole = 0;
  const items = block.items.flatMap((item) => {
    const text = shortenItem(item);
    if (text.length > left) return [];
    left -= text.length;
    whole += Number(text === item);
    return [text];
  });
  return { items, cut: block.items.length - whole };
}

/** Whole lines of an item, and how many more there are. */
function shortenItem(item: string): string {
  if (item.length <= itemMax) return item;
  const lines = item.split("\n");
  let length = 0;
  const end = lines.findIndex((line) => (length += line.length + 1) > itemMax);
  return `${lines.slice(0, end).join("\n")}\n      … ${formatQuantity(lines.length - end, "more line")}\n`;
}

function formatCut(fitting: readonly Fitted[], whole: string): string {
  const unlisted = countCut(fitting, ["danger", "list"]);
  const details = countCut(fitting, ["details"]);
  const findings = countCut(fitting, ["findings"]);
  const left = [
    unlisted > 0 ? `${formatQuantity(unlisted, "change")} not listed` : "",
    details > 0 ? `details of ${formatQuantity(details, "change")}` : "",
    findings > 0 ? formatQuantity(findings, "finding") : "",
  ].filter((text) => text !== "");
  return left.length === 0 ? "" : `**This report is cut: ${left.join(", ")}. Read all of it in ${whole}.**`;
}

function countCut(fitting: readonly Fitted[], of: readonly Block["part"][]): number {
  return fitting.filter(({ block }) => of.includes(block.part)).reduce((total, { cut }) => total + cut, 0);
}

function blockText({ block, items }: Fitted): string {
  // Said at the top.
  if (block.part === "details" && items.length === 0) return "";
  const { title, language, lead = "", isCollapsed } = block;
  const content = lead + items.join("");
  const fence = makeFence(content);
  const rest = block.items.length - items.length;
  const more = rest === 0 ? "" : `… and ${rest} more`;
  const text = items.length === 0 ? "" : `${fence}${language}\n${content.trimEnd()}\n${fence}`;
  const parts = isCollapsed
    ? [`<details><summary>${title}</summary>`, text, more, "</details>"]
    : [title === "" ? "" : `**${title}**`, text, more];
  return parts.filter((part) => part !== "").join("\n\n");
}

/** A fence longer than any within, so that no name can end it. */
function makeFence(text: string): string {
  const longest = measureWidth(["``", ...(text.match(/`+/g) ?? [])]);
  return "`".repeat(longest + 1);
}

/** A text between other words of Markdown: what could mean something there, or call somebody, becomes code. */
export function formatInline(text: string): string {
  if (/^[\w.,=() -]+$/.test(text) && !/www\.|__/i.test(text)) return text;
  const fence = makeFence(text);
  return `${fence} ${text} ${fence}`;
}
