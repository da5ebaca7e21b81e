import { expect, test } from "vitest";
import type { Change } from "../../../src/model/change.ts";
import type { DriftCause } from "../../../src/model/drift.ts";
import type { Body } from "../../../src/model/value.ts";
import { findCauses, countDrift, isDrift } from "../../../src/plan/drift-cause.ts";
import { Secret } from "../../../src/secrets/secret.ts";

const to = (after: Body, name = "it"): Change => ({ action: "create", kind: "roles", name, after });
const gone: Change = { action: "delete", kind: "roles", name: "it", before: {} };

const causeFor = (change: Change, fromBase?: readonly Change[]): DriftCause =>
  findCauses([change], fromBase).get(change)!;

test.each<[string, Change, readonly Change[] | undefined, DriftCause]>([
  ["the older files would change nothing: the files did", to({ a: 1 }), [], "files"],
  ["the older files would change another entity alone", to({ a: 1 }), [to({ a: 1 }, "other")], "files"],
  ["the older files would do the same: the cluster did", to({ a: 1 }), [to({ a: 1 })], "live"],
  ["the older files would delete it, too", gone, [gone], "live"],
  ["the older files would do something else: both did", to({ a: 1 }), [to({ a: 2 })], "both"],
  ["the older files would have it, and it goes", gone, [to({ a: 1 })], "both"],
  ["there are no older files: nobody can tell", to({ a: 1 }), undefined, "unknown"],
  [
    "an action is another, but not what comes of it",
    { action: "update", kind: "roles", name: "it", before: {}, after: { a: new Secret("x") } },
    [to({ a: new Secret("x") })],
    "live",
  ],
])("which side changed is told from what older files would change: %s", (_, change, fromBase, cause) => {
  expect(causeFor(change, fromBase)).toBe(cause);
});

test("drift is counted by which side changed, and what no file declares besides", () => {
  const [one, two, three] = [to({}, "one"), to({}, "two"), to({}, "three")] as const;
  const unmanaged = [{ kind: "roles", name: "old", reason: "no file declares it" }] as const;
  const same = { kind: "roles", name: "same", reason: "reserved" } as const;
  const skipped = [same, { ...same, name: "other", differs: true }] as const;
  const causes = new Map<Change, DriftCause>([
    [one, "live"],
    [two, "both"],
    [three, "live"],
  ]);
  expect(countDrift({ changes: [one, two, three], skipped, unmanaged }, causes)).toEqual({
    live: 2,
    files: 0,
    both: 1,
    unknown: 0,
    skipped: 1,
    unmanaged: 1,
    escalation: 0,
  });
});

test("drift is what is asked for, and only where there is some", () => {
  const counts = { live: 1, files: 0, both: 0, unknown: 0, skipped: 0, unmanaged: 2, escalation: 0 };
  expect(isDrift(counts, ["files", "live"])).toBe(true);
  expect(isDrift(counts, ["unmanaged"])).toBe(true);
  expect(isDrift(counts, ["files", "both"])).toBe(false);
  expect(isDrift(counts, [])).toBe(false);
});
