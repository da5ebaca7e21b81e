import type { Finding } from "../model/finding.ts";
import { formatQuantity, findingsText, orderBySeverity } from "./findings-text.ts";
import { measureWidth, type Theme } from "./theme.ts";

/** The theme of texts in Markdown. */
export const plain: Theme = { isColoured: false, width: 110 };

/** The purposes of blocks, in the order in which they get room. */
const parts = ["danger", "list", "findings", "details"] as const;

/** A part of a document that can be left out item by item. */
export interface Block {
  readonly part: (typeof parts)[number];
  /** Markdown; empty for none. */
  readonly title: string;
  readonly language: "diff" | "text";
  /** The first lines, which are never left out. */
  readonly lead?: string;
  readonly items: readonly string[];
  /** True if the reader has to unfold the block. */
  readonly isCollapsed?: boolean;
}

/** The share of the remaining room that findings may take, so that details get some as well. */
const findingsShare = 0.5;

/** The room that is reserved for findings, errors first: a reviewer of a refused plan must see the reason. */
const findingsMin = 3_000;

/** The characters that a block takes besides its items and fences. */
const overhead = 220;

/** The most characters of the sentence about what is cut. */
const noticeMax = 500;

/** The most characters of an item if there is a limit: one entity must not take the room of all others. */
const itemMax = 4_000;

/** Makes a block of findings; an empty list if there are no findings. */
export function makeFindingsBlock(findings: readonly Finding[]): Block[] {
  if (findings.length === 0) return [];
  const items = orderBySeverity(findings).map((finding) => findingsText([finding], plain));
  return [{ part: "findings", title: "", language: "text", items }];
}

/**
 * Formats a document within a number of characters. Its head stays whole, and names in bold what was left
 * out. Lines of changes get room first, then findings, then details; blocks share the room fairly.
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

/** Counts the changes that a document with this room for its blocks would not even list. */
export function countUnlisted(blocks: readonly Block[], room: number): number {
  return countCut(fitBlocks(blocks, room), ["danger", "list"]);
}

/** The items of a block that fit. */
interface Kept {
  readonly items: readonly string[];
  /** The number of items that are left out or shortened. */
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

/** Divides a room: nothing gets more than it needs, and large blocks get what small blocks leave. */
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

/** Keeps the items that fit and shortens long ones. A long item does not keep a short one out. */
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

/** Keeps the first whole lines of an item, and counts the rest. */
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
  // The notice at the top covers it.
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

/** Makes a fence that is longer than any within the text, so that no name can end it. */
export function makeFence(text: string): string {
  const longest = measureWidth(["``", ...(text.match(/`+/g) ?? [])]);
  return "`".repeat(longest + 1);
}

/** Formats a text within a line of Markdown. A text that could be markup or mention a person becomes code. */
export function formatInline(text: string): string {
  if (/^[\w.,=() -]+$/.test(text) && !/www\.|__/i.test(text)) return text;
  const fence = makeFence(text);
  return `${fence} ${text} ${fence}`;
}

/** Moves the sign to the first column, where a diff is coloured by it. */
export function asDiff(text: string): string {
  return text.replace(
    /^( +)([-+~] )/gm,
    (_, margin: string, sign: string) => `${sign === "~ " ? "! " : sign}${margin}`,
  );
}
