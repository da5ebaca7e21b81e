import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalize } from "../../../../src/schema/canonical.ts";
import { allKinds, kinds } from "../../../../src/kinds/index.ts";
import type { Kind } from "../../../../src/kinds/kind.ts";
import { parseVersion } from "../../../../src/value/version.ts";
import type { Change } from "../../../../src/model/change.ts";
import type { LiveEntity, LiveKind } from "../../../../src/model/entity.ts";
import type { KindName } from "../../../../src/model/kind-name.ts";
import type { RecordedChange } from "../../../../src/model/saved-plan.ts";
import type { Body } from "../../../../src/model/value.ts";
import { diffEntities } from "../../../../src/plan/diff.ts";
import {
  canonicalJson,
  digest,
  fingerprint,
  computePlanId,
} from "../../../../src/plan/reviewed/fingerprint.ts";
import { recordChanges, toReadableBody, dropUnasked } from "../../../../src/plan/reviewed/record-changes.ts";
import { Secret } from "../../../../src/secrets/secret.ts";
import { bodies, reordered } from "../../../support/bodies.ts";
import { entityShape } from "../../../../src/schema/shape.ts";

const version = parseVersion("3.4.0");
const uuid = "wF3h-CqrRZ6m0ZIhVyv2Yw";

function makeLive(kind: KindName, entities: Readonly<Record<string, Body>>): Map<KindName, LiveKind> {
  const found = Object.entries(entities).map(([name, body]): [string, LiveEntity] => [
    name,
    { name, body, raw: {} },
  ]);
  return new Map([[kind, { readable: true, entities: new Map(found) }]]);
}

/** The one recorded change of a role from one body to another. */
function recorded(before: Body, after: Body): RecordedChange {
  const change: Change = { action: "update", kind: "roles", name: "one", before, after };
  return recordChanges([change], makeLive("roles", { one: before }))[0]!;
}

describe("canonical JSON", () => {
  test("sorts names by code unit at every depth, keeps the order of lists, has no white space", () => {
    const value = { b: [2, 1, { z: null, Z: "ä\n" }], a: true, "": 0.5 };
    expect(canonicalJson(value)).toBe('{"":0.5,"a":true,"b":[2,1,{"Z":"ä\\n","z":null}]}');
  });

  test("an undefined field is as no field, as in JSON", () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  });

  test("reads back as what was written", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value as {}))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

test("an entity that is not there has no digest for a fingerprint", () => {
  expect(fingerprint(null)).toBe("absent");
  expect(fingerprint({})).toBe(digest({}));
  expect(fingerprint({})).toMatch(/^[0-9a-f]{64}$/);
});

test("the id of a plan stays what it was yesterday, on another machine", () => {
  const change = recorded({ description: "old" }, { description: new Secret("x", "${env.X}") });
  expect(computePlanId(uuid, [change])).toBe(
    "6b9a98bc81305c29f214aa0f22f95cfdd2bdd20f5273dc9e8e0abd7f1befc27f",
  );
  expect(computePlanId(uuid, [])).toBe("2f804bb47dacc1175035b87c242cf2bd6f49362e04dd64920c77988d706d0366");
});

const written = (value: string) => new Secret(value, undefined, { isWritten: true });
const looksLike = (text: string): Body => ({ own: { $secret: text } });

