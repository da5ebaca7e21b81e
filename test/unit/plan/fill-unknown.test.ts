import { describe, expect, test } from "vitest";
import { kinds } from "../../../src/kinds/index.ts";
import type { Kind } from "../../../src/kinds/kind.ts";
import type { Body } from "../../../src/model/value.ts";
import { fillUnknown } from "../../../src/plan/fill-unknown.ts";
import { Secret } from "../../../src/secrets/secret.ts";
import { at } from "./planned.ts";

const unseen = new Secret(undefined);
const seen = new Secret("seen-secret");
const lockedLogin = new Secret("locked").asPassword();

/** Both sides of one entity that comes back. */
function settled(kind: Kind, wanted: Body, live: Body | undefined, changed: readonly string[] = []) {
  const sides = fillUnknown(
    kind,
    { desired: new Map([["it", { body: wanted, at }]]), live: new Map(live ? [["it", live]] : []) },
    { lockedLogin: () => lockedLogin, changedLogins: new Set(changed) },
  );
  expect(sides.desired.get("it")!.at).toBe(at);
  return { desired: sides.desired.get("it")!.body, live: sides.live.get("it") };
}

describe("what nobody can see of a backup", () => {
  test.each<[string, Body, Body, Body]>([
    ["stays as the cluster has it", { a: unseen, b: 1 }, { a: seen }, { a: seen, b: 1 }],
    ["is left out where the cluster has nothing", { a: unseen, b: 1 }, { b: 2 }, { b: 1 }],
    ["is left out where every object has such a field", { constructor: unseen }, {}, {}],
    [
      "stays at any depth",
      { a: { b: { c: unseen } } },
      { a: { b: { c: seen, d: 1 } } },
      { a: { b: { c: seen } } },
    ],
    [
      "is left out below what the cluster does not have",
      { a: { b: unseen, c: 1 } },
      { a: 1 },
      { a: { c: 1 } },
    ],
    ["keeps a whole list as the cluster has it", { a: ["x", unseen] }, { a: ["y"] }, { a: ["y"] }],
    ["is left out of a list that the cluster does not have", { a: ["x", unseen] }, { a: "y" }, { a: ["x"] }],
    ["is left out of a list with all that holds it", { a: [{ b: unseen }, { b: 1 }] }, {}, { a: [{ b: 1 }] }],
  ])("%s", (_, wanted, live, expected) => {
    expect(settled(kinds.roles, wanted, live)).toEqual({ desired: expected, live });
  });

  test("is no more than that: what is known comes back", () => {
    const wanted: Body = { a: seen, b: [seen, "x"], c: { d: [] } };
    expect(settled(kinds.roles, wanted, { a: unseen, b: ["y"], c: { d: ["z"] } }).desired).toEqual(wanted);
  });
});

describe("a user that comes back", () => {
  const users = kinds.internalusers;

  test("a user that comes back without its login gets one that nobody knows", () => {
    for (const wanted of [{ description: "x" }, { description: "x", hash: unseen }])
      expect(settled(users, wanted, undefined).desired).toEqual({ description: "x", hash: lockedLogin });
  });

  test("a user that comes back with its login keeps it", () => {
    expect(settled(users, { hash: seen }, undefined).desired).toEqual({ hash: seen });
  });

  test("a user that exists again keeps the login of the cluster", () => {
    expect(settled(users, { hash: unseen }, { hash: seen }).desired).toEqual({ hash: seen });
    expect(settled(users, { hash: unseen }, {}).desired).toEqual({});
  });

  test("is no other entity", () => {
    expect(settled(kinds.roles, {}, undefined).desired).toEqual({});
  });

  test("gets its login sent where that is known to have changed and cannot be seen", () => {
    const live = { description: "x", hash: unseen };
    expect(settled(users, { hash: seen }, live, ["it"]).live).toEqual({ description: "x" });
    expect(settled(users, { hash: seen }, live, ["other"]).live).toEqual(live);
    expect(settled(users, { hash: seen }, { hash: new Secret("other") }, ["it"]).live).toHaveProperty("hash");
    expect(settled(users, { hash: seen }, {}, ["it"]).live).toEqual({});
    expect(settled(kinds.roles, {}, { hash: unseen }, ["it"]).live).toHaveProperty("hash");
  });
});
