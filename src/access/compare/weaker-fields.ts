import type { Access } from "../effective/access.ts";
import { isFieldMasked, isFieldVisible, type Restrictions } from "../effective/restrictions.ts";
import { isExpression } from "../match-pattern.ts";

/** Characters that no pattern of a field has. They stand for what a `*` matches. */
const filling = "\u{e000}\u{e001}\u{e002}";

/** A field that only a pattern for nearly every name matches. */
const stranger = "\u{e010}\u{e011}\u{e012}\u{e013}";

type Sides = readonly [was: Restrictions, is: Restrictions];

/** True if a field may be visible after the changes that was not before. */
export function showsMoreFields(access: Access, [was, is]: Sides): boolean {
  const patterns = [was, is].map(({ fields }) =>
    fields.are === "only" || fields.are === "all-but" ? listTexts(fields.patterns) : [],
  );
  const isShown = (fields: Restrictions["fields"], path: string): boolean =>
    isFieldVisible(access, fields, path) !== false;
  return (
    hasOtherExpression(patterns) ||
    listExamples(patterns.flat()).some((path) => isShown(is.fields, path) && !isShown(was.fields, path))
  );
}

/**
 * True if a field may be in plain sight, whole or in part, that was masked before. A mask with an expression
 * replaces only what the expression matches.
 */
export function showsMoreUnmasked(access: Access, [was, is]: Sides): boolean {
  const [before, after] = [was, is].map(({ masks }) =>
    masks.are === "some" ? listTexts(masks.patterns) : [],
  ) as [string[], string[]];
  const names = [before, after].map((texts) => texts.map(readName));
  if (hasOtherExpression(names)) return true;
  const partial = after.filter((mask) => mask.includes("::/") && !before.includes(mask)).map(readName);
  return listExamples(names.flat()).some(
    (path) =>
      isFieldMasked(access, was.masks, path) === true &&
      (isFieldMasked(access, is.masks, path) !== true ||
        partial.some((pattern) => access.matches(pattern, path) !== "no")),
  );
}

/** The pattern of the fields before the algorithm or the expressions. */
function readName(mask: string): string {
  return mask.split("::")[0]!;
}

function listTexts(patterns: readonly { readonly value: string }[]): string[] {
  return patterns.map(({ value }) => value);
}

/** True if one side has an expression that the other one lacks. Osac makes no example for these. */
function hasOtherExpression([was = [], is = []]: readonly (readonly string[])[]): boolean {
  const differ = [...was.filter((one) => !is.includes(one)), ...is.filter((one) => !was.includes(one))];
  return differ.some(isExpression);
}

/** Lists fields that the patterns tell apart. */
function listExamples(patterns: readonly string[]): string[] {
  const globs = patterns.filter((pattern) => !isExpression(pattern));
  const filled = globs.flatMap((glob) =>
    ["", filling].map((text) => glob.replaceAll(/\*+/g, text).replaceAll("?", "\u{e000}")),
  );
  return [...new Set([stranger, ...filled])].filter((path) => path !== "");
}
