import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalize, isFields } from "../../src/kinds/canonical.ts";
import { allKinds } from "../../src/kinds/index.ts";
import type { Kind } from "../../src/kinds/kind.ts";
import { foldPassword } from "../../src/kinds/login.ts";
import { sameValue } from "../../src/kinds/same.ts";
import { parseVersion } from "../../src/kinds/version.ts";
import type { Backup, Body, Declared, KindName, LiveEntity, LiveKind, Plan } from "../../src/model.ts";
import { backupOf, completed, lostBy } from "../../src/plan/backup.ts";
import { makePlan, type PlanChoice } from "../../src/plan/plan.ts";
import { asWayBack, wayBack } from "../../src/plan/way-back.ts";
import { Secret } from "../../src/secret.ts";
import { bodies } from "../kinds/bodies.ts";
import { noChoice } from "./planned.ts";

const cluster = { uuid: "u", version: parseVersion("3.4.0"), isVersionGuessed: false };
const at = { file: "file.yml", line: 1, column: 1 };
const facts = { tool: "0", createdAt: new Date(0), storedVersion: null };

type Entities = ReadonlyMap<string, Body>;

const name = fc.constantFrom("a", "b", "*", "a?", "a\\*", "team/a", "ä", "constructor");

function entitiesOf(kind: Kind): fc.Arbitrary<Entities> {
  // Of a live user the server always shows that there is a hash.
  const login = kind.login ? { [kind.login.hash]: new Secret("a-hash-of-some-password") } : {};
  const body = bodies(kind).map((one) => ({
    ...login,
    ...foldPassword(kind, canonicalize(kind, one, cluster.version)),
  }));
  const entries = kind.isSingle
    ? body.map((one): [string, Body][] => [["config", one]])
    : fc.uniqueArray(fc.tuple(name, body), { maxLength: 5, selector: ([one]) => one });
  return entries.map((found) => new Map(found));
}

function liveOf(kind: Kind, entities: Entities): ReadonlyMap<KindName, LiveKind> {
  const found = [...entities].map(([one, body]): [string, LiveEntity] => [one, { name: one, body, raw: {} }]);
  return new Map([[kind.name, { readable: true, entities: new Map(found) }]]);
}

function planFor(kind: Kind, live: Entities, declared: Entities, choice: PlanChoice): Plan {
  const found = [...declared].map(([one, body]): [string, Declared] => [
    one,
    { kind: kind.name, name: one, body, at },
  ]);
  const kinds = new Map([[kind.name, new Map(found)]]);
  const directory = { path: ".", kinds, ignored: [], findings: [] };
  return makePlan({ directory, cluster, live: liveOf(kind, live), choice });
}

/** Deletes what is not declared, so that a run may do all there is. */
function run(kind: Kind, live: Entities, declared: Entities): Plan {
  const prune = { [kind.name]: { mode: "all", include: ["*"], exclude: [] } };
  return planFor(kind, live, declared, { ...noChoice, prune });
}

function applied({ changes }: Plan, live: Entities): Entities {
  const after = new Map(live);
  for (const change of changes) {
    if (change.action === "delete") after.delete(change.name);
    else after.set(change.name, change.after);
  }
  return after;
}

function backupAfter(kind: Kind, plan: Plan, live: Entities, after: Entities, keepsSecrets: boolean): Backup {
  const backup = backupOf(plan, liveOf(kind, live), { ...facts, keepsSecrets });
  const outcomes = plan.changes.map((change) => ({ change, result: "done" }));
  const whole = completed(backup, plan, outcomes, liveOf(kind, after));
  return JSON.parse(JSON.stringify(whole)) as Backup;
}

const locked = new Secret("locked-login-of-nobody").asPassword();

