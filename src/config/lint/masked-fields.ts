import { mapsOf, textsOf, type Text } from "../pointer.ts";
import { patternError } from "./java-regex.ts";
import type { Remark, Rule } from "./remark.ts";

/** The message digests of a Java runtime. */
const digests = new Set(
  "MD2 MD5 SHA SHA1 SHA-1 SHA-224 SHA-256 SHA-384 SHA-512 SHA-512/224 SHA-512/256 SHA3-224 SHA3-256 SHA3-384 SHA3-512".split(
    " ",
  ),
);

/**
 * `fls` and `masked_fields`. A masked field is `name`, `name::digest` or `name::/regex/::replacement` with any number
 * of such pairs, and REST refuses others (bulk patches on 2.11.1, 2.19.4 and 3.4.0). A list of visible fields is not checked by the server.
 */
export const maskedFieldRule: Rule = ({ kind, body }) => {
  if (kind !== "roles") return [];
  return mapsOf(body["index_permissions"], "/index_permissions").flatMap(({ fields, pointer }) => [
    ...textsOf(fields["masked_fields"], `${pointer}/masked_fields`).flatMap(maskedField),
    ...fieldRemarks(textsOf(fields["fls"], `${pointer}/fls`)),
  ]);
};

function maskedField({ text, shown, pointer }: Text): Remark[] {
  const fault = faultOf(text);
  if (fault === undefined) return [];
  const message = `masked field ${shown}: ${fault}`;
  const hint = "write name, name::SHA-512 or name::/regex/::replacement";
  return [{ code: "bad-masked-field", severity: "warning", pointer, message, hint, refusedByServer: true }];
}

function faultOf(text: string): string | undefined {
  const [name = "", ...parts] = text.split("::");
  const fault = regexFault(name, false);
  if (fault !== undefined || parts.length === 0) return fault;
  if (parts.length === 1)
    return digests.has(parts[0]!.toUpperCase()) ? undefined : "no message digest has that name";
  if (parts.length % 2 === 1) return "a regular expression has no replacement";
  return parts
    .filter((_, index) => index % 2 === 0)
    .map((part) => regexFault(part, true))
    .find((fault) => fault !== undefined);
}

function regexFault(text: string, isRequired: boolean): string | undefined {
  const isRegex = text.length > 1 && text.startsWith("/") && text.endsWith("/");
  if (isRequired && !isRegex) return "a regular expression needs a slash before and after";
  return patternError(text);
}

function fieldRemarks(fields: readonly Text[]): Remark[] {
  return [...fields.flatMap(fieldRemark), ...mixedFields(fields)];
}

function fieldRemark({ text, pointer, shown }: Text): Remark[] {
  const name = text.replace(/^[~!]/, "");
  const remark = { code: "bad-fls", severity: "warning" as const, pointer };
  if (name.trim() === "")
    return [{ ...remark, message: `fls: ${shown} names no field`, hint: "name a field" }];
  const reason = patternError(name);
  if (reason === undefined) return [];
  const message = `fls: ${shown} is no regular expression of Java: ${reason}; before 3.6 the role then sees no field, from 3.6 on every field`;
  const hint = "correct it, or leave the slashes out and use * and ?";
  return [{ ...remark, message, hint, harmfulSince: "3.6" }];
}

/** With one field to leave out and one to show, the server leaves nothing out. */
function mixedFields(fields: readonly Text[]): Remark[] {
  const excluded = fields.filter(({ text }) => /^[~!]/.test(text));
  const [first] = excluded;
  if (first === undefined || excluded.length === fields.length) return [];
  const message = "fls both shows and leaves out fields; the server then heeds only one of the two";
  return [
    {
      code: "mixed-fls",
      severity: "warning",
      pointer: first.pointer,
      message,
      hint: "use either names or ~names",
    },
  ];
}
