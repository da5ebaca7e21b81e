import { expect, test } from "vitest";
import { options, type Option } from "../../../src/settings/options.ts";

const sections: Readonly<Record<string, string>> = {
  apply: "How `osac apply` writes.",
  cluster: "How to reach the cluster and as whom. Secrets do not belong into this file.",
  guards: "What stops a run before it writes.",
  history: "What the git repository is asked, where only what was removed from it is deleted.",
  lockout: "What no API tells of who may change the security configuration.",
  recovery: "The admin certificate that reverts a change that locked the caller out.",
  placeholders: "What placeholders in files may name.",
  passwords: "How plain passwords are hashed before they are sent, and whether they are verified.",
  plan: "How long a plan may be applied.",
  backup: "What `osac apply` keeps before it writes.",
  drift: "What `osac drift` counts.",
  facts: "What no API tells about access, for `osac access` and access tests.",
  status: "What `osac status` warns of.",
};

const section = (description: string) => ({
  type: "object",
  description,
  additionalProperties: false,
  properties: {} as Record<string, object>,
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
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "https://opensearch-security-as-code.dev/schemas/osac.schema.json",
    title: "osac.yml",
    description: "The settings of osac. A flag wins over an environment variable, a variable over this file.",
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