describe("a secret", () => {
  const after = { description: new Secret("zz-new", "${env.NEW}") };

  test("is recorded as what the files have for it, and what stands in its place as a fixed word", () => {
    const { before, after: wanted } = recorded({ description: "zz-old" }, after);
    expect(before).toEqual({ description: { $secret: "(sensitive)" } });
    expect(wanted).toEqual({ description: { $secret: "${env.NEW}" } });
  });

  test("a secret without a reference, or without a value, is recorded as a fixed word", () => {
    const { after: wanted } = recorded({}, { a: new Secret("zz-literal"), b: new Secret(undefined) });
    expect(wanted).toEqual({ a: { $secret: "(sensitive)" }, b: { $secret: "(sensitive)" } });
  });

  test("that is hashed before it is sent is told from one that is sent", () => {
    const { after: wanted } = recorded({}, { hash: new Secret("zz", "${env.NEW}").asPassword() });
    expect(wanted).toEqual({ hash: { $secret: "hash of ${env.NEW}" } });
  });

  test("that stays is recorded alike for a caller who sees it and one who does not", () => {
    const wanted = new Secret("zz-same", "${env.SAME}");
    const bySeeing = recorded({ hash: new Secret("zz-same"), a: "1" }, { hash: wanted, a: "2" });
    const blindly = recorded({ hash: new Secret(undefined), a: "1" }, { hash: wanted, a: "2" });
    const undefinedHere = recorded(
      { hash: new Secret(undefined), a: "1" },
      { hash: new Secret(undefined, "${env.SAME}"), a: "2" },
    );
    expect(bySeeing).toEqual(blindly);
    expect(undefinedHere).toEqual(blindly);
    expect(bySeeing.after).toEqual({ hash: { $secret: "(sensitive)" }, a: "2" });
  });

  test("hides nothing that is equal to it: rights are recorded as they are", () => {
    const { before } = recorded(
      { users: ["zz-new", "free"], description: "zz-new!" },
      { users: [], attributes: { password: new Secret("zz-new", undefined, { isWritten: true }) } },
    );
    expect(before).toEqual({ users: ["zz-new", "free"], description: "zz-new!" });
  });

  test("that stands in the files is bound by its digest", () => {
    const [a, b] = ["zz-a", "zz-b"].map((value) => recorded({}, { hash: written(value) }));
    expect(a!.after).toEqual({ hash: { $secret: `sha256 ${digest("zz-a")}` } });
    expect(computePlanId(uuid, [a!])).not.toBe(computePlanId(uuid, [b!]));
  });

  test("is not to be confused with a map of that form", () => {
    const { after: wanted } = recorded({}, looksLike("${env.X}"));
    expect(wanted).not.toEqual(recorded({}, { own: new Secret("zz", "${env.X}") }).after);
    expect(toReadableBody(wanted!)).toEqual(looksLike("${env.X}"));
  });

  test("a former secret is hidden in a list that has one now, and in its replacement", () => {
    const { before } = recorded(
      {
        users: ["ann", "zz-old"],
        deep: { x: ["zz-older"] },
        flag: true,
        list: [{ dls: "zz-a" }, { dls: "free" }],
      },
      {
        users: ["ann", new Secret("zz", "${env.USER}")],
        deep: new Secret("zz", "${env.DEEP}"),
        flag: new Secret("zz", "${env.FLAG}"),
        list: [{ dls: "free" }, { dls: new Secret("zz", "${env.DLS}") }],
      },
    );
    const hidden = { $secret: "(sensitive)" };
    expect(before).toEqual({
      users: ["ann", hidden],
      deep: hidden,
      flag: hidden,
      list: [{ dls: "free" }, { dls: hidden }],
    });
  });

  test("tells nothing about its value by its place in a sorted list", () => {
    expect(recorded({}, makeMapping("a"))).toEqual(recorded({}, makeMapping("z")));
    expect(recorded({}, makeMapping("a")).after).toMatchObject({
      users: ["m", { $secret: "${env.A}" }, { $secret: "${env.B}" }],
    });
  });

  test("that stays at any depth is told as one that stays, beside what changes", () => {
    const same = new Secret("zz-same", "${env.SAME}");
    const { after: wanted } = recorded(
      { a: { b: { hash: new Secret("zz-same"), c: 1 } } },
      { a: { b: { hash: same, c: 2 } } },
    );
    expect(wanted).toEqual({ a: { b: { hash: { $secret: "(sensitive)" }, c: 2 } } });
  });

  test("hides what stands in its place, whatever that is", () => {
    const secret = new Secret("zz", "${env.X}");
    const { before } = recorded(
      { nothing: null, list: ["zz-old"], map: { a: 1 }, number: 5 },
      { nothing: secret, list: secret, map: secret, number: secret },
    );
    const hidden = { $secret: "(sensitive)" };
    expect(before).toEqual({ nothing: hidden, list: hidden, map: hidden, number: hidden });
  });

  test("moves nothing else in a list", () => {
    expect(recorded({}, { list: ["c", new Secret("zz", "${env.X}"), "a", "b"] }).after).toEqual({
      list: ["c", "a", "b", { $secret: "${env.X}" }],
    });
  });

  test("enters no fingerprint: not the stored one, not the wanted one", () => {
    const fingerprints = ["zz-a", "zz-b"].map(
      (value) => recorded({ hash: new Secret(value) }, { hash: after.description }).fingerprint,
    );
    expect(new Set(fingerprints).size).toBe(1);
  });
});

