import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { flagNames } from "../../../../src/schema/canonical.ts";
import { isRecord } from "../../../../src/value/record.ts";
import { allKinds, kinds } from "../../../../src/kinds/index.ts";
import type { Kind } from "../../../../src/kinds/kind.ts";
import type { Change } from "../../../../src/model/change.ts";
import type { LiveKind } from "../../../../src/model/entity.ts";
import type { Finding } from "../../../../src/model/finding.ts";
import type { KindName } from "../../../../src/model/kind-name.ts";
import type { Plan } from "../../../../src/model/plan.ts";
import type { SavedPlan } from "../../../../src/model/saved-plan.ts";
import type { Body } from "../../../../src/model/value.ts";
import { canonicalJson, digest } from "../../../../src/plan/reviewed/fingerprint.ts";
import type { PlanChoice } from "../../../../src/plan/make-plan.ts";
import { recordChanges } from "../../../../src/plan/reviewed/record-changes.ts";
import { occasionFindings, makeSavedPlan } from "../../../../src/plan/reviewed/saved-plan.ts";
import { matchPlanId, matchSavedPlan, checkUnchanged } from "../../../../src/plan/reviewed/match-reviewed.ts";
import { compareWithLive } from "../../../../src/plan/compare-with-live.ts";
import { makePlan } from "../../../../src/plan/make-plan.ts";
import { Secret } from "../../../../src/secrets/secret.ts";
import { bodies } from "../../../support/bodies.ts";
import { at, cluster, makeLive, makePlanned, version, type Bodies, type Live } from "../planned.ts";

const now = new Date("2025-11-25T12:00:00.000Z");
const again = "make a new plan, and have it reviewed";

function saved(plan: Plan, live: Live): SavedPlan {
  return makeSavedPlan(plan, live, {
    tool: "0.0.0",
    createdAt: now,
    expiresHours: 24,
    filesDigest: "digest",
    choices: {},
  });
}

const named = (kind: Kind, body: fc.Arbitrary<Body>): fc.Arbitrary<Bodies> =>
  kind.isSingle ? body.map((one) => ({ config: one })) : fc.dictionary(fc.constantFrom("a", "b", "c"), body);

/** Bodies without what has a story of its own: logins, which nobody sees move, and flags, which a user cannot set. */
const visible = (kind: Kind): fc.Arbitrary<Body> => {
  const others: string[] = ["hash", "password", ...flagNames];
  return bodies(kind)
    .filter(({ attributes }) => !isRecord(attributes) || !Object.hasOwn(attributes, "password"))
    .map((body) => Object.fromEntries(Object.entries(body).filter(([field]) => !others.includes(field))));
};

describe.for(allKinds.map((kind) => [kind.name, kind] as const))("a reviewed plan of %s", ([, kind]) => {
  const sides = fc
    .record({ live: named(kind, visible(kind)), desired: named(kind, visible(kind)) })
    .filter(({ live, desired }) => makePlanned(kind, desired, makeLive(kind, live)).changes.length > 0);

  test("is the plan, as long as nothing moves", () => {
    fc.assert(
      fc.property(sides, ({ live, desired }) => {
        const before = makeLive(kind, live);
        const plan = makePlanned(kind, desired, before);
        const { review, ...held } = matchSavedPlan(plan, before, saved(plan, before));
        expect(held).toEqual(plan);
        expect(review).toEqual({ id: plan.id, applied: 0, stale: 0, moved: [], otherwise: [] });
        expect(checkUnchanged(plan, before, before).review).toMatchObject({ stale: 0, moved: [] });
      }),
      { numRuns: 40 },
    );
  });

  test("has nothing left to do where all of it is there", () => {
    fc.assert(
      fc.property(sides, ({ live, desired }) => {
        const before = makeLive(kind, live);
        const plan = makePlanned(kind, desired, before);
        const after = makeLive(kind, { ...live, ...desired });
        const held = matchSavedPlan(makePlanned(kind, desired, after), after, saved(plan, before));
        expect(held.changes).toEqual([]);
        expect(held.findings).toEqual([]);
        expect(held.review).toMatchObject({ applied: plan.changes.length, stale: 0 });
        expect(checkUnchanged(plan, before, after).review).toMatchObject({ stale: plan.changes.length });
      }),
      { numRuns: 40 },
    );
  });

  test("keeps out whatever moved, and says so", () => {
    fc.assert(
      fc.property(sides, visible(kind), fc.nat(), ({ live, desired }, other, pick) => {
        const before = makeLive(kind, live);
        const plan = makePlanned(kind, desired, before);
        const { name } = plan.changes[pick % plan.changes.length]!;
        const changed = makeLive(kind, { ...live, [name]: other });
        fc.pre(recordOne(kind, name, changed) !== recordOne(kind, name, before));
        const later = makePlanned(kind, desired, changed);
        fc.pre(later.changes.some((change) => change.name === name));

        const held = matchSavedPlan(later, changed, saved(plan, before));
        expect(held.changes.map((change) => change.name)).not.toContain(name);
        expect(held.changes).toHaveLength(plan.changes.length - 1);
        expect(held.id).toBe(later.id);
        expect(held.findings).toMatchObject([{ code: "changed-meanwhile", refusedBy: "stale", name, at }]);
        expect(held.review!.moved.map((change) => change.name)).toEqual([name]);
        expect(checkUnchanged(plan, before, changed).findings).toMatchObject([{ name }]);
      }),
      { numRuns: 40 },
    );
  });
});

