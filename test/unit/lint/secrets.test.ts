import fc from "fast-check";
import { expect, test } from "vitest";
import { listRules } from "../../../src/lint/index.ts";
import { createSchemaCheck } from "../../../src/schema/validation/check-entity.ts";
import { danglingReferenceFindings } from "../../../src/lint/references.ts";
import { isRecord } from "../../../src/value/record.ts";
import { allKinds, kinds } from "../../../src/kinds/index.ts";
import type { Declared, Directory } from "../../../src/model/entity.ts";
import type { KindName } from "../../../src/model/kind-name.ts";
import type { Body, Value } from "../../../src/model/value.ts";
import type { LintFinding } from "../../../src/model/finding.ts";
import { Secret } from "../../../src/secrets/secret.ts";
import { bodies } from "../../support/bodies.ts";

/** Values that some rule finds fault with, each with a part that would give it away. */
const values = [
  "zzcanary",
  "zz canary",
  " zzcanary ",
  "/zzcanary",
  "/zzcanary[/",
  "/*zzcanary/",
  "/(?<zzcanary>a)(?<zzcanary>b)/",
  "/\\k<zzcanary>/",
  "/\\p{zzcanary}/",
  "/\\N{zz]canary!}/",
  "a::zzcanary",
  "a::zzcanary::b",
  "a::/\\p{zzcanary}/::b",
  "~zzcanary",
  '{"zzcanary": 1, "b": 2}',
  '{"zzcanary": {}}',
  '{"bool": {"zzcanary": 1}}',
  '{"a": {"zzcanary": 1, "zzcanary": 2}}',
  "cluster:monitor/zzcanary",
  "cluster:monitor/zzcanarystats",
  "${zzcanary}",
  "${zzcanary:-a}",
  "ZZCANARY",
  "zzcanary\u200b",
  "10.0.0.0/8|zzcanary",
  ".*|zzcanary",
  "(zzcanary",
  "restapi:admin/zzcanary",
  "COMPLIANCE_ZZCANARY",
  "zzcanary".repeat(40),
];

/** The body with a secret of that value in the place of each of its scalars. */
function hidden(value: Value, text: string): Value {
  if (Array.isArray(value)) return value.map((item) => hidden(item, text));
  if (!isRecord(value)) return new Secret(text, "${env.IT}");
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, hidden(item, text)]));
}

function remarksOn(kind: KindName, body: Body): LintFinding[] {
  const entity: Declared = { kind, name: "it", body, at: { file: "it.yml", line: 1, column: 1 } };
  const directory: Directory = {
    path: "",
    kinds: new Map([[kind, new Map([["it", entity]])]]),
    ignored: [],
    findings: [],
  };
  const nobody = new Map(allKinds.map(({ name }) => [name, new Set<string>()]));
  return [
    ...createSchemaCheck(kinds[kind])(entity),
    ...listRules(kind).flatMap((rule) => rule(entity, directory)),
    ...danglingReferenceFindings(entity, nobody),
  ];
}

test.each(allKinds.map(({ name }) => name))(
  "what is said of %s does not depend on its placeholders",
  (kind) => {
    fc.assert(
      fc.property(bodies(kinds[kind]), fc.constantFrom(...values), (body, text) => {
        const [one, other] = [text, "x"].map((value) => remarksOn(kind, hidden(body, value) as Body));
        expect(one).toEqual(other);
      }),
      { numRuns: 200 },
    );
  },
);

test.each(allKinds.map(({ name }) => name))("no part of a secret in %s is told", (kind) => {
  fc.assert(
    fc.property(bodies(kinds[kind]), fc.constantFrom(...values), (body, text) => {
      const told = remarksOn(kind, hidden(body, text) as Body);
      expect(told.filter((remark) => /canary/i.test(JSON.stringify(remark)))).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
