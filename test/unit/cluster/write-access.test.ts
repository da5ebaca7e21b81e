import { describe, expect, test } from "vitest";
import { readCaller, redactCaller } from "../../../src/cluster/caller.ts";
import { readPasswordPolicy } from "../../../src/cluster/password-policy.ts";
import { readStoredVersion } from "../../../src/cluster/stored-version.ts";
import { explainForbidden, findForbiddenKinds } from "../../../src/cluster/write-access.ts";
import type { ClusterInfo, Connection } from "../../../src/model/cluster.ts";
import type { KindName } from "../../../src/model/kind-name.ts";
import type { Json } from "../../../src/model/value.ts";
import { Secret } from "../../../src/secrets/secret.ts";
import { parseVersion } from "../../../src/value/version.ts";
import { answer, connection, makeReader, plugin } from "./fake-reader.ts";

const cluster: ClusterInfo = { version: parseVersion("3.4"), isVersionGuessed: false };
const admin: ClusterInfo = { ...cluster, adminDn: "CN=admin" };

const authinfo = (body: Json) => makeReader({ [plugin("authinfo")]: answer(200, body) });

describe("the caller as the server sees it", () => {
  const nobody = { ...connection, username: undefined } as Connection;

  test("has sorted roles, and an address without its port", async () => {
    const body = {
      user_name: "Ann",
      backend_roles: ["b", "a"],
      roles: ["z", "y"],
      remote_address: "10.0.0.1:5000",
    };
    expect(await readCaller(authinfo(body), connection, cluster)).toEqual({
      kind: "user",
      name: "Ann",
      backendRoles: ["a", "b"],
      roles: ["y", "z"],
      address: "10.0.0.1",
    });
    const six = await readCaller(authinfo({ remote_address: "[::1]:50" }), connection, cluster);
    expect(six.address).toBe("::1");
  });

  test("has what the server does not say from the login", async () => {
    for (const body of [
      {},
      [],
      { user_name: 1, backend_roles: "a", roles: null, remote_address: 1 },
    ] as Json[])
      expect(await readCaller(authinfo(body), connection, cluster)).toEqual({
        kind: "user",
        name: "ann",
        backendRoles: [],
        roles: [],
        address: undefined,
      });
  });

  test.for<[string, Connection]>([
    ["iam", { ...connection, signer: {} as never, token: new Secret("t-t-t-t") }],
    ["token", { ...connection, token: new Secret("t-t-t-t") }],
    ["user", { ...connection, clientCert: "x" }],
    ["certificate", { ...nobody, clientCert: "x" }],
    ["nobody", nobody],
  ])("is of the kind %s", async ([kind, own]) => {
    expect((await readCaller(authinfo({}), own, cluster)).kind).toBe(kind);
  });

  test("is the admin certificate without a question, whichever user is set", async () => {
    const reader = makeReader({});
    expect(await readCaller(reader, connection, admin)).toEqual({
      kind: "certificate",
      name: "CN=admin",
      ignoredUser: "ann",
      backendRoles: [],
      roles: [],
    });
    expect(reader.asked).toEqual([]);
  });

  test("is shown without the login, which the server may echo", () => {
    const own = { ...connection, password: new Secret("geheim-geheim") };
    const caller = {
      kind: "user" as const,
      name: "x-geheim-geheim",
      backendRoles: ["geheim-geheim", "a"],
      roles: ["b", "geheim-geheim"],
      address: "geheim-geheim",
    };
    const shown = redactCaller(caller, own);
    expect(JSON.stringify(shown)).not.toContain("geheim");
    expect(shown).toMatchObject({
      kind: "user",
      backendRoles: [expect.anything(), "a"],
      roles: ["b", expect.anything()],
    });
    const odd = { ...own, username: "geheim-geheim" };
    expect(redactCaller({ ...caller, name: "geheim-geheim" }, odd).name).toBe("geheim-geheim");
    expect(redactCaller({ kind: "nobody", backendRoles: [], roles: [] }, own)).toEqual({
      kind: "nobody",
      name: undefined,
      address: undefined,
      backendRoles: [],
      roles: [],
    });
  });
});

const permissions = (body: Json) => ({ [plugin("api/permissionsinfo")]: answer(200, body) });

