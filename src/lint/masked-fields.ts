import { makeLintFinding } from "../errors.ts";
import type { Value } from "../model/value.ts";
import { listTexts, findTexts } from "../value/texts.ts";
import { patternError } from "./java-regex/java-regex.ts";
import type { LintFinding } from "../model/finding.ts";
import type { RoleRule } from "./role-blocks.ts";
import type { TextCheck } from "./rule.ts";

/** The message digests of a Java runtime. */
const digests = new Set(
  "MD2 MD5 SHA SHA1 SHA-1 SHA-224 SHA-256 SHA-384 SHA-512 SHA-512/224 SHA-512/256 SHA3-224 SHA3-256 SHA3-384 SHA3-512".split(
    " ",
  ),
);

/**
 * Checks masked fields: `name`, `name::digest` or `name::/regex/::replacement` with any number of such pairs.
 * The Security API refuses all others (bulk patches on 2.11.1, 2.19.4 and 3.4.0).
 */
export const badMaskedField: TextCheck = (text) => {
  const fault = findMaskedFieldFault(text);
  if (fault === undefined) return undefined;
  return ({ pointer, shown }) =>
    makeLintFinding("bad-masked-field", {
      pointer,
      message: `masked field ${shown}: ${fault}`,
      hint: "write name, name::SHA-512 or name::/regex/::replacement",
      refusedByServer: true,
    });
};

function findMaskedFieldFault(text: string): string | undefined {
  const [name = "", ...parts] = text.split("::");
  const fault = findRegexFault(name, false);
  if (fault !== undefined || parts.length === 0) return fault;
  if (parts.length === 1)
    return digests.has(parts[0]!.toUpperCase()) ? undefined : "no message digest has that name";
  if (parts.length % 2 === 1) return "a regular expression has no replacement";
  return parts
    .filter((_, index) => index % 2 === 0)
    .map((part) => findRegexFault(part, true))
    .find((fault) => fault !== undefined);
}

function findRegexFault(text: string, isRequired: boolean): string | undefined {
  const isRegex = text.length > 1 && text.startsWith("/") && text.endsWith("/");
  if (isRequired && !isRegex) return "a regular expression needs a slash before and after";
  return patternError(text);
}

/** The server does not check a list of visible fields. */
export const badField: TextCheck = (text) => {
  const name = text.replace(/^[~!]/, "");
  if (name.trim() === "")
    return ({ pointer, shown }) => badFls(pointer, `fls: ${shown} names no field`, "name a field");
  const reason = patternError(name);
  if (reason === undefined) return undefined;
  const effect = "before 3.6 the role then sees no field, from 3.6 on every field";
  const hint = "correct it, or remove the slashes and use * and ?";
  return ({ pointer, shown }) => ({
    ...badFls(pointer, `fls: ${shown} is not a valid Java regular expression: ${reason}; ${effect}`, hint),
    harmfulSince: "3.6",
  });
};

function badFls(pointer: string, message: string, hint: string): LintFinding {
  return makeLintFinding("bad-fls", { pointer, message, hint });
}

/** If a list excludes one field and includes another, the server excludes none. */
export const mixedFieldRule: RoleRule = (_, { ofIndices }) =>
  ofIndices.flatMap(({ fields, pointer }) => mixedFieldFindings(fields["fls"], `${pointer}/fls`));

function mixedFieldFindings(fls: Value | undefined, pointer: string): LintFinding[] {
  const texts = listTexts(fls);
  if (texts.every(isExcluded) || !texts.some(isExcluded)) return [];
  const message = "fls both includes and excludes fields; the server then applies only one of the two";
  return [
    makeLintFinding("mixed-fls", {
      pointer: findTexts(fls, pointer, isExcluded)[0]!.pointer,
      message,
      hint: "use either names or ~names",
    }),
  ];
}

function isExcluded(text: string): boolean {
  return /^[~!]/.test(text);
}