function recordOne(kind: Kind, name: string, live: Live): string {
  const change = { action: "delete", kind: kind.name, name, before: {} } as const;
  return canonicalJson(recordChanges([change], live));
}

const role = (description: string): Body => ({ description });

describe("of roles", () => {
  const { roles } = kinds;
  const before = makeLive(roles, { one: role("old"), two: role("old"), calm: role("calm") });
  const files = { one: role("new"), two: role("new"), calm: role("calm"), three: role("new") };
  const plan = makePlanned(roles, files, before);
  const review = saved(plan, before);

  const held = (live: Live, from = files, choice: Partial<PlanChoice> = {}): Plan =>
    makePlan(matchSavedPlan(makePlanned(roles, from, live, choice), live, review));

  test("a part that is there already is counted, and the rest remains", () => {
    const some = held(makeLive(roles, { one: role("new"), two: role("old"), calm: role("calm") }));
    expect(some.changes.map(({ name }) => name)).toEqual(["three", "two"]);
    expect(some.requests.flatMap(({ changes }) => changes)).toEqual(some.changes);
    expect(some.id).not.toBe(plan.id);
    expect(some.review).toMatchObject({ id: plan.id, applied: 1, stale: 0 });
    expect(some.findings).toEqual([
      {
        code: "partly-applied",
        severity: "notice",
        message: "1 of the 3 reviewed changes is already made",
      },
    ]);
    const most = held(makeLive(roles, { one: role("new"), two: role("new"), calm: role("calm") }));
    expect(most.findings[0]!.message).toBe("2 of the 3 reviewed changes are already made");
  });

  test("a plan that cannot be applied has the id of what it would be now", () => {
    const moved = makeLive(roles, { one: role("moved"), two: role("old"), calm: role("calm") });
    expect(held(moved).id).toBe(makePlanned(roles, files, moved).id);
  });

  test("all that is there already is not called a part", () => {
    expect(held(makeLive(roles, files)).findings).toEqual([]);
  });

  test("differences elsewhere are counted and left alone", () => {
    const moved = makeLive(roles, { one: role("old"), two: role("old"), calm: role("by hand") });
    const one = held(moved);
    expect(one.changes.map(({ name }) => name)).toEqual(["one", "three", "two"]);
    expect(one.id).toBe(plan.id);
    expect(one.findings).toEqual([
      {
        code: "other-differences",
        severity: "notice",
        message: "1 other difference is left alone: it is not in the reviewed plan",
        hint: "osac plan shows what differs",
      },
    ]);
    const two = held(moved, { ...files, four: role("new") } as typeof files);
    expect(two.findings[0]!.message).toBe(
      "2 other differences are left alone: they are not in the reviewed plan",
    );
  });

  test("what moved is shown from what the review saw to what is there now", () => {
    const gone = held(makeLive(roles, { two: role("by hand"), calm: role("calm"), three: role("theirs") }));
    const { moved, otherwise } = gone.review!;
    expect(moved.map(({ action, name }) => `${action} ${name}`)).toEqual([
      "delete one",
      "create three",
      "update two",
    ]);
    expect(moved[0]).toMatchObject({ before: { description: "old" } });
    expect(moved[2]).toMatchObject({ before: { description: "old" }, after: { description: "by hand" } });
    expect(otherwise).toEqual([]);
    expect(gone.findings).toContainEqual({
      code: "changed-meanwhile",
      severity: "error",
      refusedBy: "stale",
      message: "it changed in the cluster after the plan was made; nothing was written",
      hint: again,
      kind: "roles",
      name: "two",
      at,
    });
  });

  test("something else that would be made of an entity is shown, though nothing moved", () => {
    const { changes, review: result, findings } = held(before, { ...files, one: role("other") });
    expect(changes.map(({ name }) => name)).toEqual(["three", "two"]);
    expect(result!.moved).toEqual([]);
    expect(result!.otherwise).toMatchObject([
      { action: "update", name: "one", before: { description: "new" }, after: { description: "other" } },
    ]);
    expect(findings[0]).toMatchObject({
      code: "other-change",
      message: expect.stringMatching(/^the plan would change it otherwise than reviewed: neither/),
      at,
    });
  });

  test("an entity that would now be left alone is none that is there", () => {
    const { one: _, ...others } = files;
    const { findings, review: result } = held(before, others as typeof files);
    expect(findings[0]).toMatchObject({
      code: "other-change",
      message: expect.stringContaining("no longer changes it"),
    });
    expect(result).toMatchObject({ applied: 0, stale: 1, moved: [], otherwise: [] });
  });

  test("an entity that is built-in by now is none that is there", () => {
    const own = makeLive(
      roles,
      { one: role("new"), two: role("old"), calm: role("calm") },
      { one: { reserved: true } },
    );
    expect(held(own).findings[0]).toMatchObject({
      code: "changed-meanwhile",
      message: "it is now built-in (reserved); nothing was written",
    });
  });

  test("a kind that cannot be read is none where all is there", () => {
    const blind = new Map<KindName, LiveKind>([["roles", { readable: false, reason: "no" }]]);
    const { findings, review: result } = held(blind);
    expect(result).toMatchObject({ applied: 0, stale: 3, moved: [] });
    expect(findings.filter(({ code }) => code === "changed-meanwhile")).toMatchObject(
      ["one", "three", "two"].map((name) => ({
        name,
        message: "the caller can no longer read it; nothing was written",
      })),
    );
  });

  test("a kind that no run is about any more is not taken for done", () => {
    const none = makePlanned(kinds.tenants, {}, makeLive(kinds.tenants, {}));
    const elsewhere: Finding[] = [
      { code: "no-read-access", severity: "warning", message: "", kind: "tenants" },
      { code: "unused-ignore", severity: "warning", message: "", kind: "roles" },
    ];
    for (const known of [[], elsewhere]) {
      const { findings } = matchSavedPlan({ ...none, findings: known }, makeLive(kinds.tenants, {}), review);
      expect(findings.slice(known.length)).toEqual(
        ["one", "three", "two"].map((name) => ({
          code: "other-change",
          severity: "error",
          refusedBy: "stale",
          message: "its resource type is not part of this run; nothing was written",
          hint: again,
          kind: "roles",
          name,
        })),
      );
    }
  });

  test("an entity that is there is there, though it has a flag, and another one is the server's own", () => {
    const after = makeLive(
      roles,
      { one: role("new"), two: role("old"), calm: role("calm") },
      { one: { hidden: true }, calm: { reserved: true } },
    );
    expect(held(after).review).toMatchObject({ applied: 1, stale: 0 });
  });

  test("a cluster without a UUID gives it no id", () => {
    const nameless = { version, isVersionGuessed: false };
    for (const live of [before, makeLive(roles, { one: role("moved") })])
      expect(matchSavedPlan(makePlanned(roles, files, live, {}, nameless), live, review)).not.toHaveProperty(
        "id",
        expect.anything(),
      );
  });

  test("what moves right before it is written is shown, and the review keeps its id", () => {
    const seen = (later: Live, of: Plan = plan) => checkUnchanged(of, before, later).review!;
    const flagged = makeLive(
      roles,
      { one: role("old"), two: role("old"), calm: role("calm") },
      { two: { hidden: true } },
    );
    expect(seen(before)).toEqual({ id: plan.id, applied: 0, stale: 0, moved: [], otherwise: [] });
    expect(seen(flagged)).toMatchObject({ stale: 1, moved: [{ name: "two", after: { hidden: true } }] });
    expect(seen(before, { ...plan, review: { ...seen(before), id: "reviewed" } }).id).toBe("reviewed");
    const { id: _, ...nameless } = plan;
    expect(seen(before, nameless).id).toBe("");
  });

  test("what stands in the place of a secret is not shown, though it moved", () => {
    const secret = { ...files, one: { description: new Secret("zz", "${env.X}") } };
    const wanted = makePlanned(roles, secret, before);
    const later = makeLive(roles, { one: role("by hand"), two: role("old"), calm: role("calm") });
    expect(checkUnchanged(wanted, before, later).review!.moved).toEqual([]);
    expect(checkUnchanged(wanted, before, later).findings).toMatchObject([
      { code: "changed-meanwhile", name: "one" },
    ]);
  });

  test("a deletion is there where the entity is gone, and moved where it is another", () => {
    const prune = { roles: { mode: "all", include: ["*"], exclude: [] } } as const;
    const deleting = makePlanned(roles, {}, before, { prune });
    const deletions = saved(deleting, before);
    const none = makeLive(roles, {});
    expect(matchSavedPlan(makePlanned(roles, {}, none, { prune }), none, deletions).review).toMatchObject({
      applied: 3,
      stale: 0,
    });
    const other = makeLive(roles, { one: role("another") });
    expect(matchSavedPlan(makePlanned(roles, {}, other, { prune }), other, deletions).review).toMatchObject({
      applied: 2,
      stale: 1,
      moved: [{ action: "update", name: "one" }],
    });
    const kept = matchSavedPlan(makePlanned(roles, {}, before), before, deletions);
    expect(kept.review).toMatchObject({ applied: 0, stale: 3, moved: [] });
  });

  describe("by its id", () => {
    const id = plan.id!;

    test.for([id, id.slice(0, 32)])("%s is the plan", (expected) => {
      expect(matchPlanId(plan, expected)).toEqual({
        ...plan,
        review: { id: expected, applied: 0, stale: 0, moved: [], otherwise: [] },
      });
    });

    test("another plan is refused with both ids", () => {
      const other = "0".repeat(64);
      const { changes, findings } = matchPlanId(plan, other);
      expect(changes).toEqual(plan.changes);
      expect(findings).toEqual([
        {
          code: "other-plan",
          severity: "error",
          refusedBy: "stale",
          message: `the current plan is not the reviewed one: its id is ${id}, not ${other}; nothing was written`,
          hint: "review this plan, or pass the flags of the other one",
        },
      ]);
    });

    test("nothing to do is as good as done, where all was compared", () => {
      const after = makeLive(roles, files);
      const nothing = makePlanned(roles, files, after);
      expect(matchPlanId(nothing, id).findings).toEqual([]);
      const unread = {
        ...nothing,
        findings: [{ code: "no-read-access", severity: "warning", message: "" } as const],
      };
      expect(matchPlanId(unread, id).findings).toHaveLength(2);
    });

    test("nothing to do is as good as done, whatever else was found", () => {
      const after = makeLive(roles, files);
      const nothing = makePlanned(roles, files, after);
      const notice = { code: "unused-ignore", severity: "warning", message: "" } as const;
      expect(matchPlanId({ ...nothing, findings: [notice] }, id).findings).toEqual([notice]);
    });

    test("a cluster without a UUID has none", () => {
      const { id: _, ...nameless } = plan;
      expect(() => matchPlanId(nameless, id)).toThrow("osac cannot tell whether this is the reviewed plan");
    });
  });
});

