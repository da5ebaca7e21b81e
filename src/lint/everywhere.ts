import { isRecord } from "../value/record.ts";
import { escapePointer } from "../value/path.ts";
import { somePart } from "../value/walk.ts";
import type { Value } from "../model/value.ts";
import { blankItem, hasRepeatedItem, isBlank, repeatedItems } from "./list-items.ts";
import { isLong, longText } from "./long-texts.ts";
import type { LintFinding } from "../model/finding.ts";
import type { Rule } from "./rule.ts";
import {
  hasOuterSpace,
  isOuterSpace,
  isPlain,
  isUnseen,
  isUnseenText,
  outerSpace,
  unseenName,
  unseenText,
} from "./characters.ts";

/** Checks values, items and names at any place: one walk through an entity finds everything. */
export const everywhereRule: Rule = ({ name, body }) => [
  ...unseenName(name, ""),
  ...(somePart(body, isOdd) ? remarksIn(body, "", "") : []),
];

/** Few entities have such a flaw, so this check comes before the places are computed. */
function isOdd(part: Value, field: string): boolean {
  if (typeof part === "string" && isPlain(part)) return isLong(part);
  if (Array.isArray(part)) return hasRepeatedItem(part) || part.some((item) => isOddItem(item, field));
  if (isRecord(part)) return Object.keys(part).some(isOddName);
  return isLong(part) || isUnseenText(part, field);
}

function isOddItem(item: Value, field: string): boolean {
  return isBlank(item) || isOuterSpace(item, field);
}

function isOddName(name: string): boolean {
  return !isPlain(name) && (isUnseen(name) || hasOuterSpace(name));
}

function remarksIn(value: Value, pointer: string, field: string): LintFinding[] {
  if (Array.isArray(value))
    return [
      ...repeatedItems(value, pointer),
      ...value.flatMap((item, index) => {
        const at = `${pointer}/${index}`;
        return [...blankItem(item, at), ...outerSpace(item, at, field), ...remarksIn(item, at, field)];
      }),
    ];
  if (!isRecord(value)) return [...unseenText(value, pointer, field), ...longText(value, pointer)];
  return Object.entries(value).flatMap(([key, item]) => {
    const at = `${pointer}/${escapePointer(key)}`;
    return [...unseenName(key, at), ...remarksIn(item, at, key)];
  });
}
