import { makeLintFinding } from "../errors.ts";
import { parseLastStep, valueAt } from "../value/path.ts";
import { formatValue, toStoredText } from "../value/texts.ts";
import type { Rule } from "./rule.ts";

const at = "/dynamic/api_tokens/max_tokens";
const most = 1000;

/** The server stores 1000 instead of a greater number, so the entity would never be as desired. */
export const apiTokenRule: Rule = ({ body }) => {
  const value = valueAt(body, at);
  if (!(Number(toStoredText(value)) > most)) return [];
  return [
    makeLintFinding("bad-value", {
      severity: "error",
      pointer: at,
      message: `${parseLastStep(at)} is ${formatValue(value)}, and the server stores ${most} instead`,
      hint: `write ${most}`,
    }),
  ];
};
