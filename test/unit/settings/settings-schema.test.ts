import { expect, test } from "vitest";
import { options, type Option } from "../../../src/settings/options.ts";

const sections: Readonly<Record<string, string>> = {
  apply: "How `osac apply` writes.",
  cluster: "The connection to the cluster and the login. Do not write secrets into this file.",
  guards: "Limits that stop a run before it writes.",
  history: "The git history that `prune: removed` reads.",
  lockout: "Facts about write access that no API returns.",
  recovery: "The admin certificate that reverts a change that locked the caller out.",
  placeholders: "Limits on the placeholders that files may use.",
  passwords: "Hashing and verification of plain passwords.",
  plan: "Saved plans.",
  backup: "The backup that `osac apply` stores before it writes.",
  drift: "The drift that `osac drift` counts.",
  facts: "What no API tells about access, for `osac access` and access tests.",
  status: "Limits for the warnings of `osac status`.",
};

const section = (description: string) => ({
  type: "object",
  description,
  additionalProperties: false,
  properties: {} as Record<string, object>,
});

const targetsSchema = (settings: Record<string, object>) => ({
  description:
    "Several clusters, by name, or the name of a file beside this one that has them: osac.targets.yml. A target has its own value of any setting.",
  type: ["object", "string"],
  pattern: "^osac\\.[\\w-]+\\.yml$",
  propertyNames: { pattern: "^[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$" },
  additionalProperties: {
    type: "object",
    additionalProperties: false,
    properties: {
      group: {
        description: "the group of the target, for --targets group:NAME and order",
        type: "string",
        minLength: 1,
      },
      labels: {
        description: "labels of the target, for --targets NAME=VALUE",
        type: "object",
        additionalProperties: { type: "string" },
      },
      ...settings,
    },
  },
});

function schemaOfTable(): object {
  const properties: Record<string, ReturnType<typeof section> | object> = {};
  for (const option of Object.values(options) as Option<unknown>[]) {
    const [first, second] = option.key?.split(".") ?? [];
    if (first === undefined) continue;
    const { type, describe, default: value } = option;
    const setting = {
      description: describe,
      ...type.schema,
      ...(value === undefined ? {} : { default: value }),
    };
    if (second === undefined) {
      properties[first] = setting;
      continue;
    }
    const group = (properties[first] ??= section(sections[first]!)) as ReturnType<typeof section>;
    group.properties[second] = setting;
  }
  const own = Object.keys(properties).map((key) => [key, { $ref: `#/properties/${key}` }]);
  properties["order"] = {
    description: "the groups of targets in the order in which apply --targets writes them",
    type: "array",
    items: { type: "string", minLength: 1 },
    uniqueItems: true,
  };
  properties["targets"] = targetsSchema(Object.fromEntries(own) as Record<string, object>);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "https://opensearch-security-as-code.dev/schemas/osac.schema.json",
    title: "osac.yml",
    description:
      "The settings of osac. Flags override environment variables, and variables override this file.",
    type: "object",
    additionalProperties: false,
    properties,
  };
}

test("the published schema of osac.yml is the table of settings", async () => {
  await expect(`${JSON.stringify(schemaOfTable(), undefined, 2)}\n`).toMatchFileSnapshot(
    "../../../schemas/osac.schema.json",
  );
});