describe("the kinds that the caller may not write", () => {
  const denied = answer(403, { status: "FORBIDDEN", message: "No permission to access REST API" });
  const names: KindName[] = ["roles", "tenants", "rolesmapping"];

  test("are probed only where the server says no, or says nothing that counts", async () => {
    const found = makeReader(
      permissions({
        has_api_access: true,
        disabled_endpoints: { ROLES: ["GET", "PATCH"], TENANTS: ["GET"] },
      }),
      { roles: denied },
    );
    expect(await findForbiddenKinds(found, connection, cluster, names)).toEqual([
      {
        kind: "roles",
        reason: "the server does not let the caller write it",
        hint: "to let it write, give it a role of plugins.security.restapi.roles_enabled whose plugins.security.restapi.endpoints_disabled does not have PATCH",
      },
    ]);
    expect(found.asked).toEqual([plugin("api/permissionsinfo"), "probe roles"]);
  });

  test.for<Json>([{ has_api_access: false }, {}, [], { has_api_access: "true", disabled_endpoints: {} }])(
    "may be any, if the answer is %j",
    async (body) => {
      const found = makeReader(permissions(body));
      expect(await findForbiddenKinds(found, connection, cluster, names)).toEqual([]);
      expect(found.asked.slice(1)).toEqual(names.map((name) => `probe ${name}`));
    },
  );

  test.for<Json>([
    { has_api_access: true },
    { has_api_access: true, disabled_endpoints: { ROLES: "PATCH" } },
  ])("are none, if the answer is %j", async (body) => {
    const found = makeReader(permissions(body), { roles: denied });
    expect(await findForbiddenKinds(found, connection, cluster, names)).toEqual([]);
    expect(found.asked).toHaveLength(1);
  });

  test("with their own gate are probed always, for a signed caller all, for the admin certificate no others", async () => {
    const all: KindName[] = [...names, "config"];
    const allowed = permissions({ has_api_access: true });
    const gated = makeReader(allowed);
    await findForbiddenKinds(gated, connection, cluster, all);
    expect(gated.asked.slice(1)).toEqual(["probe config"]);
    const signed = makeReader(allowed);
    await findForbiddenKinds(signed, { ...connection, signer: {} as never }, cluster, all);
    expect(signed.asked.slice(1)).toEqual(all.map((name) => `probe ${name}`));
    const certified = makeReader({});
    await findForbiddenKinds(certified, connection, admin, all);
    expect(certified.asked).toEqual(["probe config"]);
  });

  test("have the reason of the server", () => {
    expect(explainForbidden("roles", answer(400, { message: "Wrong request body" }))).toBeUndefined();
    expect(explainForbidden("roles", answer(400, { error: "no handler found" }))).toEqual({
      kind: "roles",
      reason: "the server has it switched off",
      hint: "check --api-prefix",
    });
    expect(explainForbidden("roles", answer(403, "Wrong request body"))).toMatchObject({ kind: "roles" });
    expect(explainForbidden("roles", denied, "amazon")?.reason).not.toContain(
      "does not let the caller write it",
    );
  });
});

const at = (body: Json, status = 200) => makeReader({ [plugin("api/versions")]: answer(status, body) });

describe("the stored version of the configuration", () => {
  const versions = [
    { version_id: "v2", timestamp: "2026-01-02T00:00:00Z" },
    { version_id: "v3", timestamp: "2026-01-03T00:00:00Z" },
    { version_id: "v1", timestamp: "2026-01-01T00:00:00Z" },
  ];

  test("is the newest, and the question asks for no content", async () => {
    const reader = at({ versions });
    expect(await readStoredVersion(reader, connection, cluster)).toBe("v3");
    expect(reader.asked).toEqual([
      `${plugin("api/versions")}?filter_path=versions.version_id,versions.timestamp`,
    ]);
  });

  test.for<[Json, number]>([
    [{ versions: [] }, 200],
    [{ versions: {} }, 200],
    [[], 200],
    [{ versions }, 403],
    [{ versions: [1] }, 200],
    [{ versions: [{ version_id: 1 }] }, 200],
  ])("is none for %j with %i", async ([body, status]) => {
    expect(await readStoredVersion(at(body, status), connection, cluster)).toBeNull();
  });

  test("is asked for from 3.3 on", async () => {
    for (const [version, asked] of [
      ["3.2", 0],
      ["3.3", 1],
    ] as const) {
      const reader = at({ versions });
      await readStoredVersion(reader, connection, { ...cluster, version: parseVersion(version) });
      expect(reader.asked).toHaveLength(asked);
    }
  });
});

const policy = async (body: Json) =>
  readPasswordPolicy(makeReader({ [plugin("dashboardsinfo")]: answer(200, body) }), connection);

test("the password policy has a pattern and a message, as far as the server shows them", async () => {
  expect(
    await policy({
      password_validation_regex: "^.{8,}$",
      password_validation_error_message: "eight or more",
    }),
  ).toEqual({
    regex: "^.{8,}$",
    message: "eight or more",
  });
  for (const body of [
    {},
    [],
    { password_validation_regex: 1, password_validation_error_message: null },
  ] as Json[])
    expect(await policy(body)).toEqual({ regex: undefined, message: undefined });
});
