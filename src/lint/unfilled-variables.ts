import { Secret } from "../secrets/secret.ts";
import { toStoredText, findTexts } from "../value/texts.ts";
import { formatPath } from "../value/path.ts";
import type { LintFinding } from "../model/finding.ts";
import type { Block, RoleRule } from "./role-blocks.ts";
import { fallbackSince, findVariables, isKnownVariable, suggestVariable } from "./variables.ts";

interface Template {
  readonly pointer: string;
  readonly text: string;
  readonly isSecret: boolean;
  /** The effect on the role of a variable that the server does not fill in. */
  readonly effect: string;
}

const ofQueries = "before 3.0 the role then finds nothing, from 3.0 on its searches fail";
const ofPatterns = "it stays as it is, and the pattern matches no index";

/**
 * Finds variables of DLS queries and index patterns that the server does not fill in (seen on 2.19.4 and
 * 3.4.0).
 */
export const unfilledVariableRule: RoleRule = (_, { ofIndices }) =>
  ofIndices.flatMap(findTemplates).flatMap(templateFindings);

function findTemplates({ fields, pointer }: Block): Template[] {
  const { dls } = fields;
  const query = toStoredText(dls);
  const patterns = findTexts(fields["index_patterns"], `${pointer}/index_patterns`, hasVariable);
  return [
    ...patterns.map(({ text, pointer: at, isSecret }) => ({
      pointer: at,
      text,
      isSecret,
      effect: ofPatterns,
    })),
    ...(query !== undefined && hasVariable(query)
      ? [{ pointer: `${pointer}/dls`, text: query, isSecret: dls instanceof Secret, effect: ofQueries }]
      : []),
  ];
}

function hasVariable(text: string): boolean {
  return text.includes("${");
}

/** Each text gets one finding only. */
function templateFindings({ pointer, text, isSecret, effect }: Template): LintFinding[] {
  const variables = findVariables(text);
  const unknown = variables.find(({ name, hasFallback }) => !hasFallback && !isKnownVariable(name));
  const told = (variable: string): string => (isSecret ? "a variable" : variable);
  const finding = { code: "unsupported-variable", severity: "warning", pointer } as const;
  if (unknown !== undefined) {
    const message = `${formatPath(pointer)} has ${told(unknown.text)}, which the server does not know; ${effect}`;
    return [{ ...finding, message, hint: suggestVariable(isSecret ? "" : unknown.name) }];
  }
  const fallback = variables.find(({ hasFallback }) => hasFallback);
  if (fallback === undefined) return [];
  const message = `${formatPath(pointer)} has ${told(fallback.text)}, and servers before ${fallbackSince} know no fallback in a variable; ${effect}`;
  return [{ ...finding, message, hint: "remove the fallback", servers: { until: fallbackSince } }];
}
