import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalize } from "../../../src/schema/canonical.ts";
import { allKinds, kinds } from "../../../src/kinds/index.ts";
import { foldPassword } from "../../../src/kinds/fold-password.ts";
import type { Kind } from "../../../src/kinds/kind.ts";
import { isSameValue } from "../../../src/value/equal.ts";
import { parseVersion } from "../../../src/value/version.ts";
import type { Change, Step } from "../../../src/model/change.ts";
import type { LiveEntity, LiveKind } from "../../../src/model/entity.ts";
import type { Body, Json, Operation } from "../../../src/model/value.ts";
import { diffEntities } from "../../../src/plan/diff.ts";
import { invertRequest } from "../../../src/plan/inverse.ts";
import { makeOperations } from "../../../src/plan/patch.ts";
import { Secret, redacted } from "../../../src/secrets/secret.ts";
import { revealAll } from "../../../src/value/walk.ts";
import { omitDefaults, readEntity } from "../../../src/simulator/documents.ts";
import { applyPatch } from "../../../src/simulator/patch.ts";
import { bodies } from "../../support/bodies.ts";

const version = "3.4.0";
const parsed = parseVersion(version);

function makeStep(kind: Kind, changes: readonly Change[]): Step {
  const operations = changes.map((change) => makeOperations(kind, change));
  return { kind: kind.name, changes, ends: changes, operations, isStub: false };
}

function makeLive(bodiesByName: Readonly<Record<string, Body>>): LiveKind {
  const entities = Object.entries(bodiesByName).map(([name, body]): [string, LiveEntity] => [
    name,
    { name, body, raw: {} },
  ]);
  return { readable: true, entities: new Map(entities) };
}

const sent = (operation: Operation): Json =>
  operation.op === "add" ? { ...operation, value: revealAll(operation.value) } : { ...operation };

describe.for(allKinds.map((kind) => [kind.name, kind] as const))("a request for %s", ([, kind]) => {
  const storable = bodies(kind)
    .map((body) => foldPassword(kind, canonicalize(kind, body, parsed)))
    .filter((body) => !/"NONE"|"sign_in_options":\[\]|~[01]/.test(JSON.stringify(body)));
  const side = kind.isSingle
    ? storable.map((body) => ({ config: body }))
    : fc.dictionary(fc.constantFrom("a", "b", "c/d"), storable, { noNullPrototype: true });

  test("is taken back by its inverse: the server holds what it held before", () => {
    fc.assert(
      fc.property(side, side, (live: Record<string, Body>, desired: Record<string, Body>) => {
        const wanted = new Map(Object.entries(desired).map(([name, body]) => [name, { body }]));
        const step = makeStep(kind, diffEntities(kind.name, wanted, new Map(Object.entries(live))));
        const inverse = invertRequest(step, makeLive(live));
        const before = Object.fromEntries(
          Object.entries(live).map(([name, body]) => [name, held(kind, revealAll(body))]),
        );
        const after = applyPatch(before, step.operations.flat().map(sent)) as Record<string, Json>;
        const stored = Object.fromEntries(
          Object.entries(after).map(([name, raw]) => [name, held(kind, raw)]),
        );
        const back = applyPatch(stored, inverse.operations.map(sent)) as Record<string, Json>;
        expect(inverse.lost).toEqual([]);
        expect(Object.keys(back).toSorted()).toEqual(Object.keys(live).toSorted());
        for (const [name, body] of Object.entries(live))
          expect(
            isSameValue(canonicalize(kind, readEntity(kind.name, version, back[name]!), parsed), body),
          ).toBe(true);
      }),
    );
  });
});

/** The entity in the document that a patch meets. */
function held(kind: Kind, raw: Json): Json {
  return omitDefaults(kind.name, version, readEntity(kind.name, version, raw));
}

const user = (body: Body): Body => canonicalize(kinds.internalusers, body, parsed);

