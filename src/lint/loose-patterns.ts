import { makeLintFinding } from "../errors.ts";
import type { LintFinding } from "../model/finding.ts";
import { formatPath } from "../value/path.ts";
import { findTexts, type TextAt } from "../value/texts.ts";
import { isPattern } from "./java-regex/java-regex.ts";
import type { Block, RoleRule } from "./role-blocks.ts";
import { replaceVariables } from "./variables.ts";

/** Finds patterns that permit more names than they seem to. */
export const loosePatternRule: RoleRule = (_, { ofIndices, ofTenants }) => [
  ...ofIndices.flatMap(({ fields, pointer }) => [
    ...findTexts(fields["index_patterns"], `${pointer}/index_patterns`, hasSingleWildcard).map(looseFinding),
    ...wholeVariableFindings(fields["index_patterns"], `${pointer}/index_patterns`),
  ]),
  ...ofTenants.flatMap(({ fields, pointer }) =>
    wholeVariableFindings(fields["tenant_patterns"], `${pointer}/tenant_patterns`),
  ),
];

/**
 * If one index of a request does not exist, the server compares its other names as texts, so `?` matches the `*` of
 * `logs-*`. With `ignore_unavailable`, the search then finds all of them. From 3.0 on it finds no documents there
 * (seen on 2.11.1, 2.19.4 and 3.4.0).
 */
function hasSingleWildcard(text: string): boolean {
  return text.includes("?") && !isPattern(text) && !/^[*?]+$/.test(text);
}

function looseFinding({ pointer, shown }: TextAt): LintFinding {
  return makeLintFinding("loose-pattern", {
    pointer,
    message: `${formatPath(pointer)}: before 3.0, a search that also names a missing index reaches more names than ${shown} matches`,
    hint: "write patterns with * only, or names",
    servers: { until: "3.0" },
  });
}

/** The values are quoted lists in these variables, so no value of them is a pattern. */
const listVariable = /^user[._](?:roles|securityRoles)$/;

function wholeVariableFindings(list: Block["fields"][string] | undefined, pointer: string): LintFinding[] {
  return findTexts(list, pointer, isWholeVariable).map((at) =>
    makeLintFinding("variable-as-pattern", {
      pointer: at.pointer,
      message: `${formatPath(at.pointer)}: ${at.shown} matches every name for a caller with the value "*"`,
      hint: "write a fixed text before the variable, such as team-${user.name}",
    }),
  );
}

/** True if nothing but the values of variables decides which names the pattern matches. */
function isWholeVariable(text: string): boolean {
  const fixed = replaceVariables(text, (name) => (listVariable.test(name) ? name : ""));
  return text.includes("${") && /^[*?]*$/.test(fixed);
}
