import { describe, expect, test } from "vitest";
import { kinds } from "../../../../src/kinds/index.ts";
import type { Kind } from "../../../../src/kinds/kind.ts";
import type { Backup } from "../../../../src/model/backup.ts";
import type { Plan, Pruning } from "../../../../src/model/plan.ts";
import type { Body } from "../../../../src/model/value.ts";
import { makePlan } from "../../../../src/plan/make-plan.ts";
import {
  makeBackup,
  completeBackup,
  findLost,
  notInBackupFindings,
} from "../../../../src/plan/rollback/make-backup.ts";
import type { PlanChoice } from "../../../../src/plan/make-plan.ts";
import { redacted, Secret } from "../../../../src/secrets/secret.ts";
import { makeLive, makePlanned, version, type Bodies, type Live } from "../planned.ts";

const { roles, internalusers: users } = kinds;
const facts = {
  tool: "1.2.3",
  createdAt: new Date("2025-11-25T12:00:00.000Z"),
  directory: "security",
  storedVersion: "v7",
  keepsSecrets: false,
};
const all: Pruning = { mode: "all", include: ["*"], exclude: [] };

/** A plan that deletes what is not declared. */
function pruned(kind: Kind, declared: Bodies, live: Live, choice: Partial<PlanChoice> = {}): Plan {
  return makePlanned(kind, declared, live, { prune: { [kind.name]: all }, ...choice });
}

const role = (description: string): Body => ({ description });

describe("a backup", () => {
  const live = makeLive(roles, { changed: role("old"), gone: role("gone"), kept: role("kept") });
  const plan = pruned(roles, { changed: role("new"), kept: role("kept"), made: role("made") }, live);
  const backup = makeBackup(plan, live, facts);

  test("says what it is of, and what the run was about to do", () => {
    expect(backup).toMatchObject({
      version: 1,
      tool: "1.2.3",
      createdAt: "2025-11-25T12:00:00.000Z",
      cluster: { name: "logs", uuid: "uuid-1", version: "3.4.0" },
      planId: plan.id,
      storedVersion: "v7",
      managed: { roles: 3 },
      lost: [],
    });
    expect(backup.changes).toEqual([
      {
        action: "update",
        kind: "roles",
        name: "changed",
        fields: ["description"],
        result: null,
        after: null,
      },
      { action: "create", kind: "roles", name: "made", fields: [], result: null, after: null },
      { action: "delete", kind: "roles", name: "gone", fields: [], result: null, after: null },
    ]);
  });

  test("has the touched kinds as they were, whole", () => {
    expect(Object.keys(backup.documents)).toEqual(["roles"]);
    expect(Object.keys(backup.documents.roles!)).toEqual(["changed", "gone", "kept"]);
    expect(backup.documents.roles!["changed"]).toMatchObject({ description: "old", cluster_permissions: [] });
  });

  test("says null of what nobody knows", () => {
    const unknown = { version, isVersionGuessed: true };
    const nameless = makeBackup({ ...makePlanned(roles, { a: {} }, live, {}, unknown) }, live, facts);
    expect(nameless).toMatchObject({
      cluster: { name: null, uuid: null, version: null },
      planId: null,
    });
  });

  test("has an entity's flags, and none that the server itself brings along", () => {
    const entities = new Map([
      ["own", { name: "own", body: role("own"), raw: { reserved: true } }],
      ["static", { name: "static", body: role("x"), raw: { static: true }, builtIn: "static" } as const],
    ]);
    const found = new Map([["roles" as const, { readable: true, entities } as const]]);
    const made = makeBackup(makePlanned(roles, { new: {} }, found), found, facts);
    expect(made.documents.roles).toEqual({ own: { reserved: true, description: "own" } });
  });

  test("a backup of a kind that nobody can read any more is empty", () => {
    const blind = new Map([["roles" as const, { readable: false, reason: "403" } as const]]);
    expect(makeBackup(plan, blind, facts).documents).toEqual({ roles: {} });
    expect(makeBackup(plan, new Map(), facts).documents).toEqual({ roles: {} });
    expect(makeBackup({ ...plan, managed: {} }, live, facts).managed).toEqual({ roles: 0 });
  });

  describe("at the end of its run", () => {
    const outcomes = plan.changes.slice(0, 2).map((change) => ({ change, result: "done" }));
    const after = makeLive(roles, { changed: role("new"), kept: role("kept"), made: role("made") });
    const ends = (found: Live | undefined): Backup["changes"] =>
      completeBackup(backup, plan, outcomes, found).changes;

    test("says what became of each change", () => {
      expect(ends(after).map(({ result }) => result)).toEqual(["done", "done", null]);
      expect(completeBackup(backup, plan, outcomes, after)).toMatchObject({
        documents: backup.documents,
        planId: plan.id,
      });
    });

    test("knows every entity again, and that one is gone", () => {
      const traces = ends(after).map((change) => change.after);
      expect(traces).toEqual([
        { fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) as string, unseen: [] },
        { fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) as string, unseen: [] },
        { fingerprint: "absent", unseen: [] },
      ]);
      const others = makeLive(roles, { changed: role("other"), gone: role("x"), made: role("made") });
      expect(
        ends(others).map((change, index) => change.after!.fingerprint === traces[index]!.fingerprint),
      ).toEqual([false, true, false]);
    });

    test("tells nothing of what nobody could read", () => {
      const blind = new Map([["roles" as const, { readable: false, reason: "403" } as const]]);
      for (const found of [undefined, new Map(), blind])
        expect(ends(found).map((change) => change.after)).toEqual([null, null, null]);
    });
  });
});

