import { describe, expect, test } from "vitest";
import { kinds } from "../../../src/kinds/index.ts";
import { parseVersion } from "../../../src/value/version.ts";
import type { ClusterInfo } from "../../../src/model/cluster.ts";
import type { Declared, LiveEntity } from "../../../src/model/entity.ts";
import type { Plan, Pruning } from "../../../src/model/plan.ts";
import type { Body } from "../../../src/model/value.ts";
import { listNamesToProve, applyOwnership } from "../../../src/plan/ownership.ts";
import type { PlanChoice } from "../../../src/plan/make-plan.ts";
import { Secret } from "../../../src/secrets/secret.ts";
import { actions, at, cluster, makeLive, makePlanned } from "./planned.ts";

const declared: Declared = {
  kind: "roles",
  name: "ours",
  body: { reserved: true, hidden: true },
  at,
};

function settled(caller: Partial<ClusterInfo>, version: string, body: Body = declared.body) {
  const asked = { ...caller, version: parseVersion(version), isVersionGuessed: false };
  const owned = applyOwnership(kinds.roles, asked, new Map([["ours", { ...declared, body }]]), new Map(), {
    proved: new Map(),
  });
  const { reserved, hidden } = owned.desired.get("ours")!.body;
  return { reserved, hidden, notices: owned.findings.map(({ message }) => message) };
}

test("the admin certificate sets the flags that a file declares", () => {
  expect(settled({ adminDn: "CN=admin" }, "2.19")).toEqual({ reserved: true, hidden: true, notices: [] });
});

test("a server that lets nobody set hidden gets the entity without it, which counts as not sent", () => {
  const asked = { adminDn: "CN=admin", version: parseVersion("2.11"), isVersionGuessed: false };
  const { desired, findings } = applyOwnership(kinds.roles, asked, new Map([["ours", declared]]), new Map(), {
    proved: new Map(),
  });
  const { body, leftOut } = desired.get("ours")!;
  expect(findings).toEqual([]);
  expect(body["hidden"]).toBeUndefined();
  expect(leftOut).toEqual([{ path: ["hidden"], since: "2.14" }]);
});

test("a flag that is not managed is told with its place", () => {
  const asked = { version: parseVersion("2.11"), isVersionGuessed: false };
  const { findings } = applyOwnership(kinds.roles, asked, new Map([["ours", declared]]), new Map(), {
    proved: new Map(),
  });
  expect(findings).toEqual([
    {
      code: "flag-not-managed",
      severity: "notice",
      message: "reserved can be set with the admin certificate only; managed without",
      at,
      kind: "roles",
      name: "ours",
    },
  ]);
});

test("a user manages the entity without its flags", () => {
  expect(settled({}, "3.4")).toEqual({
    reserved: undefined,
    hidden: undefined,
    notices: ["reserved and hidden can be set with the admin certificate only; managed without"],
  });
});

test.each(["__proto__", "a~1b", "a~0b", "a~2b"])(
  "%s, whose deletion by a patch would meet another entity, is not pruned, and a warning says so",
  (name) => {
    const entity = { name, body: {}, raw: {} };
    const owned = applyOwnership(kinds.roles, cluster, new Map(), new Map([[name, entity]]), {
      pruning: everything,
      proved: new Map(),
    });

    expect([...owned.live.keys()]).toEqual([]);
    expect(owned.unmanaged).toEqual([{ kind: "roles", name, reason: "no file declares it" }]);
    expect(owned.findings).toEqual([
      {
        code: "not-prunable",
        severity: "warning",
        message: `roles/${name} is not deleted: in a patch the server reads its name as another one`,
        hint: `delete it by itself: DELETE roles/${encodeURIComponent(name)} of the Security API; or exclude it in prune`,
      },
    ]);
  },
);

const role: Body = { cluster_permissions: ["cluster_monitor"] };

const everything: Pruning = { mode: "all", include: ["*"], exclude: [] };

const proved = new Map([["roles" as const, new Map([["old", "commit-1"]])]]);

function planned(pruning: Pruning | undefined, choice: Partial<PlanChoice> = {}): Plan {
  const prune = pruning ? { roles: pruning } : {};
  return makePlanned(kinds.roles, { ours: role }, makeLive(kinds.roles, { ours: role, old: role }), {
    prune,
    ...choice,
  });
}

