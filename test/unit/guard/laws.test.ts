import fc from "fast-check";
import { expect, test } from "vitest";
import { guardFindings } from "../../../src/guard/index.ts";
import { parseVersion } from "../../../src/value/version.ts";
import type { Declared, LiveEntity, LiveKind } from "../../../src/model/entity.ts";
import type { KindName } from "../../../src/model/kind-name.ts";
import type { Body } from "../../../src/model/value.ts";
import { compare, makePlan } from "../../../src/plan/make-plan.ts";

const cluster = { version: parseVersion("3.4.0"), isVersionGuessed: false };
const at = { file: "file.yml", line: 1, column: 1 };

/** A kind, a body that gives something, and one that gives nothing. */
const samples: readonly [KindName, Body, Body][] = [
  ["roles", { cluster_permissions: ["a"] }, { description: "idle" }],
  ["rolesmapping", { backend_roles: ["a"] }, { description: "nobody" }],
  ["actiongroups", { allowed_actions: ["a:b"] }, { description: "idle" }],
];

type Standing = "absent" | "powerless" | "powerful";
const standing = fc.constantFrom<Standing>("absent", "powerless", "powerful", "powerful");

const entities = fc.array(
  fc.record({
    sample: fc.nat(samples.length - 1),
    name: fc.constantFrom(..."abcdefghijklmnop"),
    live: standing,
    declared: standing,
    isAllowed: fc.boolean(),
  }),
  { maxLength: 60 },
);

type Entity = typeof entities extends fc.Arbitrary<(infer One)[]> ? One : never;

/** What a person would say that the edit took away, told without the code under test. */
function taken(of: readonly Entity[]): Entity[] {
  return of.filter(
    ({ live, declared }) =>
      (live !== "absent" && declared === "absent") || (live === "powerful" && declared === "powerless"),
  );
}

const limits = fc.record({ deletes: fc.nat(8), share: fc.nat(100) });

test("no edit of a directory takes away more than the limits without a name that allows it", () => {
  fc.assert(
    fc.property(entities, limits, (drawn, { deletes, share }) => {
      const all = [...new Map(drawn.map((one) => [`${one.sample}/${one.name}`, one])).values()];
      const allowed = all
        .filter(({ isAllowed }) => isAllowed)
        .map(({ sample, name }) => ({ address: `${samples[sample]![0]}/${name}`, setBy: "", isFlag: false }));
      const choice = { deletes: { max: deletes }, deleteShare: { max: share }, allowed };
      const { plan, directory } = planned(all);
      const isRefused = guardFindings({ plan, directory, choice }).some(
        ({ severity }) => severity === "error",
      );
      if (isRefused) return;

      expect(taken(all).filter(({ isAllowed }) => !isAllowed).length).toBeLessThanOrEqual(deletes);
      for (const [index] of samples.entries()) {
        const ours = all.filter(({ sample }) => sample === index);
        const before = ours.filter(({ live }) => live !== "absent");
        const gone = taken(ours).filter(({ isAllowed }) => !isAllowed);
        const moved = ours.filter(({ live, declared }) => live === "absent" && declared !== "absent");
        const isCounted = before.length >= 10 || share === 0;
        // One that is new may stand for one that goes.
        if (isCounted) expect((gone.length - moved.length) * 100).toBeLessThanOrEqual(share * before.length);
        const isEmptied = before.length > 0 && ours.every(({ declared }) => declared === "absent");
        if (isEmptied) expect(gone).toEqual([]);
      }
    }),
    { numRuns: 500 },
  );
});

test("nothing is refused that takes nothing away", () => {
  fc.assert(
    fc.property(entities, (drawn) => {
      const all = [...new Map(drawn.map((one) => [`${one.sample}/${one.name}`, one])).values()];
      fc.pre(taken(all).length === 0);
      const choice = { deletes: { max: 0 }, deleteShare: { max: 0 }, allowed: [], escalations: [] };
      expect(guardFindings({ ...planned(all), choice })).toEqual([]);
    }),
  );
});

const everything = { mode: "all" as const, include: ["*"], exclude: [] };

/** The plan for such a directory, pruned of all that it does not declare. */
function planned(all: readonly Entity[]) {
  const directory = {
    path: "",
    kinds: new Map(samples.map(([kind], index) => [kind, makeDeclared(all, index)])),
    ignored: [],
    findings: [],
  };
  const live = new Map(samples.map(([kind], index): [KindName, LiveKind] => [kind, makeLive(all, index)]));
  const choice = {
    forced: new Set<string>(),
    areAllForced: false,
    verified: new Set<string>(),
    refuted: new Set<string>(),
    secretPaths: [],
    prune: Object.fromEntries(samples.map(([kind]) => [kind, everything])),
    proved: new Map(),
    ignore: [],
  };
  return { directory, plan: makePlan(compare({ directory, cluster, live, choice })) };
}

function makeBody(index: number, of: Standing): Body | undefined {
  const [, powerful, powerless] = samples[index]!;
  return { absent: undefined, powerful, powerless }[of];
}

function makeDeclared(all: readonly Entity[], index: number): ReadonlyMap<string, Declared> {
  const kind = samples[index]![0];
  return new Map(
    all.flatMap(({ sample, name, declared }): [string, Declared][] => {
      const body = sample === index ? makeBody(index, declared) : undefined;
      return body ? [[name, { kind, name, body, at }]] : [];
    }),
  );
}

function makeLive(all: readonly Entity[], index: number): LiveKind {
  const found = all.flatMap(({ sample, name, live }): [string, LiveEntity][] => {
    const body = sample === index ? makeBody(index, live) : undefined;
    return body ? [[name, { name, body, raw: {} }]] : [];
  });
  return { readable: true, entities: new Map(found) };
}