describe("what nobody could see", () => {
  const unseen = user({ hash: "", backend_roles: ["a"] });

  test("an unseen value of a deleted user is not sent, and listed", () => {
    const step = makeStep(kinds.internalusers, [
      { action: "delete", kind: "internalusers", name: "u", before: unseen },
    ]);
    expect(invertRequest(step, makeLive({ u: unseen }))).toEqual({
      kind: "internalusers",
      operations: [{ op: "add", path: "/u", value: { backend_roles: ["a"] } }],
      lost: [{ kind: "internalusers", name: "u", path: ["hash"] }],
    });
  });

  test("a user with nothing but unseen values becomes an entity that the server accepts", () => {
    const bare = user({ hash: "" });
    const step = makeStep(kinds.internalusers, [
      { action: "delete", kind: "internalusers", name: "u", before: bare },
    ]);
    expect(invertRequest(step, makeLive({ u: bare })).operations).toEqual([
      { op: "add", path: "/u", value: { description: "" } },
    ]);
  });

  test("is lost only where the request wrote it", () => {
    const after = { ...unseen, backend_roles: ["b"] };
    const change: Change = { action: "update", kind: "internalusers", name: "u", before: unseen, after };
    const step = makeStep(kinds.internalusers, [change]);
    expect(invertRequest(step, makeLive({ u: unseen }))).toEqual({
      kind: "internalusers",
      operations: [{ op: "add", path: "/u/backend_roles", value: ["a"] }],
      lost: [],
    });
  });

  test("a login that was sent and cannot be seen leaves nothing to send", () => {
    const { hash: _, ...without } = unseen;
    const after = { ...unseen, hash: new Secret("$2y$04$x") };
    const change: Change = { action: "update", kind: "internalusers", name: "u", before: without, after };
    const { operations, lost } = invertRequest(
      makeStep(kinds.internalusers, [change]),
      makeLive({ u: unseen }),
    );
    expect(operations).toEqual([]);
    expect(lost).toEqual([{ kind: "internalusers", name: "u", path: ["hash"] }]);
  });

  test("comes back where the certificate saw it", () => {
    const seen = { ...unseen, hash: new Secret("$2y$04$old") };
    const { hash: _, ...without } = unseen;
    const after = { ...unseen, hash: new Secret("$2y$04$new") };
    const change: Change = { action: "update", kind: "internalusers", name: "u", before: without, after };
    const { operations, lost } = invertRequest(
      makeStep(kinds.internalusers, [change]),
      makeLive({ u: seen }),
    );
    expect(operations.map(sent)).toEqual([{ op: "add", path: "/u/hash", value: "$2y$04$old" }]);
    expect(lost).toEqual([]);
  });

  test("within a login domain is left out of it", () => {
    const domain = { authentication_backend: { type: "ldap", config: { hosts: ["h"], password: redacted } } };
    const before = canonicalize(kinds.config, { dynamic: { authc: { ldap: domain } } }, parsed);
    const after = canonicalize(kinds.config, { dynamic: { authc: {} } }, parsed);
    const change: Change = { action: "update", kind: "config", name: "config", before, after };
    const { operations, lost } = invertRequest(
      makeStep(kinds.config, [change]),
      makeLive({ config: before }),
    );
    expect(lost).toEqual([
      {
        kind: "config",
        name: "config",
        path: ["dynamic", "authc", "ldap", "authentication_backend", "config", "password"],
      },
    ]);
    const written = JSON.stringify(operations.map(sent));
    expect(written).toContain('"hosts":["h"]');
    expect(written).not.toContain("password");
  });
});

describe("a flag that only the admin certificate sets", () => {
  const role: Body = { cluster_permissions: ["a"] };
  const raw = { ...role, reserved: true, hidden: true } as LiveEntity["raw"];
  const live: LiveKind = { readable: true, entities: new Map([["r", { name: "r", body: role, raw }]]) };
  const inverse = (change: Change): readonly Operation[] =>
    invertRequest(makeStep(kinds.roles, [change]), live).operations;

  test("comes back with its entity", () => {
    expect(inverse({ action: "delete", kind: "roles", name: "r", before: role })).toEqual([
      { op: "add", path: "/r", value: { ...role, reserved: true, hidden: true } },
    ]);
  });

  test("comes back where the plan had it, and no other", () => {
    const before = { ...role, reserved: true };
    const operations = inverse({
      action: "update",
      kind: "roles",
      name: "r",
      before,
      after: { description: "x" },
    });
    expect(operations.map(({ op, path }) => `${op} ${path}`)).toEqual([
      "remove /r/description",
      "add /r/cluster_permissions",
      "add /r/reserved",
    ]);
  });
});

const inverseOfConfig = (before: Body, after: Body) => {
  const change: Change = { action: "update", kind: "config", name: "config", before, after };
  return invertRequest(makeStep(kinds.config, [change]), makeLive({ config: before }));
};

describe("the operations that take a request back", () => {
  test("remove what was created, and hold nothing else", () => {
    const change: Change = { action: "create", kind: "roles", name: "r", after: { description: "x" } };
    expect(invertRequest(makeStep(kinds.roles, [change]), makeLive({}))).toStrictEqual({
      kind: "roles",
      operations: [{ op: "remove", path: "/r" }],
      lost: [],
    });
  });

  test("leave out of a list what nobody could see", () => {
    const before = { dynamic: { list: ["x", new Secret(undefined)], none: null } };
    const { operations, lost } = inverseOfConfig(before, { dynamic: { list: ["y"], none: null } });
    expect(operations).toEqual([{ op: "add", path: "/config/dynamic/list", value: ["x"] }]);
    expect(lost).toEqual([{ kind: "config", name: "config", path: ["dynamic", "list", "1"] }]);
  });

  test("hold what any of several operations wrote", () => {
    const { lost } = inverseOfConfig({ a: new Secret(undefined), b: 1 }, { b: 2 });
    expect(lost).toEqual([{ kind: "config", name: "config", path: ["a"] }]);
  });
});
