import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import compareSchema from "../../../schemas/compare.schema.json" with { type: "json" };
import planSchema from "../../../schemas/plan.schema.json" with { type: "json" };
import { folder } from "../../support/folder.ts";
import { osac, type Ran } from "../../support/osac.ts";

const makeFile = (kind: string, lines: string): string =>
  `_meta: { type: ${kind}, config_version: 2 }\n${lines}`;

const files = {
  "osac.yml":
    "targets:\n  a: { layers: [base], variables: { team: search } }\n  b: { layers: [base, b], variables: { team: search } }\n  same: { layers: [base], variables: { team: search } }\n",
  "base/tenants.yml": makeFile("tenants", '"${var.team}": { description: team }\nold: {}\n'),
  "base/internal_users.yml": makeFile(
    "internalusers",
    'shipper: { hash: "${env.SHIPPER_HASH}", backend_roles: [x] }\n',
  ),
  "b/tenants.yml": makeFile("tenants", 'old:\nnew: { description: "only in b" }\n'),
  "b/internal_users.yml": makeFile(
    "internalusers",
    'shipper: { hash: "${env.SHIPPER_HASH}", backend_roles: [x, y] }\n',
  ),
};

const compare = async (...argv: string[]): Promise<Ran> =>
  osac(["compare", ...argv], { cwd: await folder(files) });

test("compare shows what differs between two targets, with the signs of a plan", async () => {
  const { code, out, err } = await compare("a", "b");
  expect({ code, err }).toEqual({ code: 2, err: "" });
  expect(out).toMatchInlineSnapshot(`
    "osac compare · a → b · 4 entities compared

    tenants
      - old
      + new                                      b/tenants.yml:3
          description  only in b

    internalusers
      ~ shipper                                  b/internal_users.yml:2
          backend_roles  + y

    Differences: 1 only in b (+), 1 differ (~), 1 only in a (-)
    "
  `);
});

test("compare says that nothing differs", async () => {
  expect(await compare("a", "same")).toEqual({
    code: 0,
    out: "osac compare · a → same · 3 entities compared\n\nNo differences between a and same\n",
    err: "",
  });
});

test("what compare prints as JSON fits its schema", async () => {
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
  const { out } = await compare("a", "b", "--output", "json");
  const fits = ajv.addSchema([planSchema, compareSchema]).getSchema(compareSchema.$id)!;
  void fits(JSON.parse(out));
  expect(fits.errors ?? []).toEqual([]);
  expect(JSON.parse(out)).toMatchObject({
    exitCode: 2,
    summary: { create: 1, update: 1, delete: 1, compared: 4 },
  });
});

test("compare prints Markdown with the changes as a diff", async () => {
  const { out } = await compare("a", "b", "--output", "markdown");
  expect(out).toContain("```diff\ntenants\n-   old");
});

test("compare refuses a target that osac.yml does not have", async () => {
  const { code, err } = await compare("a", "c");
  expect(code).toBe(3);
  expect(err).toContain('there is no target "c"');
});
