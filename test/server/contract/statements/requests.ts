import { describe, expect } from "vitest";
import { add, fails, refuses, says } from "../answers.ts";
import { securityPath } from "../caller.ts";
import type { Suite } from "../suite.ts";

/** What the server makes of requests before it looks at any entity. */
export function requestStatements({ test, testAsUser, since }: Suite): void {
  describe("a request", () => {
    test("without credentials is answered 401", async ({ as }) => {
      const answer = await as({}).get("roles");

      expect(answer).toMatchObject({
        status: 401,
        body: since<string>({ "2.10": "", "2.19": "Unauthorized" }),
      });
      expect(answer.headers["www-authenticate"]).toContain('Basic realm="OpenSearch Security"');
    });

    test("with a wrong password is answered 401", async ({ cluster, as }) => {
      const answer = await as({ user: cluster.user, password: "wrong" }).get("roles");

      expect(answer).toMatchObject({
        status: 401,
        body: since<string>({ "2.10": "", "2.19": "Unauthorized" }),
      });
    });

    test("names the server's version in the answer's header", async ({ user, cluster }) => {
      const answer = await user.get("/");

      expect(answer).toMatchObject({
        status: 200,
        body: { version: { number: cluster.mainVersion ?? cluster.version } },
      });
      expect(answer.headers["x-opensearch-version"]).toBe(
        since({ "2.10": undefined, "3.0": `OpenSearch/${cluster.version} (opensearch)` }),
      );
    });

    test("with a charset in its content type is fine", async ({ user, fresh }) => {
      const body = JSON.stringify([add(`/${fresh("tenants")}`, { description: "x" })]);

      const answer = await user.send("PATCH", "tenants", body, {
        "content-type": "application/json; charset=UTF-8",
      });

      expect(answer).toMatchObject(says(200, "Resource updated."));
    });

    test("with the content type of RFC 6902 is answered 406", async ({ user, fresh }) => {
      const body = JSON.stringify([add(`/${fresh("tenants")}`, { description: "x" })]);

      const answer = await user.send("PATCH", "tenants", body, {
        "content-type": "application/json-patch+json",
      });

      expect(answer).toMatchObject(fails(406));
    });

    test("with a body of no stated type is answered 406, before anybody asks who it is", async ({ as }) => {
      expect(await as({}).send("PATCH", "tenants", "[]", {})).toMatchObject(fails(406));
    });

    test("to a path that does not exist is answered 400", async ({ user }) => {
      expect(await user.get("nonsense")).toMatchObject({
        status: 400,
        body: { error: expect.stringContaining("no handler found for uri") },
      });
    });

    test("with a method that a path does not have is answered 405", async ({ user }) => {
      expect(await user.post("roles", {})).toMatchObject(fails(405));
      expect(await user.get("audit/config")).toMatchObject(fails(405));
      expect(await user.get("securityconfig/config")).toMatchObject(fails(405));
    });

    test("with an unknown parameter is answered 400", async ({ user }) => {
      expect(await user.get("roles?dry_run=true")).toMatchObject({ status: 400 });
    });

    test("under the legacy prefix is served alike", async ({ user }) => {
      const answer = await user.get("/_opendistro/_security/api/roles");

      expect(answer).toEqual({ ...(await user.get("roles")), headers: expect.anything() });
    });

    test("under a prefix that never was is answered 400", async ({ user }) => {
      expect(await user.get("/_opensearch/_security/api/roles")).toMatchObject({ status: 400 });
    });
  });

  describe("a write of one entity", () => {
    test("is answered 201 when it creates and 200 when it replaces", async ({ user, fresh }) => {
      const name = fresh("tenants");

      expect(await user.put(`tenants/${name}`, { description: "a" })).toMatchObject(
        says(201, `'${name}' created.`),
      );
      expect(await user.put(`tenants/${name}`, { description: "b" })).toMatchObject(
        says(200, `'${name}' updated.`),
      );
      expect(await user.delete(`tenants/${name}`)).toMatchObject(says(200, `'${name}' deleted.`));
    });

    test("the next GET returns what a write of one entity stored", async ({ user, fresh }) => {
      const name = fresh("tenants");

      await user.put(`tenants/${name}`, { description: "written" });

      expect((await user.get("tenants")).body).toMatchObject({ [name]: { description: "written" } });
    });

    test("a write of one entity without a body fails", async ({ user, fresh }) => {
      const name = fresh("tenants");
      const wanted = refuses("Request body required for this action.");

      expect(await user.put(`tenants/${name}`, {})).toMatchObject(wanted);
      expect(await user.patch("tenants", [add(`/${name}`, {})])).toMatchObject(wanted);
    });

    test("a write of one entity fails if its body is no JSON", async ({ user, fresh }) => {
      const answer = await user.send("PUT", `tenants/${fresh("tenants")}`, '{"description"', {
        "content-type": "application/json",
      });

      expect(answer).toMatchObject(refuses("Could not parse content of request."));
    });
  });

  test.for([
    ["internalusers", "user"],
    ["roles", "role"],
    ["rolesmapping", "rolesmapping"],
    ["actiongroups", "actiongroup"],
    ["tenants", "tenant"],
  ] as const)("an unknown entity of %s is called %s", async ([kind, word], { user, fresh }) => {
    const name = fresh(kind);
    const unknown = says(404, `${word} '${name}' not found.`);

    expect(await user.get(`${kind}/${name}`)).toMatchObject(unknown);
    expect(await user.delete(`${kind}/${name}`)).toMatchObject(unknown);
  });

  describe("an entity may not have", () => {
    test.for([
      ["roles", { descriptio: "x" }, "Invalid configuration", { invalid_keys: { keys: "descriptio" } }],
      ["roles", { description: ["x"] }, "Wrong datatype", { description: "String expected" }],
      ["roles", { cluster_permissions: "x" }, "Wrong datatype", { cluster_permissions: "Array expected" }],
      ["roles", { cluster_permissions: null }, "Wrong datatype", { cluster_permissions: "Array expected" }],
      ["roles", { description: null }, "Wrong datatype", { description: "String expected" }],
      [
        "roles",
        { description: "x", static: false },
        "Invalid configuration",
        { invalid_keys: { keys: "static" } },
      ],
      ["rolesmapping", { description: "x" }, "Invalid configuration", { specify_one_of: expect.anything() }],
      [
        "actiongroups",
        { description: "x" },
        "Invalid configuration",
        { missing_mandatory_keys: { keys: "allowed_actions" } },
      ],
      [
        "internalusers",
        { hash: "x", attributes: { description: 1 } },
        "Wrong datatype",
        { description: "String expected" },
      ],
    ] as const)("%s: %j", async ([kind, body, reason, details], { user, fresh }) => {
      const name = fresh(kind);

      const answer = await user.patch(kind, [add(`/${name}`, body as never)]);

      expect(answer).toMatchObject(refuses(reason, details));
    });

    testAsUser.for(["reserved", "hidden"])(
      "the flag %s, but by an administrator",
      async (flag, { user, fresh }) => {
        const answer = await user.patch("roles", [
          add(`/${fresh("roles")}`, { description: "x", [flag]: false }),
        ]);

        expect(answer).toMatchObject(refuses("Invalid configuration", { invalid_keys: { keys: flag } }));
      },
    );

    test("null in a list", async ({ user, fresh }) => {
      const answer = await user.patch("roles", [add(`/${fresh("roles")}`, { cluster_permissions: [null] })]);

      expect(answer).toMatchObject(
        refuses(
          since({
            "2.10": "`null` is not allowed as json array element",
            "3.4": "`null` or blank values are not allowed as json array elements",
          }),
        ),
      );
    });

    test("a blank text in a list, since 3.4", async ({ user, fresh }) => {
      const answer = await user.patch("roles", [add(`/${fresh("roles")}`, { cluster_permissions: [" "] })]);

      expect(answer).toMatchObject(
        since<object>({
          "2.10": says(200, "Resource updated."),
          "3.4": refuses("`null` or blank values are not allowed as json array elements"),
        }),
      );
    });

    test.for([
      ["index_permissions", [{ index_patterns: ["x"], allowed_action: ["read"] }]],
      ["tenant_permissions", [{ tenants: ["x"] }]],
    ] as const)(
      "an unknown key within %s, which is answered 500",
      async ([field, value], { user, fresh }) => {
        const answer = await user.patch("roles", [add(`/${fresh("roles")}`, { [field]: value as never })]);

        expect(answer).toMatchObject(fails(500));
      },
    );
  });

  test("numbers and truths in lists and attributes become texts", async ({ user, fresh }) => {
    const name = fresh("internalusers");

    await user.patch("internalusers", [
      add(`/${name}`, { hash: "none", backend_roles: [1, true, "x"], attributes: { zip: 1234, flag: true } }),
    ]);

    expect((await user.get(`internalusers/${name}`)).body).toMatchObject({
      [name]: { backend_roles: ["1", "true", "x"], attributes: { zip: "1234", flag: "true" } },
    });
  });

  test("anybody may read health without credentials", async ({ as }) => {
    expect(await as({}).get(`${securityPath}/health`)).toMatchObject({ status: 200, body: { status: "UP" } });
  });
}
