import { kinds } from "../kinds/index.ts";
import { writePattern } from "../kinds/address.ts";
import { parsePath } from "../value/path.ts";
import { kindNames, type KindName } from "../model/kind-name.ts";
import type { IgnoreRule } from "../model/plan.ts";
import { readEntityAddress } from "./guard-types.ts";
import { requireChoice, refuse, type Source, type ValueType } from "./value-types.ts";
import { entityShape } from "../schema/shape.ts";

/** A rule in osac.yml. */
interface Written {
  readonly kind: KindName;
  readonly name: string;
  readonly field?: string;
  readonly reason: string;
}

/** The most rules: osac tries each rule on every entity, and patterns replace long lists. */
const rulesMax = 1000;

/** Rules for ignored entities. A flag names one entity; osac.yml has patterns, which apply as well. */
export const ignoreRules: ValueType<readonly IgnoreRule[]> = {
  placeholder: "KIND/NAME",
  isRepeatable: true,
  schema: {
    type: "array",
    items: {
      type: "object",
      additionalProperties: false,
      required: ["kind", "name", "reason"],
      properties: {
        kind: { enum: kindNames },
        name: {
          description: "a pattern of names: * for any characters, ? for one; config for kinds of one entity",
          type: "string",
          minLength: 1,
        },
        field: {
          description:
            "the one field that is left alone, with slashes: description, dynamic/authc/ldap/order; the whole entity without",
          type: "string",
          minLength: 1,
        },
        reason: { description: "why, and who takes care of it", type: "string", minLength: 1 },
      },
    },
  },
  read: (texts, source) => texts.map((text) => makeRule(readEntityAddress(text, source), source.name)),
  readFile: (value, { name, base, locate }) =>
    (value as unknown as readonly Written[]).map(({ field, ...rule }, index) => {
      const at = locate(`/${index}`);
      if (index === rulesMax) refuse({ name, base, at }, `at most ${rulesMax} rules`, "more");
      return {
        ...rule,
        field: field === undefined ? undefined : readFieldPath(rule.kind, field, { name, base, at }),
        setBy: `${at.file}:${at.line}`,
      };
    }),
  combine: (file, flag) => [...file, ...flag],
};

/** Makes the rule that ignores one entity. A flag has no room for a reason. */
function makeRule(address: string, setBy: string): IgnoreRule {
  const [kind = "", ...name] = address.split("/");
  return {
    kind: kind as KindName,
    name: writePattern(name.join("/")),
    reason: `left out by ${setBy}`,
    setBy,
  };
}

/** Splits a path into its steps; the first must be a field of the resource type. */
function readFieldPath(kind: KindName, field: string, source: Source): string[] {
  const { properties = {} } = entityShape(kinds[kind]);
  const steps = parsePath(field);
  if (steps.includes("")) refuse(source, "a field, such as description or dynamic/authc/ldap/order", field);
  requireChoice(Object.keys(properties), steps[0]!, source);
  return steps;
}
