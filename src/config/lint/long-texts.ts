import { isFields } from "../../kinds/canonical.ts";
import type { Value } from "../../model.ts";
import { escapePointer } from "../../kinds/pointer.ts";
import { spoken, textOf } from "../pointer.ts";
import type { Remark, Rule } from "./remark.ts";

const longest = 256;

/** Server 3.8 alone takes no text of more than 256 characters, anywhere in an entity that is written. */
export const longTextRule: Rule = ({ body }) => (holdsLongText(body) ? longTexts(body, "") : []);

/** Hardly any entity has one, so that it is worth to look before places are worked out. */
function holdsLongText(value: Value): boolean {
  if (Array.isArray(value)) return value.some(holdsLongText);
  if (isFields(value)) return Object.values(value).some(holdsLongText);
  return (textOf(value)?.length ?? 0) > longest;
}

function longTexts(value: Value, pointer: string): Remark[] {
  const length = textOf(value)?.length ?? 0;
  if (length > longest) return [remark(pointer, length)];
  if (Array.isArray(value)) return value.flatMap((item, index) => longTexts(item, `${pointer}/${index}`));
  if (!isFields(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => longTexts(item, `${pointer}/${escapePointer(key)}`));
}

function remark(pointer: string, length: number): Remark {
  return {
    code: "long-text",
    severity: "notice",
    pointer,
    message: `${spoken(pointer)} has ${length} characters, and server 3.8 takes no more than ${longest}`,
    hint: "only 3.8 minds: its successors take 4096 and more, or as many as they are told",
  };
}
