import { isRecord } from "../value/record.ts";
import { escapePointer } from "../value/path.ts";
import type { Value } from "../model/value.ts";
import { blankItem, isBlank } from "./list-items.ts";
import { isLong, longText } from "./long-texts.ts";
import type { LintFinding } from "../model/finding.ts";
import type { Rule } from "./rule.ts";
import { isUnseen, isUnseenText, unseenName, unseenText } from "./characters.ts";

/** Checks values, items and names at any place: one walk through an entity finds everything. */
export const everywhereRule: Rule = ({ name, body }) => [
  ...unseenName(name, ""),
  ...(isOdd(body, "") ? remarksIn(body, "", "") : []),
];

/** Few entities have such a flaw, so this check comes before the places are computed. */
function isOdd(value: Value, field: string): boolean {
  if (typeof value === "string") return isLong(value) || isUnseenText(value, field);
  if (Array.isArray(value)) return value.some((item) => isBlank(item) || isOdd(item, field));
  if (!isRecord(value)) return isLong(value);
  for (const key in value) if (isUnseen(key) || isOdd(value[key]!, key)) return true;
  return false;
}

function remarksIn(value: Value, pointer: string, field: string): LintFinding[] {
  if (Array.isArray(value))
    return value.flatMap((item, index) => {
      const at = `${pointer}/${index}`;
      return [...blankItem(item, at), ...remarksIn(item, at, field)];
    });
  if (!isRecord(value)) return [...unseenText(value, pointer, field), ...longText(value, pointer)];
  return Object.entries(value).flatMap(([key, item]) => {
    const at = `${pointer}/${escapePointer(key)}`;
    return [...unseenName(key, at), ...remarksIn(item, at, key)];
  });
}
