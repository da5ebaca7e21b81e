import { expect, test } from "vitest";
import { contentFindings, referenceFindings } from "../../src/config/validate.ts";
import { parseVersion } from "../../src/kinds/version.ts";
import type { Body, Change, Directory, KindName } from "../../src/model.ts";
import { judgeFindings } from "../../src/plan/findings.ts";

const user = { hash: `$2y$12$${"a".repeat(53)}` };

/** What is found in one entity that has to be created on a server of that version. */
function judged(kind: KindName, body: Body, version: string): string[] {
  const entity = { kind, name: "it", body, at: { file: "it.yml", line: 1, column: 1 } };
  const directory: Directory = {
    path: "",
    kinds: new Map([[kind, new Map([["it", entity]])]]),
    ignored: [],
    findings: [],
  };
  const found = [
    ...contentFindings(directory),
    ...referenceFindings(directory, new Map([["roles", new Set<string>()]])),
  ];
  const change: Change = { action: "create", kind, name: "it", after: body };
  return judgeFindings(found, [change], parseVersion(version)).map(
    ({ severity, code }) => `${severity} ${code}`,
  );
}

test.each<[string, KindName, Body, string, before: string, from: string]>([
  ["a blank item", "internalusers", { ...user, backend_roles: [" "] }, "blank-item", "3.3", "3.4"],
  [
    "a role that nobody has",
    "internalusers",
    { ...user, opendistro_security_roles: ["nobody"] },
    "unknown-role",
    "2.11.1",
    "2.12",
  ],
  [
    "a type of action groups",
    "actiongroups",
    { type: "z", allowed_actions: ["*"] },
    "bad-value",
    "2.14",
    "2.15",
  ],
])("%s is refused by the versions that refuse it", (_, kind, body, code, before, from) => {
  expect(judged(kind, body, before)).toEqual([`warning ${code}`]);
  expect(judged(kind, body, from)).toEqual([`error ${code}`]);
});

test("a user without a login is told once, as an error where it is new", () => {
  expect(judged("internalusers", {}, "2.11.1")).toEqual(["error no-login"]);
});
