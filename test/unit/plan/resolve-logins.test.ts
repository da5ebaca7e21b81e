import { describe, expect, test } from "vitest";
import { kinds } from "../../../src/kinds/index.ts";
import type { Kind } from "../../../src/kinds/kind.ts";
import { createSecretWrapper } from "../../../src/schema/secret-paths.ts";
import type { Declared, LiveKind } from "../../../src/model/entity.ts";
import type { Plan } from "../../../src/model/plan.ts";
import type { Body } from "../../../src/model/value.ts";
import { compare, makePlan, type PlanChoice } from "../../../src/plan/make-plan.ts";
import { redacted, type Secret } from "../../../src/secrets/secret.ts";
import { actions, at, cluster, makeLive, noChoice, makePlanned } from "./planned.ts";

/** Plans where one user is declared, and the logins of these are to be sent. */
const asking =
  (kind: Kind, ...names: string[]) =>
  (): Plan =>
    makePlanned(kind, { ann: {} }, makeLive(kind, {}), { forced: new Set(names) });

const users = kinds.internalusers;

const hash = `$2y$12$${"a".repeat(53)}`;

const other = `$2y$12$${"b".repeat(53)}`;

const unseen = makeLive(users, { ann: { hash: "" } });

const seen = makeLive(users, { ann: { hash: other } });

const ann = { ann: { hash } };

const hashes = (plan: Plan): unknown[] =>
  plan.changes.map((change) => change.action !== "delete" && (change.after["hash"] as Secret).reveal());

describe("a login", () => {
  test("that nobody can see is taken for the same, and listed with its place", () => {
    const plan = makePlanned(users, ann, unseen);
    expect(plan.changes).toEqual([]);
    expect(plan.notCompared).toEqual([{ kind: "internalusers", name: "ann", reason: "hash", at }]);
  });

  test("that can be seen is compared", () => {
    expect(hashes(makePlanned(users, ann, seen))).toEqual([hash]);
    const same = makePlanned(users, ann, makeLive(users, ann));
    expect([same.changes, same.notCompared]).toEqual([[], []]);
  });

  test.each<[string, Partial<PlanChoice>]>([
    ["it is asked for", { forced: new Set(["ann"]) }],
    ["all are asked for", { areAllForced: true }],
    ["it has not logged in", { refuted: new Set(["ann"]) }],
    ["it is asked for, although it has logged in", { forced: new Set(["ann"]), verified: new Set(["ann"]) }],
  ])("is sent where %s", (_, choice) => {
    for (const live of [unseen, seen, makeLive(users, ann)]) {
      const plan = makePlanned(users, ann, live, choice);
      expect(hashes(plan)).toEqual([hash]);
      expect(plan.changes[0]).not.toHaveProperty("before.hash");
    }
  });

  test("is left as it is where it has logged in, or no file has one", () => {
    const verified = new Set(["ann"]);
    for (const live of [unseen, seen]) {
      expect(makePlanned(users, ann, live, { verified })).toMatchObject({ changes: [], notCompared: [] });
      expect(makePlanned(users, { ann: {} }, live)).toMatchObject({ changes: [], notCompared: [] });
      const [change] = makePlanned(users, { ann: { description: "new" } }, live).changes;
      expect(change).toMatchObject({ after: { description: "new" } });
      expect(change!.action === "update" && change!.after["hash"]).toBe(
        change!.action === "update" && change!.before["hash"],
      );
    }
  });

  test("a login is not invented for a user without any", () => {
    const bare = makeLive(users, { ann: {} });
    expect(makePlanned(users, ann, bare, { verified: new Set(["ann"]) }).changes).toEqual([]);
    expect(hashes(makePlanned(users, ann, bare))).toEqual([hash]);
  });

  test("a login of a new user is sent, whatever is known", () => {
    for (const choice of [{}, { verified: new Set(["ann"]) }, { areAllForced: true }])
      expect(hashes(makePlanned(users, ann, makeLive(users, {}), choice))).toEqual([hash]);
  });

  test("a login of another user is not sent", () => {
    const both = { ann: { hash }, bob: { hash } };
    const live = makeLive(users, { ann: { hash: "" }, bob: { hash: "" } });
    expect(actions(makePlanned(users, both, live, { forced: new Set(["bob"]) }))).toEqual(["update bob"]);
    expect(actions(makePlanned(users, both, live, { refuted: new Set(["bob"]) }))).toEqual(["update bob"]);
  });

  test.each<[string, Body, Partial<PlanChoice>, LiveKind | undefined, string, string | undefined]>([
    ["of the server's own user", { hash }, {}, undefined, "the user is reserved", undefined],
    [
      "of an ignored user",
      { hash },
      { ignore: [{ kind: "internalusers", name: "a*", reason: "by hand", setBy: "osac.yml:1" }] },
      unseen.get("internalusers"),
      "osac.yml ignores the user (by hand)",
      undefined,
    ],
    [
      "that no file has",
      {},
      {},
      unseen.get("internalusers"),
      "the file has neither a hash nor a password for it",
      undefined,
    ],
  ])("that cannot be sent is an error where it was asked for: %s", (_, body, choice, answer, why) => {
    const reserved = makeLive(users, { ann: { hash: "" } }, { ann: { reserved: true } });
    const live = answer ? new Map([["internalusers" as const, answer]]) : reserved;
    const plan = makePlanned(users, { ann: body, bob: { hash } }, live, {
      ...choice,
      forced: new Set(["ann"]),
    });
    expect(plan.findings).toEqual([
      {
        code: "password-not-sent",
        severity: "error",
        message: `--set-password cannot send it: ${why}`,
        kind: "internalusers",
        name: "ann",
      },
    ]);
    expect(makePlanned(users, { ann: body }, live, choice).findings).toEqual([]);
  });

  test("may be sent of a user of whom another field is ignored", () => {
    const ignore = [
      { kind: "internalusers", name: "ann", field: ["description"], reason: "x", setBy: "y" },
    ] as const;
    const declared = { ann: { hash, description: "file" } };
    const live = makeLive(users, { ann: { hash: "", description: "hand" } });
    const plan = makePlanned(users, declared, live, { ignore, forced: new Set(["ann"]) });
    expect(plan.findings).toEqual([]);
    expect(hashes(plan)).toEqual([hash]);
  });

  test("a login of an undeclared user cannot be asked for", () => {
    expect(asking(users, "ann", "bob", "eve")).toThrow(
      "--set-password bob, eve: no file declares such a user",
    );
    expect(asking(kinds.roles, "ann")).toThrow(
      expect.objectContaining({
        reason: "input",
        findings: [expect.objectContaining({ code: "no-such-user" })],
      }),
    );
  });
});