describe("of users", () => {
  const users = kinds.internalusers;
  const login = new Secret("zz", "${env.LOGIN}").asPassword();

  test("a hash that only the certificate sees is compared before writing", () => {
    const seen = makeLive(users, { ann: { hash: "old", description: "a" } });
    const plan = makePlanned(users, { ann: { hash: login, description: "b" } }, seen);
    const rehashed = makeLive(users, { ann: { hash: "other", description: "a" } });
    expect(checkUnchanged(plan, seen, rehashed).review).toMatchObject({ stale: 1, moved: [] });
    expect(checkUnchanged(plan, seen, rehashed).findings).toMatchObject([
      { code: "changed-meanwhile", name: "ann" },
    ]);
  });

  test("a hash that stands in the files is covered by the id", () => {
    const live = makeLive(users, { ann: { description: "a" } });
    const planned = (hash: string) =>
      makePlanned(users, { ann: { hash: new Secret(hash, undefined, { isWritten: true }) } }, live);
    const [reviewed, pushed] = [planned("one"), planned("another")];
    expect(matchPlanId(reviewed, reviewed.id!).findings).toEqual([]);
    expect(matchPlanId(pushed, reviewed.id!).findings).toMatchObject([{ code: "other-plan" }]);
  });

  test("a login that is sent on demand is no difference of what moved", () => {
    const choice = { forced: new Set(["ann"]) };
    const seen = makeLive(users, { ann: { hash: "", description: "a" } });
    const plan = makePlanned(users, { ann: { hash: login, description: "b" } }, seen, choice);
    const moved = makeLive(users, { ann: { hash: "", description: "c", attributes: { note: "zz" } } });
    const later = makePlanned(users, { ann: { hash: login, description: "b" } }, moved, choice);
    const { review } = matchSavedPlan(later, moved, saved(plan, seen));
    expect(review!.moved).toMatchObject([
      {
        before: { description: "a" },
        after: { description: "c", attributes: { note: "zz" } },
      },
    ]);
    expect(review!.moved[0]).not.toHaveProperty("after.hash");
  });

  test("a login on demand is what remains of a plan that is there otherwise", () => {
    const choice = { forced: new Set(["ann"]) };
    const files = { ann: { hash: login, description: "b" } };
    const seen = makeLive(users, { ann: { hash: "", description: "a" } });
    const after = makeLive(users, { ann: { hash: "", description: "b" } });
    const review = saved(makePlanned(users, files, seen, choice), seen);
    const held = matchSavedPlan(makePlanned(users, files, after, choice), after, review);
    expect(held.changes).toHaveLength(1);
    expect(held.review).toMatchObject({ applied: 0, stale: 0 });

    const other = { ann: { hash: new Secret("zz", "${env.OTHER}").asPassword(), description: "b" } };
    expect(matchSavedPlan(makePlanned(users, other, after, choice), after, review).review).toMatchObject({
      stale: 1,
    });
  });
});

