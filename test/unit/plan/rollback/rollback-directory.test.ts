import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalize } from "../../../../src/schema/canonical.ts";
import { isRecord } from "../../../../src/value/record.ts";
import { allKinds, kinds } from "../../../../src/kinds/index.ts";
import type { Kind } from "../../../../src/kinds/kind.ts";
import { foldPassword } from "../../../../src/kinds/fold-password.ts";
import { isSameValue } from "../../../../src/value/equal.ts";
import { parseVersion } from "../../../../src/value/version.ts";
import type { BackedUpChange, Backup } from "../../../../src/model/backup.ts";
import type { Declared, LiveEntity, LiveKind } from "../../../../src/model/entity.ts";
import type { KindName } from "../../../../src/model/kind-name.ts";
import type { Plan } from "../../../../src/model/plan.ts";
import type { Body } from "../../../../src/model/value.ts";
import { makeBackup, completeBackup, findLost } from "../../../../src/plan/rollback/make-backup.ts";
import { compare, makePlan, type PlanChoice } from "../../../../src/plan/make-plan.ts";
import {
  toRollbackPlan,
  otherClusterFindings,
  makeRollbackDirectory,
  addPlaces,
} from "../../../../src/plan/rollback/rollback-directory.ts";
import { Secret } from "../../../../src/secrets/secret.ts";
import { holdsSecret } from "../../../../src/value/walk.ts";
import { bodies } from "../../../support/bodies.ts";
import { noChoice } from "../planned.ts";

const cluster = { uuid: "u", version: parseVersion("3.4.0"), isVersionGuessed: false };
const at = { file: "file.yml", line: 1, column: 1 };
const facts = { tool: "0", createdAt: new Date(0), directory: ".", storedVersion: null };

type Entities = ReadonlyMap<string, Body>;

const name = fc.constantFrom("a", "b", "*", "a?", "a\\*", "team/a", "ä", "constructor");