const domain = (password: Body[string]): Body => ({
  dynamic: {
    authc: { ldap: { authentication_backend: { type: "ldap", config: { hosts: ["h"], password } } } },
  },
});

describe("a secret besides logins", () => {
  const path = "config/dynamic/authc/ldap/authentication_backend/config/password";
  const live = makeLive(kinds.config, { config: domain(redacted) });
  const wanted = { config: domain("new-password") };

  test("that nobody can see is taken for the same, and listed with its path", () => {
    const plan = makePlanned(kinds.config, wanted, live);
    expect(plan.changes).toEqual([]);
    expect(plan.notCompared).toEqual([
      {
        kind: "config",
        name: "config",
        reason: "dynamic.authc.ldap.authentication_backend.config.password",
        at,
      },
    ]);
  });

  test("is sent where it is asked for", () => {
    const plan = makePlanned(kinds.config, wanted, live, { secretPaths: [path] });
    expect(plan.requests.flatMap(({ operations }) => operations.flat())).toMatchObject([
      { op: "add", path: "/config/dynamic/authc/ldap/authentication_backend/config/password" },
    ]);
    expect(plan.notCompared).toEqual([]);
  });

  test.each([
    ["where no file has one", "config/dynamic/authc/ldap/type"],
    ["where there is nothing", "config/dynamic/authc/saml/x"],
    ["of the whole", "config"],
    ["of a kind that no file declares", "internalusers/ann/hash"],
    ["of a kind that begins alike", "configuration/dynamic"],
  ])("cannot be asked for %s", (_, wrong) => {
    expect(() => makePlanned(kinds.config, wanted, live, { secretPaths: [path, wrong] })).toThrow(
      expect.objectContaining({
        reason: "input",
        findings: [
          {
            code: "no-such-secret",
            severity: "error",
            message: `--set-secret ${wrong}: no file declares a secret there`,
            hint: expect.stringContaining("pass the resource type, the name and the fields") as string,
          },
        ],
      }),
    );
  });

  test("a secret of any of several kinds can be asked for", () => {
    const body = createSecretWrapper(kinds.config)(wanted.config);
    const entity: Declared = { kind: "config", name: "config", body, at };
    const declared = new Map([
      ["roles" as const, new Map<string, Declared>()],
      ["config" as const, new Map([["config", entity]])],
    ]);
    const plan = makePlan(
      compare({
        directory: { path: ".", kinds: declared, ignored: [], findings: [] },
        cluster,
        live: new Map([...makeLive(kinds.roles, {}), ...live]),
        choice: { ...noChoice, secretPaths: [path] },
      }),
    );
    expect(actions(plan)).toEqual(["update config"]);
  });

  test("is asked for by name where a kind has several entities, and sent with a new one anyway", () => {
    const hash = `$2y$12$${"a".repeat(53)}`;
    const users = makeLive(kinds.internalusers, { ann: { hash: "" } });
    const declared = { ann: { hash }, bob: { hash } };
    const secretPaths = ["internalusers/ann/hash", "internalusers/bob/hash"];
    const plan = makePlanned(kinds.internalusers, declared, users, { secretPaths });
    expect(actions(plan)).toEqual(["update ann", "create bob"]);
  });
});
