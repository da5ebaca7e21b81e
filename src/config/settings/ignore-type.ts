import { kinds } from "../../kinds/index.ts";
import { pathSteps } from "../../kinds/fields.ts";
import { kindNames, type IgnoreRule, type KindName } from "../../model.ts";
import { oneOf, refuse, type Source, type ValueType } from "./value-types.ts";

/** A rule as osac.yml has it. */
interface Written {
  readonly kind: KindName;
  readonly name: string;
  readonly field?: string;
  readonly reason: string;
}

/** What osac.yml leaves to somebody else. */
export const ignoreRules: ValueType<readonly IgnoreRule[]> = {
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
  // Only osac.yml has room for reasons.
  read: () => [],
  readFile: (value, { name, base, locate }) =>
    (value as unknown as readonly Written[]).map(({ field, ...rule }, index) => {
      const at = locate(`/${index}`);
      return {
        ...rule,
        ...(field === undefined ? {} : { field: stepsOf(rule.kind, field, { name, base, at }) }),
        setBy: `${at.file}:${at.line}`,
      };
    }),
};

/** The steps of a path; the first must be a field that the kind has. */
function stepsOf(kind: KindName, field: string, source: Source): string[] {
  const { properties = {} } = kinds[kind].schema.$defs.entity as { properties?: object };
  const steps = pathSteps(field);
  if (steps.includes("")) refuse(source, "a field, such as description or dynamic/authc/ldap/order", field);
  oneOf(Object.keys(properties), steps[0]!, source);
  return steps;
}
