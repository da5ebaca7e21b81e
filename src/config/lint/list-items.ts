import { isFields } from "../../kinds/canonical.ts";
import type { Value } from "../../model.ts";
import { escapePointer } from "../../kinds/pointer.ts";
import { spoken } from "../pointer.ts";
import type { Remark, Rule } from "./remark.ts";

/** Servers from 3.4 on refuse blank items in every list; before, they match nothing. */
export const listItemRule: Rule = ({ kind, body }) =>
  kind !== "config" && holdsBlankItem(body) ? blankItems(body, "") : [];

/** Hardly any entity has one, so that it is worth to look before places are worked out. */
function holdsBlankItem(value: Value): boolean {
  if (Array.isArray(value)) return value.some((item) => isBlank(item) || holdsBlankItem(item));
  return isFields(value) && Object.values(value).some(holdsBlankItem);
}

function isBlank(item: Value): boolean {
  return typeof item === "string" && item.trim() === "";
}

function blankItems(value: Value, pointer: string): Remark[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => itemRemarks(item, `${pointer}/${index}`));
  if (!isFields(value)) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    typeof item === "object" && item !== null ? blankItems(item, `${pointer}/${escapePointer(key)}`) : [],
  );
}

function itemRemarks(item: Value, pointer: string): Remark[] {
  if (!isBlank(item)) return typeof item === "object" && item !== null ? blankItems(item, pointer) : [];
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