const seen = new Secret("canary-of-old", undefined);
const wanted = new Secret("canary-of-new", "${env.NEW}");

/** The backup of a change of one user. */
function backedUp(
  before: Body,
  after: Body | undefined,
  choice: Partial<PlanChoice> & { keeps?: boolean } = {},
) {
  const { keeps = false, ...given } = choice;
  const live = makeLive(users, { ann: before });
  const plan = pruned(users, after ? { ann: after } : {}, live, given);
  return {
    plan,
    live,
    stored: makeBackup(plan, live, { ...facts, keepsSecrets: keeps }).documents.internalusers!["ann"],
    lost: findLost(plan, live, keeps).map(({ name, path }) => [name, ...path].join("/")),
  };
}

/** A configuration with a login domain at this place. */
const domain = (order: number): Body => ({
  dynamic: {
    authc: {
      ldap: { order, authentication_backend: { type: "ldap", config: { password: redacted } } },
    },
  },
});

/** So many users whose logins nobody can see. */
const many = (count: number): Bodies =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`u${index + 10}`, { hash: "" }]));

/** What is said before so many users go. */
const said = (count: number, keeps = false) => {
  const live = makeLive(users, many(count));
  return notInBackupFindings(pruned(users, {}, live), live, keeps);
};

describe("a secret", () => {
  test("is kept only where that is asked for, and it can be seen", () => {
    expect(backedUp({ hash: seen }, undefined).stored).toMatchObject({ hash: { $secret: null } });
    expect(backedUp({ hash: seen }, undefined, { keeps: true }).stored).toMatchObject({
      hash: { $secret: "canary-of-old" },
    });
    expect(backedUp({ hash: "" }, undefined, { keeps: true }).stored).toMatchObject({
      hash: { $secret: null },
    });
  });

  test("is whatever text gives one of the files away, or stands where they have one", () => {
    const before = { attributes: { a: "canary-of-new", b: "x canary-of-new x", c: "canary", d: "old" } };
    const after = { attributes: { a: "1", b: "2", c: "3", d: wanted } };
    expect(backedUp(before, after).stored).toMatchObject({
      attributes: { a: { $secret: null }, b: { $secret: null }, c: "canary", d: { $secret: null } },
    });
  });

  test.each<[string, Body, Body | undefined, Partial<PlanChoice> & { keeps?: boolean }, string[]]>([
    ["goes with its user", { hash: seen }, undefined, {}, ["ann/hash"]],
    ["goes with its user and is kept", { hash: seen }, undefined, { keeps: true }, []],
    ["goes with its user and cannot be seen", { hash: "" }, undefined, { keeps: true }, ["ann/hash"]],
    ["stays, while its user changes", { hash: "" }, { description: "new" }, {}, []],
    ["is replaced", { hash: seen }, { hash: wanted }, {}, ["ann/hash"]],
    ["is replaced and kept", { hash: seen }, { hash: wanted }, { keeps: true }, []],
    [
      "is replaced on demand, unseen",
      { hash: "" },
      { hash: wanted },
      { keeps: true, forced: new Set(["ann"]) },
      ["ann/hash"],
    ],
    ["is declared, and not sent", { hash: "" }, { hash: wanted, description: "new" }, {}, []],
  ])("is lost where nobody can bring it back: it %s", (_, before, after, choice, lost) => {
    expect(backedUp(before, after, choice).lost).toEqual(lost);
  });

  test("is lost within a field that is written as a whole, though it stays itself", () => {
    const before = { attributes: { a: "old", b: "canary-of-old" } };
    const same = new Secret("canary-of-old", "${env.OLD}");
    expect(backedUp(before, { attributes: { a: "new", b: same } }).lost).toEqual([]);
    const other = new Secret("canary-of-new", "${env.NEW}");
    expect(backedUp(before, { attributes: { a: "new", b: other } }).lost).toEqual(["ann/attributes/b"]);
  });

  test("a secret of a new user, or of an unchanged field, cannot be lost", () => {
    expect(
      findLost(
        makePlanned(users, { bob: { hash: wanted } }, makeLive(users, {})),
        makeLive(users, {}),
        false,
      ),
    ).toEqual([]);
    const live = makeLive(kinds.config, { config: domain(1) });
    expect(findLost(makePlanned(kinds.config, { config: domain(2) }, live), live, false)).toEqual([]);
    expect(
      findLost(makePlanned(kinds.config, { config: { dynamic: { authc: {} } } }, live), live, true),
    ).toMatchObject([{ path: ["dynamic", "authc", "ldap", "authentication_backend", "config", "password"] }]);
  });

  test("that could be lost is said before anything is written", () => {
    const listed = Array.from({ length: 10 }, (_, index) => `u${index + 10} (hash)`).join(", ");
    const start = "a rollback cannot restore values that the backup does not have: ";
    expect(said(0)).toEqual([]);
    expect(said(10)).toEqual([
      {
        code: "not-in-backup",
        severity: "notice",
        message: `${start}${listed}`,
        hint: "--backup-secrets stores what osac can read: hashes with the admin certificate, secrets that the server does not redact",
        kind: "internalusers",
      },
    ]);
    expect(said(12, true)).toMatchObject([
      { message: `${start}${listed} and 2 more`, hint: "osac cannot read these; keep them elsewhere" },
    ]);
  });

  test("that could be lost is said kind by kind, with its path", () => {
    const live = new Map([
      ...makeLive(users, { ann: { hash: "" } }),
      ...makeLive(kinds.config, { config: domain(1) }),
      ...makeLive(roles, { old: {} }),
    ]);
    const plan = pruned(users, {}, live);
    const changes = [
      ...plan.changes,
      ...makePlanned(kinds.config, { config: {} }, live).changes,
      ...pruned(roles, {}, live).changes,
    ];
    expect(
      notInBackupFindings(makePlan({ ...plan, changes }), live, true).map(({ kind, message }) => [
        kind,
        message,
      ]),
    ).toEqual([
      ["internalusers", "a rollback cannot restore values that the backup does not have: ann (hash)"],
      [
        "config",
        "a rollback cannot restore values that the backup does not have: config (dynamic.authc.ldap.authentication_backend.config.password)",
      ],
    ]);
  });

  test("a secret leaves its place at the end of the run, and enters no trace", () => {
    const { plan, live } = backedUp({ hash: seen, description: "a" }, { hash: wanted, description: "b" });
    const trace = (hash: Secret, description: string) =>
      completeBackup(makeBackup(plan, live, facts), plan, [], makeLive(users, { ann: { hash, description } }))
        .changes[0]!.after!;
    expect(trace(wanted, "b").unseen).toEqual(["/hash"]);
    expect(trace(wanted, "b")).toEqual(trace(seen, "b"));
    expect(trace(wanted, "b")).not.toEqual(trace(wanted, "c"));
  });
});
