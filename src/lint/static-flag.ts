import { makeLintFinding } from "../errors.ts";
import { builtInNames } from "../kinds/built-in.ts";
import { isOn } from "../value/texts.ts";
import type { Rule } from "./rule.ts";

/** The next REST write of the kind deletes a stored entity with `static: true`. */
export const staticFlagRule: Rule = ({ kind, name, body }) => {
  if (!isOn(body["static"]) || builtInNames(kind).has(name)) return [];
  return [
    makeLintFinding("static-flag", {
      pointer: "/static",
      message: "the server drops your own entities with static: true at the next write of the resource type",
      hint: "remove the flag",
    }),
  ];
};
