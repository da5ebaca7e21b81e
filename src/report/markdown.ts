import type { Finding } from "../model.ts";
import { findingsText } from "./findings.ts";
import { measureWidth, type Look } from "./terminal.ts";

/** How texts look in Markdown. */
export const plain: Look = { isColoured: false, width: 110 };

/** A part of a document that can be left out item by item. */
export interface Block {
  /** Markdown; empty for none. */
  readonly title: string;
  readonly language: "diff" | "text";
  readonly items: readonly string[];
  /** Shown only when somebody asks for it. */
  readonly isCollapsed?: boolean;
  /** The most of the room that is left, where other blocks must have some as well. */
  readonly share?: number;
}

/** What a block takes besides its items and fences. */
const overhead = 220;

/** Findings as a block; none where there are none. */
export function findingsBlock(findings: readonly Finding[]): Block[] {
  if (findings.length === 0) return [];
  const errorsFirst = [...findings].toSorted(
    (a, b) => Number(b.severity === "error") - Number(a.severity === "error"),
  );
  const items = errorsFirst.map((finding) => findingsText([finding], plain));
  return [{ title: "", language: "text", items, share: 0.5 }];
}

/** A document within a number of characters: its head whole, and of its blocks, in their order, what there is room for. */
export function fitted(head: readonly string[], blocks: readonly Block[], limit: number): string {
  const whole = head.map((part) => part.trimEnd()).filter((part) => part !== "");
  let room = limit - whole.join("\n\n").length - blocks.length * overhead;
  const parts = blocks.map((block) => {
    const text = blockText(block, room * (block.share ?? 1));
    room -= text.length;
    return text;
  });
  return `${[...whole, ...parts].join("\n\n")}\n`;
}

function blockText({ title, language, items, isCollapsed }: Block, room: number): string {
  const fence = fenceFor(items.join(""));
  const kept = keptOf(items, room - 2 * fence.length);
  const rest = items.length - kept.length;
  const more = rest === 0 ? "" : `… and ${rest} more, see the report file`;
  const text = kept.length === 0 ? "" : `${fence}${language}\n${kept.join("").trimEnd()}\n${fence}`;
  const parts = isCollapsed
    ? [`<details><summary>${title}</summary>`, text, more, "</details>"]
    : [title === "" ? "" : `**${title}**`, text, more];
  return parts.filter((part) => part !== "").join("\n\n");
}

/** The first items that there is room for. */
function keptOf(items: readonly string[], room: number): string[] {
  let left = room;
  const end = items.findIndex((item) => (left -= item.length) < 0);
  return items.slice(0, end < 0 ? items.length : end);
}

/** A fence longer than any within, so that no name can end it. */
function fenceFor(text: string): string {
  const longest = measureWidth(["``", ...(text.match(/`+/g) ?? [])]);
  return "`".repeat(longest + 1);
}

/** A text between other words of Markdown: what could mean something there, or call somebody, becomes code. */
export function inline(text: string): string {
  if (/^[\w.,=() -]+$/.test(text) && !/www\.|__/i.test(text)) return text;
  const fence = fenceFor(text);
  return `${fence} ${text} ${fence}`;
}