function listEntities(kind: Kind): fc.Arbitrary<Entities> {
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

function makeLive(kind: Kind, entities: Entities): ReadonlyMap<KindName, LiveKind> {
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
  return makePlan(compare({ directory, cluster, live: makeLive(kind, live), choice }));
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
  const backup = makeBackup(plan, makeLive(kind, live), { ...facts, keepsSecrets });
  const outcomes = plan.changes.map((change) => ({ change, result: "done" }));
  const whole = completeBackup(backup, plan, outcomes, makeLive(kind, after));
  return JSON.parse(JSON.stringify(whole)) as Backup;
}

const locked = new Secret("locked-login-of-nobody").asPassword();

function planBack(kind: Kind, now: Entities, backup: Backup): Plan {
  const { kinds, prune, changedLogins } = makeRollbackDirectory(backup, () => at);
  const declared = [...(kinds.get(kind.name) ?? [])].map(([one, { body }]): [string, Body] => [one, body]);
  const choice = { ...noChoice, prune, unseen: { lockedLogin: () => locked, changedLogins } };
  return makePlan(toRollbackPlan(planFor(kind, now, new Map(declared), choice), makeLive(kind, now), backup));
}

describe.for(allKinds.map((kind) => [kind.name, kind] as const))("the way back of %s", ([, kind]) => {
  const sides = fc.record({ live: listEntities(kind), desired: listEntities(kind) });

  test("leads to what was there, secrets included where they were kept", () => {
    fc.assert(
      fc.property(sides, ({ live, desired }) => {
        const plan = run(kind, live, desired);
        const after = applied(plan, live);

        const back = planBack(kind, after, backupAfter(kind, plan, live, after, true));
        const again = applied(back, after);

        expect([...again.keys()].toSorted()).toEqual([...live.keys()].toSorted());
        for (const [one, body] of live) expect(isSameValue(again.get(one), body), one).toBe(true);
        expect(back.findings.map(({ code }) => code)).not.toContain("changed-since");
        expect(planBack(kind, again, backupAfter(kind, plan, live, after, true)).changes).toEqual([]);
      }),
    );
  });

  test("touches nothing else, whatever became of it since", () => {
    fc.assert(
      fc.property(sides, listEntities(kind), ({ live, desired }, others) => {
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
      fc.property(sides, listEntities(kind), ({ live, desired }, others) => {
        const plan = run(kind, live, desired);
        const after = applied(plan, live);
        const now = new Map([...after, ...others]);

        const back = planBack(kind, now, backupAfter(kind, plan, live, after, true));

        const told = back.findings
          .filter(({ code }) => code === "changed-since")
          .map((finding) => finding.name);
        const planned = new Set(back.changes.map((change) => change.name));
        const moved = plan.changes
          .map((change) => change.name)
          .filter((one) => planned.has(one) && !isSameValue(now.get(one), after.get(one)));
        for (const one of told) expect(moved).toContain(one);
        // What was a secret to the run is not looked at.
        const hasSecret = plan.changes.some((one) => one.action !== "delete" && holdsSecret(one.after));
        if (!hasSecret) expect(new Set(told)).toEqual(new Set(moved));
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
        const lost = new Set(findLost(plan, makeLive(kind, old), false).map((one) => one.name));
        for (const [one, body] of old)
          if (!lost.has(one)) expect(isSameValue(again.get(one), body), one).toBe(true);
      }),
    );
  });
});

/** Puts a secret in the place of every text within a body, but for those of lists. */
function planted(body: Body, secret: Secret): Body {
  return Object.fromEntries(
    Object.entries(body).map(([field, value]) => {
      if (isRecord(value)) return [field, planted(value, secret)];
      return [field, typeof value === "string" ? secret : value];
    }),
  );
}

/** A run of roles that changed one, deleted one and created one. */
function ranOnce(): { backup: Backup; before: Entities; after: Entities } {
  const before = new Map([
    ["changed", role("old")],
    ["gone", role("gone")],
    ["kept", role("kept")],
  ]);
  const declared = new Map([
    ["changed", role("new")],
    ["kept", role("kept")],
    ["made*", role("made")],
  ]);
  const plan = run(kinds.roles, before, declared);
  const after = applied(plan, before);
  return { backup: backupAfter(kinds.roles, plan, before, after, false), before, after };
}

function role(description: string): Body {
  return canonicalize(kinds.roles, { cluster_permissions: ["a"], description }, cluster.version);
}

const told = ({ changes }: Plan): string[] => changes.map(({ action, name: one }) => `${action} ${one}`);

/** The run's changes with something else to say of each. */
const withChanges = ({ changes }: Backup, given: Partial<BackedUpChange>): Partial<Backup> => ({
  changes: changes.map((change) => ({ ...change, ...given })),
});

/** Where in a backup something stands, for a test to read. */
const place = (path: readonly string[]) => ({ file: path.join(" "), line: 1, column: 1 });

const said = (one: string) => ({
  code: "not-rolled-back",
  severity: "warning",
  message: `roles/${one} is reserved now, and stays as it is`,
  hint: "the admin certificate can change it",
});

describe("a way back", () => {
  const { backup, before, after } = ranOnce();

  test("declares what the run changed or deleted, with its place in the backup, and prunes what it created", () => {
    const back = makeRollbackDirectory(backup, place);
    expect([...back.kinds.get("roles")!.keys()]).toEqual(["changed", "gone"]);
    expect(back.kinds.get("roles")!.get("gone")).toMatchObject({
      kind: "roles",
      name: "gone",
      body: { description: "gone" },
      at: { file: "documents roles gone" },
    });
    expect(back.prune).toEqual({ roles: { mode: "all", include: ["made\\*"], exclude: [] } });
    expect(back.changedLogins).toEqual(new Set());
  });

  test("leads from what the run left to what was there, and guards count from there", () => {
    const plan = planBack(kinds.roles, after, backup);
    expect(told(plan)).toEqual(["update changed", "create gone", "delete made*"]);
    expect(plan).toMatchObject({ managed: { roles: 3 }, unmanaged: [], findings: [] });
  });

  test("has nothing to do with what the run did not try, or left as it was", () => {
    const untried = { ...backup, ...withChanges(backup, { result: "not-tried" }) };
    expect(makeRollbackDirectory(untried, place)).toEqual({
      kinds: new Map(),
      prune: {},
      changedLogins: new Set(),
    });

    const plan = run(kinds.roles, before, new Map([["changed", role("new")]]));
    const outcomes = plan.changes.map((change) => ({ change, result: "failed" }));
    const undone = completeBackup(
      makeBackup(plan, makeLive(kinds.roles, before), { ...facts, keepsSecrets: false }),
      plan,
      outcomes,
      makeLive(kinds.roles, before),
    );
    expect(makeRollbackDirectory(undone, place).kinds).toEqual(new Map());
    const half = completeBackup(undone, plan, outcomes, makeLive(kinds.roles, applied(plan, before)));
    expect([...makeRollbackDirectory(half, place).kinds.get("roles")!.keys()]).toEqual([
      "changed",
      "gone",
      "kept",
    ]);
  });

  test("goes back all that the run was about to do, where nobody knows its end, and says so", () => {
    const open = { ...backup, ...withChanges(backup, { result: null, after: null }) };
    const plan = planBack(kinds.roles, after, open);
    expect(told(plan)).toEqual(["update changed", "create gone", "delete made*"]);
    expect(plan.findings).toEqual([
      {
        code: "changed-since",
        severity: "warning",
        message: "the backup has no record of how its run ended, so osac cannot find what was changed since",
        hint: "look closely at the plan: it may undo what others did",
      },
    ]);
    expect(planBack(kinds.roles, before, open).findings).toEqual([]);
  });

  test("says what somebody changed after the run, and undoes it as well", () => {
    const now = new Map([...after, ["changed", role("by hand")], ["kept", role("by hand")]]);
    expect(planBack(kinds.roles, now, backup).findings).toEqual([
      {
        code: "changed-since",
        severity: "warning",
        message: "it was changed after the run that the backup is of, and the rollback undoes that as well",
        hint: "check the changes in the plan; to keep the present state, pass another backup, or change the files",
        kind: "roles",
        name: "changed",
      },
    ]);
  });

  test("leaves what is built-in by now, and says so", () => {
    const entities = new Map(
      [...after].map(([one, body]): [string, LiveEntity] => [
        one,
        { name: one, body, raw: {}, ...(one === "kept" ? {} : { builtIn: "reserved" }) },
      ]),
    );
    const live = new Map([["roles" as const, { readable: true, entities } as const]]);
    const { kinds: declared, prune } = makeRollbackDirectory(backup, place);
    const plan = makePlan(
      compare({
        directory: { path: ".", kinds: declared, ignored: [], findings: [] },
        cluster,
        live,
        choice: { ...noChoice, prune },
      }),
    );
    expect(told(plan)).toEqual(["create gone"]);
    expect(toRollbackPlan(plan, live, backup).findings).toEqual([said("changed"), said("made*")]);
  });

  test("tells where in the backup each deletion comes from", () => {
    const plan = planBack(kinds.roles, after, backup);
    const placed = addPlaces(plan, backup, place);
    const index = backup.changes.findIndex(({ action }) => action === "create");
    expect(placed.changes.map((change) => change.at!.file)).toEqual([
      "file.yml",
      "file.yml",
      `changes ${index}`,
    ]);
    expect(placed.requests.flatMap(({ changes }) => changes)).toEqual(placed.changes);
    expect(addPlaces(plan, { ...backup, changes: [] }, place)).toEqual(plan);
  });

  test("belongs to one cluster", () => {
    const of = { ...backup, cluster: { name: null, uuid: "uuid-1", version: null } };
    expect(otherClusterFindings(of, { ...cluster, uuid: "uuid-1" })).toEqual([]);
    expect(otherClusterFindings(of, { ...cluster, uuid: "uuid-2", name: "logs" })).toEqual([
      {
        code: "other-cluster",
        severity: "error",
        refusedBy: "stale",
        message:
          "the backup is of the cluster (name unknown) (uuid-1), and osac is connected to logs (uuid-2); nothing was written",
        hint: "check the url, or take a backup of this cluster",
      },
    ]);
    const { uuid: _, ...nameless } = cluster;
    const why = "osac cannot tell whether this is the cluster of the backup";
    expect(() => otherClusterFindings(of, nameless)).toThrow(why);
    expect(() => otherClusterFindings({ ...of, cluster: { ...of.cluster, uuid: null } }, cluster)).toThrow(
      why,
    );
  });
});

const ann = (hash: Secret): Entities => new Map([["ann", { description: "", hash }]]);

/** A secret of a user that a backup does not have. */
const lost = (one: string, ...path: string[]) => ({ kind: "internalusers" as const, name: one, path });

describe("the way back of a login", () => {
  const users = kinds.internalusers;
  const [old, wanted] = [new Secret("canary-old-hash"), new Secret("canary-new-hash", "${env.NEW}")];

  function rollBack(declared: Entities, keepsSecrets: boolean) {
    const plan = run(users, ann(old), declared);
    const after = applied(plan, ann(old));
    const backup = backupAfter(users, plan, ann(old), after, keepsSecrets);
    return { backup, plan: planBack(users, after, backup), way: makeRollbackDirectory(backup, () => at) };
  }

  test("is its own where the backup has it", () => {
    const { plan, way } = rollBack(ann(wanted), true);
    expect(way.changedLogins).toEqual(new Set(["ann"]));
    expect(told(plan)).toEqual(["update ann"]);
    expect(plan.findings).toEqual([]);
  });

  test("is none where the backup does not have it, and that is said", () => {
    const { plan, way } = rollBack(ann(wanted), false);
    expect(way.changedLogins).toEqual(new Set());
    expect(plan.findings).toEqual([
      {
        code: "not-restored",
        severity: "warning",
        message: "its hash does not come back: the backup does not have it",
        hint: "set it with osac apply --set-password ann",
        kind: "internalusers",
        name: "ann",
      },
    ]);
  });

  test("a user that comes back has a login that nobody knows until a new one is set", () => {
    const { plan } = rollBack(new Map(), false);
    expect(told(plan)).toEqual(["create ann"]);
    expect(plan.changes[0]).toMatchObject({ after: { hash: locked } });
    expect(plan.findings).toMatchObject([
      {
        message:
          "its hash does not come back: the backup does not have it, and this user cannot log in until a new one is set",
      },
    ]);
  });

  test("is told apart from other secrets, and from what the run did not touch", () => {
    const { backup } = rollBack(ann(wanted), false);
    const of = { ...backup, lost: [lost("ann", "attributes", "hash"), lost("bob", "hash")] };
    const { findings } = planBack(users, ann(wanted), of);
    expect(findings.filter(({ code }) => code === "not-restored")).toMatchObject([
      {
        message: "its attributes.hash does not come back: the backup does not have it",
        hint: "set it by hand, or apply the files again",
        name: "ann",
      },
    ]);
  });

  test("may have changed although the run failed, for nobody can tell", () => {
    const plan = run(users, ann(old), ann(wanted));
    const live = makeLive(users, ann(old));
    const outcomes = plan.changes.map((change) => ({ change, result: "failed" }));
    const failed = completeBackup(
      makeBackup(plan, live, { ...facts, keepsSecrets: true }),
      plan,
      outcomes,
      live,
    );
    expect(makeRollbackDirectory(failed, () => at).changedLogins).toEqual(new Set(["ann"]));
  });
});