describe("an entity that no file declares", () => {
  test.each<[string, Pruning | undefined, object]>([
    ["without a choice", undefined, { reason: "no file declares it", prunable: true }],
    [
      "where nothing is pruned",
      { ...everything, mode: "never" },
      { reason: "no file declares it", prunable: true },
    ],
    [
      "that is not among the included",
      { ...everything, include: ["team_*"] },
      { reason: "no file declares it, and prune leaves it out" },
    ],
    [
      "that is excluded",
      { ...everything, exclude: ["new", "ol?"] },
      { reason: "no file declares it, and prune leaves it out" },
    ],
    [
      "that the history never had",
      { ...everything, mode: "removed" },
      { reason: "no file declares it, and nothing proves that one did", prunable: true },
    ],
    [
      "that the history never had, and that is excluded",
      { mode: "removed", include: ["*"], exclude: ["old"] },
      { reason: "no file declares it, and prune leaves it out" },
    ],
  ])("%s stays and is listed", (_, pruning, why) => {
    const plan = planned(pruning);
    expect(plan.changes).toEqual([]);
    expect(plan.unmanaged).toEqual([{ kind: "roles", name: "old", ...why }]);
    expect(plan.managed).toEqual({ roles: 1 });
  });

  test.each<[string, Pruning]>([
    ["all are pruned", everything],
    ["one of the included patterns fits", { ...everything, include: ["new", "o*"] }],
    ["another one is excluded", { ...everything, exclude: ["new"] }],
  ])("is deleted where %s", (_, pruning) => {
    const plan = planned(pruning);
    expect(actions(plan)).toEqual(["delete old"]);
    expect(plan.changes[0]).not.toHaveProperty("declaredUntil");
    expect(plan.unmanaged).toEqual([]);
    expect(plan.managed).toEqual({ roles: 2 });
  });

  test("is deleted where the history proves that a file once did, and the change names the commit", () => {
    const [change] = planned({ ...everything, mode: "removed" }, { proved }).changes;
    expect(change).toMatchObject({ action: "delete", name: "old", declaredUntil: "commit-1" });
  });

  test("stays where it is proved, but nothing is pruned", () => {
    expect(planned({ ...everything, mode: "never" }, { proved }).changes).toEqual([]);
  });

  test("is not listed where it is the server's own", () => {
    const live = makeLive(kinds.roles, { ours: role, own: role }, { own: { reserved: true } });
    const plan = makePlanned(kinds.roles, { ours: role }, live, { prune: { roles: everything } });
    expect(plan).toMatchObject({ changes: [], unmanaged: [], skipped: [] });
  });

  test("is never deleted of a kind that is one entity", () => {
    const live = makeLive(kinds.config, { config: {} });
    const plan = makePlanned(kinds.config, {}, live, { prune: { config: everything } });
    expect(plan.changes).toEqual([]);
    expect(plan.unmanaged).toEqual([{ kind: "config", name: "config", reason: "no file declares it" }]);
  });
});

test("what would need a proof is what is in scope and undeclared, where only the proved goes", () => {
  const found = makeLive(
    kinds.roles,
    { ours: role, old: role, older: role, own: role },
    { own: { reserved: true } },
  ).get("roles")!;
  const entities = found.readable ? found.entities : new Map<string, LiveEntity>();
  const names = (pruning?: Pruning): string[] => [
    ...listNamesToProve(pruning, new Map([["ours", { ...declared, body: role }]]), entities),
  ];
  expect(names({ ...everything, mode: "removed" })).toEqual(["old", "older"]);
  expect(names({ mode: "removed", include: ["*"], exclude: ["older"] })).toEqual(["old"]);
  expect(names(everything)).toEqual([]);
  expect(names()).toEqual([]);
});

/** Whether a reserved user with this hash is not as a file says that has this login. */
function differs(stored: Secret, login: Body): boolean | undefined {
  const user = { description: "x", hash: stored };
  const users = makeLive(kinds.internalusers, { own: user }, { own: { reserved: true } });
  return makePlanned(kinds.internalusers, { own: { description: "x", ...login } }, users).skipped[0]?.differs;
}

describe("a reserved entity", () => {
  const admin = { ...cluster, adminDn: "CN=admin" };
  const live = makeLive(kinds.roles, { own: role }, { own: { reserved: true, hidden: false } });
  const other: Body = { ...role, description: "other" };

  test("is left to the server, and listed with its place", () => {
    const plan = makePlanned(kinds.roles, { own: other }, live);
    expect(plan).toMatchObject({ changes: [], compared: 0, managed: { roles: 0 } });
    expect(plan.skipped).toEqual([{ kind: "roles", name: "own", reason: "reserved", at, differs: true }]);
  });

  test("is no different where the file says the same; of logins, only two hashes that are seen can differ", () => {
    expect(makePlanned(kinds.roles, { own: role }, live).skipped[0]).not.toHaveProperty(
      "differs",
      expect.anything(),
    );
    expect(differs(new Secret("a"), { hash: new Secret("b") })).toBe(true);
    expect(differs(new Secret("a"), { hash: new Secret("a") })).toBe(undefined);
    expect(differs(new Secret(undefined), { hash: new Secret("b") })).toBe(undefined);
    expect(differs(new Secret("a"), { password: new Secret("c") })).toBe(undefined);
  });

  test("is left to the server by the admin certificate, too, where the file does not say that it is reserved", () => {
    for (const flags of [{}, { hidden: true }, { reserved: false }])
      expect(makePlanned(kinds.roles, { own: { ...other, ...flags } }, live, {}, admin).changes).toEqual([]);
  });

  test("is the admin certificate's where the file says so, and keeps the flag", () => {
    const [change, ...others] = makePlanned(
      kinds.roles,
      { own: { ...other, reserved: true } },
      live,
      {},
      admin,
    ).changes;
    expect(others).toEqual([]);
    expect(change).toMatchObject({
      action: "update",
      before: { reserved: true },
      after: { reserved: true, description: "other" },
    });
    expect(makePlanned(kinds.roles, { own: { ...role, reserved: true } }, live, {}, admin).changes).toEqual(
      [],
    );
  });

  test("becomes one where the file says so and the cluster does not yet", () => {
    const [change] = makePlanned(
      kinds.roles,
      { own: { ...role, reserved: true } },
      makeLive(kinds.roles, { own: role }, { own: { reserved: false, hidden: true } }),
      {},
      admin,
    ).changes;
    expect(change).toMatchObject({ action: "update", after: { reserved: true } });
    expect(change).not.toHaveProperty("before.reserved");
    expect(change).not.toHaveProperty("before.hidden");
  });
});
