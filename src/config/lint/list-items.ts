import { isFields } from "../../kinds/canonical.ts";
import type { Value } from "../../model.ts";
import { escapePointer } from "../../kinds/pointer.ts";
import { spoken } from "../pointer.ts";
import type { Remark, Rule } from "./remark.ts";

/** Servers from 3.4 on refuse blank items in every list; before, they match nothing. */
export const listItemRule: Rule = ({ kind, body }) => (kind === "config" ? [] : blankItems(body, ""));

function blankItems(value: Value, pointer: string): Remark[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => itemRemarks(item, `${pointer}/${index}`));
  if (!isFields(value)) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    typeof item === "object" && item !== null ? blankItems(item, `${pointer}/${escapePointer(key)}`) : [],
  );
}

function itemRemarks(item: Value, pointer: string): Remark[] {
  if (typeof item !== "string")
    return typeof item === "object" && item !== null ? blankItems(item, pointer) : [];
  if (item.trim() !== "") return [];
  return [
    {
      code: "blank-item",
      severity: "warning",
      pointer,
      message: `${spoken(pointer)} is blank`,
      hint: "remove it, servers from 3.4 on refuse it",
      refusedByServer: true,
      since: "3.4",
    },
  ];
}