test("a flag of a live entity is a part of its fingerprint", () => {
  const change: Change = { action: "delete", kind: "roles", name: "one", before: {} };
  const fingerprints = [{}, { reserved: true }, { hidden: true }].map((raw) => {
    const entities = new Map([["one", { name: "one", body: {}, raw }]]);
    return recordChanges([change], new Map([["roles", { readable: true, entities }]]))[0]!.fingerprint;
  });
  expect(new Set(fingerprints).size).toBe(3);
});

test("a field that is left to somebody else stands in no side, and is named", () => {
  const ignored = [["description"]];
  const change: Change = {
    action: "update",
    kind: "roles",
    name: "one",
    before: { description: "theirs", a: 1 },
    after: { description: "theirs", a: 2 },
    ignored,
  };
  const fingerprints = ["theirs", "moved"].map((description) => {
    const [one] = recordChanges([change], makeLive("roles", { one: { description, a: 1 } }));
    expect(one).toMatchObject({ ignored, before: { a: 1 }, after: { a: 2 } });
    expect(one).not.toHaveProperty("before.description");
    expect(one).not.toHaveProperty("after.description");
    return one!.fingerprint;
  });
  expect(fingerprints[0]).toBe(fingerprints[1]);
});

test("an entity of a kind that cannot be read has the fingerprint of none", () => {
  const change: Change = { action: "create", kind: "roles", name: "one", after: {} };
  const live = new Map<KindName, LiveKind>([["roles", { readable: false, reason: "no" }]]);
  expect(recordChanges([change], live)[0]).toEqual({
    action: "create",
    kind: "roles",
    name: "one",
    fingerprint: "absent",
    before: null,
    after: {},
  });
});

describe.for(allKinds.map((kind) => [kind.name, kind] as const))("the id of a plan for %s", ([, kind]) => {
  const named = (body: fc.Arbitrary<Body>): fc.Arbitrary<Record<string, Body>> =>
    kind.isSingle
      ? body.map((one) => ({ config: one }))
      : fc.dictionary(fc.constantFrom("a", "b", "c"), body);
  const sides = fc.record({ live: named(bodies(kind)), desired: named(bodies(kind)) });

  test("does not depend on the order of entities, fields and sets", () => {
    fc.assert(
      fc.property(sides, ({ live, desired }) => {
        expect(computeId(kind, shuffled(kind, live), shuffled(kind, desired))).toBe(
          computeId(kind, live, desired),
        );
      }),
      { numRuns: 50 },
    );
  });

  test("differs when any part of a change, or its cluster, differs", () => {
    fc.assert(
      fc.property(sides, fc.nat(), ({ live, desired }, pick) => {
        const changes = listChanges(kind, live, desired);
        fc.pre(changes.length > 0);
        const id = computePlanId(uuid, changes);
        const index = pick % changes.length;
        for (const edition of editions(changes[index]!))
          expect(computePlanId(uuid, changes.with(index, edition))).not.toBe(id);
        expect(computePlanId(`${uuid}x`, changes)).not.toBe(id);
        expect(computePlanId(uuid, changes.toSpliced(index, 1))).not.toBe(id);
        expect(computePlanId(uuid, changes.toReversed())).toBe(id);
      }),
      { numRuns: 50 },
    );
  });
});

function listChanges(
  kind: Kind,
  live: Readonly<Record<string, Body>>,
  desired: Readonly<Record<string, Body>>,
): RecordedChange[] {
  const canonical = (all: Readonly<Record<string, Body>>): [string, Body][] =>
    Object.entries(all).map(([name, body]) => [name, canonicalize(kind, body, version)]);
  const before = Object.fromEntries(canonical(live));
  const wanted = new Map(canonical(desired).map(([name, body]) => [name, { body }]));
  const changes = diffEntities(kind.name, wanted, new Map(Object.entries(before)));
  return recordChanges(changes, makeLive(kind.name, before));
}

function computeId(
  kind: Kind,
  ...sides: [live: Record<string, Body>, desired: Record<string, Body>]
): string {
  return computePlanId(uuid, listChanges(kind, ...sides));
}

