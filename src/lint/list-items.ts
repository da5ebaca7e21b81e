import { makeLintFinding } from "../errors.ts";
import type { Value } from "../model/value.ts";
import { formatPath } from "../value/path.ts";
import { formatValue } from "../value/texts.ts";
import type { LintFinding } from "../model/finding.ts";

/** Within the settings of an authenticator or back end. */
const freeForm = /_(?:authenticator|backend)\/config\//;

/**
 * Servers from 3.4 on refuse blank items in every list; in earlier versions such items match nothing. All
 * servers refuse an item that is null: this rule reports it only in the settings of a back end, because the
 * schema check covers all other lists.
 */
export function blankItem(item: Value, pointer: string): LintFinding[] {
  if (!isBlank(item) || (item === null && !freeForm.test(pointer))) return [];
  return [
    makeLintFinding("blank-item", {
      pointer,
      message: `${formatPath(pointer)} is blank`,
      hint: item === null ? "remove it, the server refuses it" : "remove it, servers from 3.4 on refuse it",
      refusedByServer: true,
      since: item === null ? undefined : "3.4",
    }),
  ];
}

/** Finds texts that a list has already. The server keeps both, and the second has no effect. */
export function repeatedItems(list: readonly Value[], pointer: string): LintFinding[] {
  return list.flatMap((item, index) =>
    isText(item) && list.indexOf(item) < index
      ? [
          makeLintFinding("repeated-item", {
            pointer: `${pointer}/${index}`,
            message: `${formatPath(`${pointer}/${index}`)}: ${formatValue(item)} is in the list already`,
            hint: "remove one of the two",
          }),
        ]
      : [],
  );
}

/** Returns true if a list has a text twice. */
export function hasRepeatedItem(list: readonly Value[]): boolean {
  return list.length > 1 && new Set(list).size < list.length;
}

function isText(item: Value): item is string {
  return typeof item === "string" && !isBlank(item);
}

export function isBlank(item: Value): boolean {
  return item === null || (typeof item === "string" && item.trim() === "");
}
