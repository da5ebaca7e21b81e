import { describe, expect, test } from "vitest";
import type { Change, Step } from "../../../src/model/change.ts";
import type { Finding } from "../../../src/model/finding.ts";
import { kindNames, type KindName } from "../../../src/model/kind-name.ts";
import type { Body } from "../../../src/model/value.ts";
import { orderRequests } from "../../../src/plan/order-requests.ts";
import { findSuspects } from "../../../src/plan/suspects.ts";
import { makeTrial } from "../../../src/plan/trial-patch.ts";
import { version } from "./planned.ts";
import { makeSteps } from "../../../src/plan/writes.ts";

const creating = (after: Body, name = "it"): Change => ({ action: "create", kind: "roles", name, after });

describe("what a request finds and leaves", () => {
  const role = creating({ cluster_permissions: ["cluster_monitor"] });
  const other = creating({ description: "other" }, "other");
  const update: Change = { action: "update", kind: "roles", name: "old", before: {}, after: { a: 1 } };
  const request = { kind: "roles", operations: [], isStub: false } as const;
  const empty = {
    cluster_permissions: [],
    index_permissions: [],
    tenant_permissions: [],
  };

  test("is what the plan says, where there is one request", () => {
    const requests = orderRequests([role, update]);
    expect(makeSteps(requests, version)).toEqual(requests.map((one) => ({ ...one, ends: one.changes })));
  });

  test("is an empty entity between the request that creates it and the one that fills it", () => {
    const [stub, fill] = makeSteps(
      [
        { ...request, isStub: true, changes: [role] },
        { ...request, changes: [role, other, update] },
      ],
      version,
    );
    expect(stub!.ends).toMatchObject([{ action: "create", after: empty }]);
    expect(fill!.ends[0]).toMatchObject({
      action: "update",
      before: empty,
      after: role.action === "create" && role.after,
    });
    expect(fill!.ends.slice(1)).toEqual([other, update]);
  });
});

const step = (...changes: Change[]): Step => ({
  kind: "roles",
  changes,
  ends: changes,
  operations: [],
  isStub: false,
});

const nobody = (): Finding[] => [];

/** Knows harm in one of the entities that the request writes, and is asked with all of them. */
const known = (documents: ReadonlyMap<KindName, { readonly [name: string]: Body }>): Finding[] => {
  expect(documents).toEqual(new Map([["roles", { bad: { a: 1 }, odd: { a: "/x/" } }]]));
  return [{ code: "unloadable-key", severity: "error", message: "the server cannot load it", name: "bad" }];
};

const suspected = (body: Body): boolean => findSuspects(step(creating(body)), nobody).length > 0;

describe("an entity that a server may be unable to load", () => {
  test("is one that is known to do harm, and no other then", () => {
    const [bad, odd] = [creating({ a: 1 }, "bad"), creating({ a: "/x/" }, "odd")];
    const gone: Change = { action: "delete", kind: "roles", name: "gone", before: { a: "/x/" } };
    expect(findSuspects(step(bad, odd, gone), known)).toEqual([
      { change: bad, isKnown: true, why: "the server cannot load it" },
    ]);
    expect(findSuspects(step(bad, odd, gone), nobody)).toEqual([
      { change: odd, isKnown: false, why: "it has a regular expression" },
    ]);
  });

  test.each<[string, Body]>([
    ["a text between slashes", { a: "/x/" }],
    ["one of several lines", { a: "/x\ny/" }],
    ["one in a list", { a: ["x", "/y/"] }],
    ["one at any depth", { a: 1, b: [{ c: "x", d: ["/y/"] }] }],
  ])("may be one with a regular expression: %s", (_, body) => {
    expect(suspected(body)).toBe(true);
  });

  test.each<[string, Body]>([
    ["a path", { a: "/x" }],
    ["what ends like one", { a: "x/" }],
    ["nothing between the slashes", { a: "//" }],
    ["more before", { a: "a /x/" }],
    ["more behind", { a: "/x/ a" }],
    ["other values", { a: 1, b: null, c: true, d: [], e: {} }],
  ])("is none with something else: %s", (_, body) => {
    expect(suspected(body)).toBe(false);
  });
});

test.each(
  kindNames.map((kind): [KindName, KindName] => [
    kind,
    ({ rolesmapping: "roles", config: "tenants", audit: "tenants", allowlist: "tenants" } as const)[
      kind as "config"
    ] ?? kind,
  ]),
)("%s are tried with an entity of %s, which is created and deleted again", (kind, tried) => {
  expect(makeTrial(kind, "a/b")).toEqual({
    kind: tried,
    add: [{ op: "add", path: "/a~1b", value: expect.any(Object) as object }],
    remove: [{ op: "remove", path: "/a~1b" }],
  });
});