function shuffled(kind: Kind, entities: Record<string, Body>): Record<string, Body> {
  const entries = Object.entries(entities).map(([name, body]): [string, Body] => [
    name,
    reordered(entityShape(kind), body) as Body,
  ]);
  return Object.fromEntries(entries.toReversed());
}

/** A mapping of three users, two of whom the environment names. */
function makeMapping(value: string): Body {
  const users = ["m", new Secret(value, "${env.A}"), new Secret(`${value}2`, "${env.B}")];
  return canonicalize(kinds.rolesmapping, { users }, version);
}

/** The body with one field after the other changed. */
function edited(body: RecordedChange["before"]): RecordedChange["before"][] {
  return Object.keys(body ?? {}).map((field) => ({ ...body, [field]: { edited: true } }));
}

/** The change with one thing after the other changed: every field of both sides among them. */
function editions(change: RecordedChange): RecordedChange[] {
  const { before, after } = change;
  return [
    { ...change, action: change.action === "create" ? "update" : "create" },
    { ...change, name: `${change.name}!` },
    { ...change, kind: change.kind === "roles" ? "tenants" : "roles" },
    { ...change, fingerprint: digest("another") },
    ...edited(before).map((body) => ({ ...change, before: body })),
    ...edited(after).map((body) => ({ ...change, after: body })),
  ];
}

const creating = (kind: KindName, name: string): Change => ({ action: "create", kind, name, after: {} });

test("changes are recorded by their addresses, whatever the order they come in", () => {
  const changes = [
    creating("tenants", "a"),
    creating("roles", "b"),
    creating("roles", "B"),
    creating("roles", "a"),
  ];
  expect(recordChanges(changes, new Map()).map(({ kind, name }) => `${kind}/${name}`)).toEqual([
    "roles/B",
    "roles/a",
    "roles/b",
    "tenants/a",
  ]);
});

const makeSecret = ($secret: string) => ({ $secret });

test("people read the text of a recorded secret, and nothing is taken for one that is none", () => {
  const body = {
    a: makeSecret("${env.A}"),
    list: ["x", makeSecret("${env.B}")],
    map: { b: null, c: makeSecret("y") },
  };
  expect(toReadableBody(body)).toEqual({ a: "${env.A}", list: ["x", "${env.B}"], map: { b: null, c: "y" } });
  const others = { a: { $secret: 5 }, b: { $secret: "x", more: 1 }, c: { other: "x" }, d: {} };
  expect(toReadableBody(others)).toEqual(others);
});

test.each<[string, Parameters<typeof dropUnasked>, object]>([
  ["it is sent whatever it is", [{ a: makeSecret("x"), b: 1 }, { b: 1 }, { a: makeSecret("y") }], { b: 1 }],
  [
    "that is so at any depth",
    [
      { m: { n: { a: makeSecret("x"), b: 1 } } },
      { m: { n: { b: 1 } } },
      { m: { n: { a: makeSecret("y") } } },
    ],
    { m: { n: { b: 1 } } },
  ],
])("a secret that the review had taken out says nothing: %s", (_, sides, expected) => {
  expect(dropUnasked(...sides)).toEqual(expected);
});

test.each<[string, Parameters<typeof dropUnasked>]>([
  ["the review had it", [{ a: makeSecret("x") }, { a: makeSecret("x") }, { a: makeSecret("y") }]],
  ["it is no secret", [{ a: "x" }, {}, { a: makeSecret("y") }]],
  ["no secret is sent there", [{ a: makeSecret("x") }, {}, { a: "y" }]],
  ["nothing is sent there", [{ a: makeSecret("x") }, {}, {}]],
  [
    "the review had something else around it",
    [{ m: { a: makeSecret("x") } }, { m: 1 }, { m: { a: makeSecret("y") } }],
  ],
  ["something else is sent around it", [{ m: { a: makeSecret("x") } }, { m: {} }, { m: 1 }]],
  ["it is a list", [{ m: [makeSecret("x")] }, { m: {} }, { m: { 0: makeSecret("y") } }]],
])("a secret of the cluster counts where %s", (_, sides) => {
  expect(dropUnasked(...sides)).toEqual(sides[0]);
});
