import { isFields } from "../../kinds/canonical.ts";
import type { Value } from "../../model.ts";
import { escapePointer } from "../../kinds/pointer.ts";
import { spoken } from "../pointer.ts";
import type { Remark, Rule } from "./remark.ts";

/**
 * Servers from 3.4 on refuse blank items in every list; before, they match nothing. An item that is null, which all
 * servers refuse, is left out where the schema knows the list; in the settings of a back end nobody knows it.
 */
export const listItemRule: Rule = ({ body }) => (holdsBlankItem(body) ? blankItems(body, "") : []);

/** Hardly any entity has one, so that it is worth to look before places are worked out. */
function holdsBlankItem(value: Value): boolean {
  if (Array.isArray(value)) return value.some((item) => isBlank(item) || holdsBlankItem(item));
  return isFields(value) && Object.values(value).some(holdsBlankItem);
}

function isBlank(item: Value): boolean {
  return item === null || (typeof item === "string" && item.trim() === "");
}

/** Within the settings of an authenticator or back end. */
const freeForm = /_(?:authenticator|backend)\/config\//;

function blankItems(value: Value, pointer: string): Remark[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => itemRemarks(item, `${pointer}/${index}`));
  if (!isFields(value)) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    typeof item === "object" && item !== null ? blankItems(item, `${pointer}/${escapePointer(key)}`) : [],
  );
}

function itemRemarks(item: Value, pointer: string): Remark[] {
  if (!isBlank(item)) return typeof item === "object" && item !== null ? blankItems(item, pointer) : [];
  if (item === null && !freeForm.test(pointer)) return [];
  return [
    {
      code: "blank-item",
      severity: "warning",
      pointer,
      message: `${spoken(pointer)} is blank`,
      hint: item === null ? "remove it, the server refuses it" : "remove it, servers from 3.4 on refuse it",
      refusedByServer: true,
      ...(item === null ? {} : { since: "3.4" }),
    },
  ];
}
