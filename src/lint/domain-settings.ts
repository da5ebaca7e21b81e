import { makeLintFinding } from "../errors.ts";
import { isRecord } from "../value/record.ts";
import { escapePointer, formatPath, valueAt } from "../value/path.ts";
import type { Value, Body } from "../model/value.ts";
import { formatValue, toStoredText, findTexts } from "../value/texts.ts";
import { isPattern, javaRegexError, patternError } from "./java-regex/java-regex.ts";
import type { LintFinding } from "../model/finding.ts";
import type { Rule } from "./rule.ts";

/** Lists of patterns for names, in the settings of `ldap` and `clientcert`. */
const patternLists = [
  "skip_users",
  "exclude_roles",
  "nested_role_filter",
  "custom_attr_allowlist",
  "custom_attr_whitelist",
];

/** Java regular expressions that split a text, in the settings of `proxy` and `saml`. */
const separators = ["roles_separator", "roles_seperator"];

interface Settings {
  readonly pointer: string;
  readonly fields: Body;
}

/**
 * Checks settings of login domains that the plugin compiles. With a broken one, the server cannot build the
 * domain and continues without it (`DynamicConfigModelV7`).
 */
export const domainSettingRule: Rule = ({ body }) => {
  return ["authc", "authz"]
    .flatMap((section) => findSettings(valueAt(body, `/dynamic/${section}`), section))
    .flatMap(({ fields, pointer }) => [
      ...patternLists.flatMap((name) => brokenPatternFindings(fields[name], `${pointer}/${name}`)),
      ...separators.flatMap((name) => badSeparatorFindings(fields[name], `${pointer}/${name}`)),
    ]);
};

function findSettings(domains: Value | undefined, section: string): Settings[] {
  return Object.entries(isRecord(domains) ? domains : {}).flatMap(([name, domain]) =>
    ["http_authenticator", "authentication_backend", "authorization_backend"].flatMap((part) => {
      const fields = valueAt(domain, `/${part}/config`);
      return isRecord(fields)
        ? [{ fields, pointer: `/dynamic/${section}/${escapePointer(name)}/${part}/config` }]
        : [];
    }),
  );
}

/** A list, or one text that stands for a list. */
function brokenPatternFindings(value: Value | undefined, pointer: string): LintFinding[] {
  const one = toStoredText(value);
  const texts =
    one === undefined
      ? findTexts(value, pointer, isPattern)
      : [{ pointer, text: one, shown: formatValue(value), isSecret: false }];
  return texts.flatMap(({ text, pointer: at, shown: found }) => {
    const reason = patternError(text);
    return reason === undefined
      ? []
      : [brokenFinding(at, `${found} is not a valid Java regular expression: ${reason}`)];
  });
}

function badSeparatorFindings(value: Value | undefined, pointer: string): LintFinding[] {
  const text = toStoredText(value);
  if (text === undefined || text === "") return [];
  const about = `${formatValue(value)} is not a valid Java regular expression`;
  if (javaRegexError(text) !== undefined) return [brokenFinding(pointer, about)];
  if (!withoutEscapes(text).split("|").includes("")) return [];
  return [
    makeLintFinding("splits-every-character", {
      pointer,
      message: `${formatPath(pointer)}: ${formatValue(value)} is a regular expression that matches between any two characters, so each character becomes a role`,
      hint: String.raw`write a backslash before the "|": '\|'`,
    }),
  ];
}

function brokenFinding(pointer: string, fault: string): LintFinding {
  return makeLintFinding("bad-pattern", {
    severity: "error",
    pointer,
    message: `${formatPath(pointer)}: ${fault}; the server then skips the whole login domain`,
    hint: "correct it",
  });
}

function withoutEscapes(text: string): string {
  return text.replaceAll(/\\[^]/g, "x");
}
