import { makeLintFinding } from "../errors.ts";
import { formatPath, valueAt } from "../value/path.ts";
import { findTexts, type TextAt } from "../value/texts.ts";
import type { LintFinding } from "../model/finding.ts";
import type { Rule } from "./rule.ts";

const lists = ["disabled_rest_categories", "disabled_transport_categories", "disabled_categories"] as const;

type List = (typeof lists)[number];

/**
 * Finds categories that the loader accepts and the Security API refuses (seen on 2.11.1, 2.19.4, 3.4.0 and
 * 3.8.0), and NONE beside others, which the loader refuses too. `disabled_categories` accepts all categories.
 */
export const auditCategoryRule: Rule = ({ body }) => {
  return lists.flatMap((list) => {
    const categories = findTexts(valueAt(body, `/audit/${list}`), `/audit/${list}`);
    return categories.flatMap((category) => categoryFindings(category, list, categories.length > 1));
  });
};

function categoryFindings(
  { text, pointer, shown }: TextAt,
  list: List,
  isAmongOthers: boolean,
): LintFinding[] {
  const category = text.toUpperCase();
  if (category === "NONE") {
    const message = `${formatPath(pointer)}: NONE excludes other categories`;
    return isAmongOthers
      ? [makeLintFinding("bad-value", { severity: "error", pointer, message, hint: "remove it" })]
      : [];
  }
  const since = findRefusedSince(category, list);
  if (since === undefined) return [];
  const message = `${formatPath(pointer)}: the REST API does not accept ${shown} in this list`;
  const hint = "remove it; since 3.8 disabled_categories accepts every category";
  return [
    makeLintFinding("bad-value", {
      severity: "warning",
      pointer,
      message,
      hint,
      refusedByServer: true,
      since,
    }),
  ];
}

/**
 * The first version that receives the category and refuses it. osac does not send a category to versions that
 * do not know it.
 */
function findRefusedSince(category: string, list: List): string | undefined {
  if (list === "disabled_categories") return undefined;
  const isOfRest = list === "disabled_rest_categories";
  if (category.startsWith("COMPLIANCE_")) return "2.10";
  if (category === "API_TOKEN_WRITE") return "3.7";
  if (/^(?:REQUEST|TRANSPORT)_AUDIT$/.test(category)) return "3.8";
  if (isOfRest && category.endsWith("_SETTINGS_CHANGED")) return "3.8";
  return isOfRest && /^(?:INDEX_EVENT|OPENDISTRO_SECURITY_INDEX_ATTEMPT)$/.test(category)
    ? "2.10"
    : undefined;
}
