import { expect, test } from "vitest";
import { listHandmade } from "../../../src/engine/find-handmade.ts";
import type { LiveEntity, LiveKind } from "../../../src/model/entity.ts";
import type { KindName } from "../../../src/model/kind-name.ts";
import type { IgnoreRule } from "../../../src/model/plan.ts";
import type { Body } from "../../../src/model/value.ts";
import { at } from "../plan/planned.ts";

/** Every kind is declared, with one entity `ours`. */
const directory = {
  path: ".",
  ignored: [],
  findings: [],
  kinds: new Map(
    (["roles", "rolesmapping", "internalusers"] as const).map((kind) => [
      kind,
      new Map([["ours", { kind, name: "ours", body: {}, at }]]),
    ]),
  ),
};

/** What is found of one entity: the action, and the body after it. */
function find(
  kind: KindName,
  name: string,
  given: Partial<LiveEntity>,
  ignore: readonly IgnoreRule[] = [],
): unknown[] {
  const entity: LiveEntity = { name, body: {}, raw: {}, ...given };
  const live = new Map<KindName, LiveKind>([[kind, { readable: true, entities: new Map([[name, entity]]) }]]);
  return listHandmade(live, directory, ignore).map((change) => [
    `${change.action} ${change.kind}/${change.name}`,
    ...("before" in change ? [change.before] : []),
    ...("after" in change ? [change.after] : []),
  ]);
}

const body = { users: ["mallory"] };
const shipped = { backend_roles: ["admin"] };

test.for<[what: string, KindName, string, Partial<LiveEntity>, found: unknown[]]>([
  ["an entity of a file", "roles", "ours", { body }, []],
  ["an entity of no file", "roles", "theirs", { body }, [["create roles/theirs", body]]],
  ["a kind of no file", "tenants", "theirs", { body }, []],
  ["a static entity", "roles", "all_access", { builtIn: "static", body }, []],
  ["a reserved role of the plugin", "roles", "alerting_full_access", { builtIn: "reserved", body }, []],
  [
    "a reserved role of another name",
    "roles",
    "mine",
    { builtIn: "reserved", body },
    [["create roles/mine", body]],
  ],
  [
    "a hidden role of another name",
    "roles",
    "mine",
    { builtIn: "hidden", body, raw: { hidden: true } },
    [["create roles/mine", { ...body, hidden: true }]],
  ],
  [
    "a hidden role of the plugin",
    "roles",
    "alerting_full_access",
    { builtIn: "hidden", body, raw: { hidden: true } },
    [],
  ],
  [
    "a role of the plugin without a flag",
    "roles",
    "alerting_full_access",
    { body },
    [["create roles/alerting_full_access", body]],
  ],
  ["a shipped mapping as it is shipped", "rolesmapping", "all_access", { body: shipped }, []],
  [
    "a shipped mapping as it is shipped, reserved",
    "rolesmapping",
    "all_access",
    { builtIn: "reserved", body: shipped },
    [],
  ],
  [
    "a shipped mapping with another member",
    "rolesmapping",
    "all_access",
    { body: { ...shipped, ...body } },
    [["update rolesmapping/all_access", { ...shipped, users: [] }, { ...shipped, ...body }]],
  ],
  [
    "a shipped mapping with another member, reserved",
    "rolesmapping",
    "all_access",
    { builtIn: "reserved", body: { ...shipped, ...body } },
    [["update rolesmapping/all_access", { ...shipped, users: [] }, { ...shipped, ...body }]],
  ],
  [
    "a shipped mapping with fewer members",
    "rolesmapping",
    "all_access",
    { body: { backend_roles: [] } },
    [["update rolesmapping/all_access", shipped, { backend_roles: [] }]],
  ],
  ["an entity of the service", "roles", "service", { builtIn: "owned by the service", body }, []],
  ["the role of the administrators of the service", "roles", "security_manager", { isKey: true, body }, []],
])("made by hand or not: %s", ([, kind, name, given, found]) => {
  expect(find(kind, name, given)).toEqual(found);
});

/** The service gives the role of its administrators to one member. */
test.for<[name: string, Body, isFound: boolean]>([
  ["security_manager", {}, false],
  ["security_manager", { users: ["master"] }, false],
  ["security_manager", { backend_roles: ["arn:aws:iam::1:role/master"] }, false],
  ["security_manager", { users: ["master", "mallory"] }, true],
  ["security_manager", { users: ["master"], backend_roles: ["b"] }, true],
  ["security_manager", { users: ["master"], hosts: ["*"] }, true],
  ["security_manager", { users: ["master"], and_backend_roles: ["b"] }, true],
  ["security_manager", { users: ["a", "b", "c"] }, true],
  ["all_access", { ...shipped, users: ["master"] }, false],
  ["all_access", { ...shipped, users: ["master", "mallory"] }, true],
  ["all_access", { backend_roles: ["admin", "a", "b"] }, true],
])("the mapping %s of a managed service to %j", ([name, members, isFound]) => {
  expect(find("rolesmapping", name, { isKey: true, body: members })).toHaveLength(isFound ? 1 : 0);
  expect(find("rolesmapping", "else", { body: members })).toHaveLength(1);
});

test("what a rule ignores as a whole is not listed, what it ignores of a field is", () => {
  const rule: IgnoreRule = { kind: "roles", name: "the*", reason: "theirs", setBy: "osac.yml:1" };
  expect(find("roles", "theirs", { body }, [rule])).toEqual([]);
  expect(find("roles", "others", { body }, [rule])).toHaveLength(1);
  expect(find("roles", "theirs", { body }, [{ ...rule, field: ["description"] }])).toHaveLength(1);
  expect(find("rolesmapping", "theirs", { body }, [rule])).toHaveLength(1);
});

test("a kind that cannot be read has nothing", () => {
  const live = new Map<KindName, LiveKind>([["roles", { readable: false, reason: "no" }]]);
  expect(listHandmade(live, directory, [])).toEqual([]);
});
