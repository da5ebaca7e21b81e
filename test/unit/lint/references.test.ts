import { expect, test } from "vitest";
import { danglingReferenceFindings, unknownTenantFindings } from "../../../src/lint/references.ts";
import type { Declared } from "../../../src/model/entity.ts";
import type { KindName } from "../../../src/model/kind-name.ts";

const mapping: Declared = {
  kind: "rolesmapping",
  name: "reader",
  body: {},
  at: { file: "roles_mapping.yml", line: 2, column: 1 },
};
const known = (names: Partial<Record<KindName, string[]>>): ReadonlyMap<KindName, ReadonlySet<string>> =>
  new Map(Object.entries(names).map(([kind, list]) => [kind as KindName, new Set(list)]));

test("a name that the cluster has is no finding", () => {
  expect(danglingReferenceFindings(mapping, known({ roles: ["reader"] }))).toEqual([]);
});

test("a kind of which no name is known is not judged", () => {
  expect(danglingReferenceFindings(mapping, known({ actiongroups: [] }))).toEqual([]);
});

test("long names that begin alike are not taken for one another", () => {
  const long: Declared = { ...mapping, name: "team_operations_auditors" };

  expect(danglingReferenceFindings(long, known({ roles: ["team_operations_readers_all"] }))).toMatchObject([
    { hint: "declare the role, or remove the name" },
  ]);
  expect(danglingReferenceFindings(long, known({ roles: ["team_operation_auditor"] }))).toMatchObject([
    { hint: 'did you mean "team_operation_auditor"?' },
  ]);
});

test("a name that nobody has is told with the name that was probably meant", () => {
  expect(danglingReferenceFindings(mapping, known({ roles: ["readers"] }))).toEqual([
    {
      code: "unknown-reference",
      severity: "warning",
      pointer: "",
      message: 'this mapping names the role "reader", which is neither declared nor built-in',
      hint: 'did you mean "readers"?',
      refusedByServer: true,
    },
  ]);
});

test.each<[string, string[], string[]]>([
  ["a tenant that is declared", ["ours"], []],
  ["one that the server has", ["global_tenant"], []],
  ["a pattern that fits one", ["ou*", "?urs", "*"], []],
  ["what only the server can tell", ["/x.*/", "${user.name}", "x_${attr.ldap.team}"], []],
  ["a tenant nobody declares", ["our"], ['did you mean "ours"?']],
  ["a pattern that fits none", ["x*"], ["declare the tenant, or remove the name"]],
])("%s", (_, tenant_patterns, hints) => {
  const body = { tenant_permissions: [{ tenant_patterns, allowed_actions: ["kibana_all_read"] }] };
  const role: Declared = { ...mapping, kind: "roles", body };
  const names = known({ tenants: ["ours", "global_tenant"] });
  expect(unknownTenantFindings(role, names).map(({ code, hint }) => [code, hint])).toEqual(
    hints.map((hint) => ["unknown-reference", hint]),
  );
  expect(unknownTenantFindings(role, known({ roles: [] }))).toEqual([]);
});