/** A mapping of three users, two of whom the environment names. */
describe("an occasion", () => {
  const live = makeLive(kinds.roles, {});
  const plan = makePlanned(kinds.roles, { one: { description: "new" } }, live);
  const review = saved(plan, live);
  const occasion = { now, filesDigest: "digest", cluster };

  test("that fits has nothing against it, to the last millisecond", () => {
    expect(review).toMatchObject({
      createdAt: "2025-11-25T12:00:00.000Z",
      expiresAt: "2025-11-26T12:00:00.000Z",
      cluster: { name: "logs", uuid: "uuid-1", version: "3.4.0" },
    });
    expect(occasionFindings(review, occasion)).toEqual([]);
    expect(occasionFindings(review, { ...occasion, now: new Date("2025-11-26T11:59:59.999Z") })).toEqual([]);
  });

  test("that does not fit says every reason, in order", () => {
    const findings = occasionFindings(
      { ...review, tool: "9" },
      {
        now: new Date("2025-11-26T12:00:00.000Z"),
        filesDigest: "another",
        cluster: { uuid: "uuid-2", version, isVersionGuessed: false },
      },
    );
    const common = { severity: "error", refusedBy: "stale" };
    expect(findings).toEqual([
      {
        ...common,
        code: "plan-edited",
        message: "the saved plan was edited after it was made; nothing was written",
        hint: again,
      },
      {
        ...common,
        code: "other-cluster",
        message:
          "the plan was made for the cluster logs (uuid-1), and osac is connected to (name unknown) (uuid-2); nothing was written",
        hint: "check the url, or make a new plan for this cluster",
      },
      {
        ...common,
        code: "plan-expired",
        message: "the saved plan expired at 2025-11-26T12:00:00.000Z; nothing was written",
        hint: again,
      },
      {
        ...common,
        code: "other-files",
        message: "the files are not those that the plan was made from; nothing was written",
        hint: "check out what was reviewed, or make a new plan",
      },
    ]);
  });

  test("a plan whose id does not fit its changes is an edited plan", () => {
    const changes = review.changes.map((change) => ({ ...change, name: "other" }));
    const { checksum: _, ...forged } = { ...review, changes };
    for (const checksum of [review.checksum, digest(forged)])
      expect(occasionFindings({ ...forged, checksum }, occasion)).toMatchObject([{ code: "plan-edited" }]);
  });

  test("names both clusters as far as they have names", () => {
    const { checksum: _, ...other } = { ...review, cluster: { ...review.cluster, name: null } };
    const found = occasionFindings(
      { ...other, checksum: digest(other) },
      { ...occasion, cluster: { ...cluster, name: "mine", uuid: "uuid-2" } },
    );
    expect(found.map(({ message }) => message)).toContain(
      "the plan was made for the cluster (name unknown) (uuid-1), and osac is connected to mine (uuid-2); nothing was written",
    );
  });

  test("a plan for a cluster without a UUID can be neither judged nor saved", () => {
    const nameless = { version, isVersionGuessed: false };
    expect(() => occasionFindings(review, { ...occasion, cluster: nameless })).toThrow(
      "osac cannot tell whether this is the cluster of the plan: the caller may not read the cluster's UUID",
    );
    expect(() => saved({ ...plan, cluster: nameless }, live)).toThrow("a plan cannot be saved");
    expect(() => saved({ ...plan, cluster: nameless }, live)).toThrow(
      expect.objectContaining({
        reason: "access",
        findings: [
          expect.objectContaining({ code: "no-cluster-uuid", hint: "give the caller cluster:monitor/main" }),
        ],
      }),
    );
  });

  test("a guessed version is not saved", () => {
    const guessed = { ...plan, cluster: { uuid: "u", version, isVersionGuessed: true } };
    expect(saved(guessed, live).cluster).toEqual({ name: null, uuid: "u", version: null });
  });
});

