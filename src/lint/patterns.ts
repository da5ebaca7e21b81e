import { escapePointer, formatPath, valueAt } from "../value/path.ts";
import { findTexts } from "../value/texts.ts";
import { isRecord } from "../value/record.ts";
import { isPattern, patternError } from "./java-regex/java-regex.ts";
import type { Unloadable, LintFinding } from "../model/finding.ts";
import type { Rule, TextCheck } from "./rule.ts";
import { isKnownVariable, replaceVariables } from "./variables.ts";

/**
 * The effect of a pattern that the server cannot compile. With `actions`, the server also ignores the items
 * of the role that follow the pattern.
 */
type Damage = Unloadable | "refused" | "ignored" | "actions";

/** The first version that ignores a role with such a permission (`CompiledRoles`, seen on 3.8.0). */
const roleLeftOutSince = "3.6";

/** Seen on 2.11.1 and 2.19.4, and not on 3.4.0. */
const before3: Unloadable = { until: "3.0" };

/**
 * Checks patterns that are Java regular expressions (`/…/`). If one does not compile in a mapping, an action
 * group, `cluster_permissions` or `tenant_patterns`, the server cannot load the whole configuration (seen on
 * 2.11.1 and 2.19.4, in mappings also on 3.4.0). The loader refuses it in `audit`, and the server ignores it
 * elsewhere. From 3.6 on, the server ignores a role with such a permission.
 */
export function badPattern(damage: Damage): TextCheck {
  return (text) => {
    if (!isPattern(text)) return undefined;
    const reason = patternError(damage === "ignored" ? withoutVariables(text) : text);
    if (reason === undefined) return undefined;
    return ({ pointer, shown }) =>
      remark(
        `${formatPath(pointer)}: ${shown} is not a valid Java regular expression: ${reason}`,
        pointer,
        damage,
      );
  };
}

/** In `cluster_permissions`. */
export const rolePattern: TextCheck = badPattern({
  ...before3,
  others: `from ${roleLeftOutSince} on it leaves out the whole role`,
});

export const groupPattern: TextCheck = badPattern({
  ...before3,
  onceThat: "the cluster_permissions of a role use the group",
  others: `from ${roleLeftOutSince} on it leaves out every role that uses the group`,
});

export const tenantPattern: TextCheck = badPattern(before3);

function remark(message: string, pointer: string, damage: Damage): LintFinding {
  const hint = "correct it, or remove the slashes and use * and ?";
  const bad = { code: "bad-pattern", severity: "warning", pointer, hint } as const;
  switch (damage) {
    case "ignored":
      return { ...bad, message: `${message}; the server skips it` };
    case "actions": {
      const effect = `before ${roleLeftOutSince} the server skips it, since ${roleLeftOutSince} the whole role`;
      return { ...bad, message: `${message}; ${effect}`, harmfulSince: roleLeftOutSince };
    }
    case "refused":
      return { ...bad, severity: "error", message };
    default:
      return { ...bad, code: "unloadable-pattern", severity: "error", message, unloadable: damage };
  }
}

/** In index patterns, the server replaces the variables before it compiles the expression. */
function withoutVariables(text: string): string {
  return replaceVariables(text, (name) => (isKnownVariable(name) ? "x" : `\${${name}}`));
}

const refused = badPattern("refused");

/** The patterns of `audit`, which are lists and names of fields. */
export const auditPatternRule: Rule = ({ body }) => {
  const watched = valueAt(body, "/compliance/read_watched_fields");
  const names = (isRecord(watched) ? Object.keys(watched) : []).map((name) => ({
    pointer: `/compliance/read_watched_fields/${escapePointer(name)}`,
    text: name,
    shown: JSON.stringify(name),
    isSecret: false,
  }));
  return [...auditLists.flatMap((pointer) => findTexts(valueAt(body, pointer), pointer)), ...names].flatMap(
    (text) => refused(text.text)?.(text) ?? [],
  );
};

const auditLists = [
  "/audit/ignore_users",
  "/audit/ignore_requests",
  "/audit/ignore_headers",
  "/audit/body_logging_exclusions",
  "/compliance/read_ignore_users",
  "/compliance/write_ignore_users",
  "/compliance/write_watched_indices",
];