function planBack(kind: Kind, now: Entities, backup: Backup): Plan {
  const { kinds, prune, changedLogins } = wayBack(backup, () => at);
  const declared = [...(kinds.get(kind.name) ?? [])].map(([one, { body }]): [string, Body] => [one, body]);
  const choice = { ...noChoice, prune, unseen: { lockedLogin: () => locked, changedLogins } };
  return asWayBack(planFor(kind, now, new Map(declared), choice), liveOf(kind, now), backup);
}

describe.for(allKinds.map((kind) => [kind.name, kind] as const))("the way back of %s", ([, kind]) => {
  const sides = fc.record({ live: entitiesOf(kind), desired: entitiesOf(kind) });

  test("leads to what was there, secrets included where they were kept", () => {
    fc.assert(
      fc.property(sides, ({ live, desired }) => {
        const plan = run(kind, live, desired);
        const after = applied(plan, live);

        const back = planBack(kind, after, backupAfter(kind, plan, live, after, true));
        const again = applied(back, after);

        expect([...again.keys()].toSorted()).toEqual([...live.keys()].toSorted());
        for (const [one, body] of live) expect(sameValue(again.get(one), body), one).toBe(true);
        expect(back.findings.map(({ code }) => code)).not.toContain("moved-since");
        expect(planBack(kind, again, backupAfter(kind, plan, live, after, true)).changes).toEqual([]);
      }),
    );
  });

  test("touches nothing else, whatever became of it since", () => {
    fc.assert(
      fc.property(sides, entitiesOf(kind), ({ live, desired }, others) => {
        const plan = run(kind, live, desired);
        const touched = new Set(plan.changes.map((change) => change.name));
        const after = applied(plan, live);
        const moved = new Map([...after, ...[...others].filter(([one]) => !touched.has(one))]);

        const back = planBack(kind, moved, backupAfter(kind, plan, live, after, true));

        for (const change of back.changes) expect(touched).toContain(change.name);
      }),
    );
  });

  test("says of every touched entity whether somebody changed it since", () => {
    fc.assert(
      fc.property(sides, entitiesOf(kind), ({ live, desired }, others) => {
        const plan = run(kind, live, desired);
        const after = applied(plan, live);
        const now = new Map([...after, ...others]);

        const back = planBack(kind, now, backupAfter(kind, plan, live, after, true));

        const told = back.findings
          .filter(({ code }) => code === "moved-since")
          .map((finding) => finding.name);
        const planned = new Set(back.changes.map((change) => change.name));
        const moved = plan.changes
          .map((change) => change.name)
          .filter((one) => planned.has(one) && !sameValue(now.get(one), after.get(one)));
        for (const one of told) expect(moved).toContain(one);
        // What was a secret to the run, or equals one, is not looked at.
        if (plan.secrets.length === 0) expect(new Set(told)).toEqual(new Set(moved));
      }),
    );
  });

  test("has no secret in the backup, and names what that costs", () => {
    const canary = "canary-0123456789";
    fc.assert(
      fc.property(sides, ({ live, desired }) => {
        const old = new Map(
          [...live].map(([one, body]) => [one, planted(body, new Secret(`${canary}-old`))]),
        );
        const wanted = new Map(
          [...desired].map(([one, body]) => [one, planted(body, new Secret(`${canary}-new`, "${env.X}"))]),
        );
        const plan = run(kind, old, wanted);
        const after = applied(plan, old);

        const backup = backupAfter(kind, plan, old, after, false);
        expect(JSON.stringify(backup)).not.toContain(canary);

        const again = applied(planBack(kind, after, backup), after);
        const lost = new Set(lostBy(plan, liveOf(kind, old), false).map((one) => one.name));
        for (const [one, body] of old)
          if (!lost.has(one)) expect(sameValue(again.get(one), body), one).toBe(true);
      }),
    );
  });
});

/** Puts a secret in the place of every text within a body, but for those of lists. */
function planted(body: Body, secret: Secret): Body {
  return Object.fromEntries(
    Object.entries(body).map(([field, value]) => {
      if (isFields(value)) return [field, planted(value, secret)];
      return [field, typeof value === "string" ? secret : value];
    }),
  );
}
