import { writeCodePoint } from "../code-point.ts";
import { isFields } from "../../kinds/canonical.ts";
import { escapePointer } from "../../kinds/pointer.ts";
import type { Body, Value } from "../../model.ts";
import { spoken } from "../pointer.ts";
import type { Remark, Rule } from "./remark.ts";

/** Controls, what is invisible, and blanks that are not the usual one. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;

/** What a backslash and one letter stand for between double quotes: `"EXAMPLE\eva"` has U+001B. */
const ofEscapes = "\0\x07\b\t\n\v\f\r\x1B\x85\xA0\u2028\u2029";

/** Fields of texts for people, of queries, and of certificates, which have lines. */
const freeText = /^(?:description|dls|license)$|_content$/;

const shownMax = 80;

/** Characters that nobody sees, in names, members and patterns: nothing that somebody types is equal to them. */
export const characterRule: Rule = ({ name, body }) => [
  ...(isUnseen(name) ? [remark(name, "", "the name")] : []),
  ...(holdsUnseen(body, "") ? remarksOn(body, "", "") : []),
];

/** Hardly any entity has one, so that it is worth to look before places are worked out. */
function holdsUnseen(value: Value, field: string): boolean {
  if (typeof value === "string") return isUnseen(value) && !freeText.test(field);
  if (Array.isArray(value)) return value.some((item) => holdsUnseen(item, field));
  if (!isFields(value)) return false;
  for (const key in value) if (isUnseen(key) || holdsUnseen(value[key]!, key)) return true;
  return false;
}

function isUnseen(text: string): boolean {
  return /[^ -~]/.test(text) && unseen.test(text);
}

function remarksOn(value: Value, pointer: string, field: string): Remark[] {
  if (!holdsUnseen(value, field)) return [];
  if (typeof value === "string") return [remark(value, pointer, `${spoken(pointer)}:`)];
  if (Array.isArray(value))
    return value.flatMap((item, index) => remarksOn(item, `${pointer}/${index}`, field));
  return Object.entries(value as Body).flatMap(([key, item]) => {
    const at = `${pointer}/${escapePointer(key)}`;
    const ofKey = isUnseen(key) ? [remark(key, at, "the name")] : [];
    return [...ofKey, ...remarksOn(item, at, key)];
  });
}

function remark(text: string, pointer: string, where: string): Remark {
  const [character] = unseen.exec(text)!;
  return {
    code: "unseen-character",
    severity: "warning",
    pointer,
    // As it is: reports show by escapes what nobody sees.
    message: `${where} "${text.slice(0, shownMax)}" contains ${writeCodePoint(character)}, which is invisible or looks like a blank`,
    hint: ofEscapes.includes(character)
      ? "in double quotes a backslash is written twice, or use single quotes"
      : "remove it, or type an ordinary character",
  };
}