function standingIn(change: Change, body?: Body): object {
  const { name } = change;
  const entities = new Map(body ? [[name, { name, body, raw: {} }]] : []);
  return compareWithLive(change, { readable: true, entities });
}

const updating =
  (kind: KindName) =>
  (before: Body, after: Body, body: Body): object =>
    standingIn({ action: "update", kind, name: "it", before, after }, body);

const standing = updating("config");
const user = updating("internalusers");

describe("where an entity stands", () => {
  const wanted = { a: { password: new Secret("new", "${env.NEW}"), host: "h" } };
  const redacted = { a: { password: new Secret(undefined), host: "h" } };

  test("a secret that was taken out in order to be sent says nothing", () => {
    expect(standing({ a: { host: "h" } }, wanted, redacted)).toEqual({
      matchesBefore: true,
      matchesAfter: true,
    });
    expect(standing({ a: { host: "x" } }, wanted, redacted)).toEqual({
      matchesBefore: false,
      matchesAfter: true,
    });
  });

  test("an entity of a kind that cannot be read stands nowhere", () => {
    const change: Change = { action: "create", kind: "roles", name: "it", after: {} };
    expect(compareWithLive(change, { readable: false, reason: "no" })).toEqual({
      matchesBefore: false,
      matchesAfter: false,
    });
  });

  test("one that comes or goes is there or not", () => {
    const [create, remove] = [
      { action: "create", kind: "roles", name: "it", after: { a: 1 } },
      { action: "delete", kind: "roles", name: "it", before: { a: 1 } },
    ] as const;
    expect([standingIn(create), standingIn(create, { a: 1 }), standingIn(create, { a: 2 })]).toEqual([
      { matchesBefore: true, matchesAfter: false },
      { matchesBefore: false, matchesAfter: true },
      { matchesBefore: false, matchesAfter: false },
    ]);
    expect([standingIn(remove), standingIn(remove, { a: 1 }), standingIn(remove, { a: 2 })]).toEqual([
      { matchesBefore: false, matchesAfter: true },
      { matchesBefore: true, matchesAfter: false },
      { matchesBefore: false, matchesAfter: false },
    ]);
  });

  test("a login that was taken out in order to be sent says nothing about that side", () => {
    const hash = new Secret("new");
    const old = new Secret("old");
    expect(user({ a: 1 }, { a: 1, hash }, { a: 1, hash: old })).toEqual({
      matchesBefore: true,
      matchesAfter: false,
    });
    expect(user({ a: 1, hash: old }, { a: 1, hash }, { a: 1, hash })).toEqual({
      matchesBefore: false,
      matchesAfter: true,
    });
    expect(user({ a: 1 }, { a: 1, hash }, { hash: old })).toEqual({
      matchesBefore: false,
      matchesAfter: false,
    });
  });

  test("a secret beside a part that is none is no whole", () => {
    expect(standing({ a: "x" }, wanted, redacted)).toEqual({ matchesBefore: false, matchesAfter: true });
    expect(standing({ a: { host: "h" } }, wanted, { a: "x" })).toEqual({
      matchesBefore: false,
      matchesAfter: false,
    });
  });

  test("a secret that came from elsewhere does", () => {
    expect(standing({ a: { host: "h" } }, { a: { host: "x" } }, redacted)).toMatchObject({
      matchesBefore: false,
    });
    expect(standing({ a: { host: "h" } }, wanted, { a: { password: "plain", host: "h" } })).toMatchObject({
      matchesBefore: false,
    });
    expect(standing(redacted, { a: { host: "h" } }, redacted)).toEqual({
      matchesBefore: true,
      matchesAfter: false,
    });
  });
});
