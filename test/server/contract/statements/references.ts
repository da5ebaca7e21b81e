import { describe, expect } from "vitest";
import type { Json } from "../../../../src/model/value.ts";
import { add, refuses, remove, says } from "../answers.ts";
import type { Suite } from "../suite.ts";

/** Names that have to exist, and names that must not. */
export function referenceStatements({ test, testAsUser, since }: Suite): void {
  describe("a mapping", () => {
    test("the role of a mapping must exist", async ({ user, fresh }) => {
      const name = fresh("rolesmapping");

      const answer = await user.patch("rolesmapping", [add(`/${name}`, { users: ["x"] })]);

      expect(answer).toMatchObject(says(404, `role '${name}' not found.`));
    });

    test("whose role is gone can be deleted but not changed", async ({ user, fresh }) => {
      const name = fresh("roles", "rolesmapping");
      await user.put(`roles/${name}`, { description: "x" });
      await user.patch("rolesmapping", [add(`/${name}`, { users: ["x"] })]);

      expect(await user.delete(`roles/${name}`)).toMatchObject(says(200, `'${name}' deleted.`));
      expect((await user.get("rolesmapping")).body).toHaveProperty(name);
      expect(await user.patch("rolesmapping", [add(`/${name}/users`, ["y"])])).toMatchObject(
        says(404, `role '${name}' not found.`),
      );
      expect(await user.patch("rolesmapping", [remove(`/${name}`)])).toMatchObject(
        says(200, "Resource updated."),
      );
    });

    test("needs one of its four lists to be there", async ({ user, fresh }) => {
      const name = fresh("roles", "rolesmapping");
      await user.put(`roles/${name}`, { description: "x" });
      await user.put(`rolesmapping/${name}`, { users: ["x"], description: "y" });

      const answer = await user.patch("rolesmapping", [remove(`/${name}/users`)]);

      expect(answer).toMatchObject(refuses("Invalid configuration", { specify_one_of: expect.anything() }));
    });
  });

  describe("a user with a list of roles", () => {
    test("wants the roles to exist, in a patch since a version after 2.11", async ({ user, fresh }) => {
      const name = fresh("internalusers");

      const answer = await user.patch("internalusers", [
        add(`/${name}`, { hash: "x", opendistro_security_roles: ["osac-test-absent"] }),
      ]);

      expect(answer).toMatchObject(
        since({
          "2.10": says(200, "Resource updated."),
          "2.12": says(404, "role 'osac-test-absent' not found."),
        }),
      );
    });

    test("the roles that a PUT gives a user must exist", async ({ user, fresh }) => {
      const name = fresh("internalusers");

      const answer = await user.put(`internalusers/${name}`, {
        hash: "x",
        opendistro_security_roles: ["osac-test-absent"],
      });

      expect(answer).toMatchObject(says(404, "role 'osac-test-absent' not found."));
    });

    test("cannot be changed while one of them is gone, except by mending the list", async ({
      user,
      fresh,
    }) => {
      const role = fresh("roles");
      const name = fresh("internalusers");
      await user.put(`roles/${role}`, { description: "x" });
      await user.put(`internalusers/${name}`, { hash: "x", opendistro_security_roles: [role] });
      await user.delete(`roles/${role}`);

      const blocked = await user.patch("internalusers", [add(`/${name}/description`, "x")]);
      const mended = await user.patch("internalusers", [
        add(`/${name}/description`, "y"),
        add(`/${name}/opendistro_security_roles`, []),
      ]);

      expect(blocked).toMatchObject(
        since({ "2.10": says(200, "Resource updated."), "2.12": says(404, `role '${role}' not found.`) }),
      );
      expect(mended).toMatchObject(says(200, "Resource updated."));
    });

    testAsUser("cannot name a role whose mapping is reserved", async ({ user, fresh }) => {
      const body = { hash: "x", opendistro_security_roles: ["kibana_server"] };

      const answer = await user.put(`internalusers/${fresh("internalusers")}`, body);

      expect(answer).toMatchObject(says(403, "Resource 'kibana_server' is reserved."));
    });
  });

  describe("an action group", () => {
    test("an action group cannot have the name of a role", async ({ user, fresh }) => {
      const name = fresh("roles", "actiongroups");
      await user.put(`roles/${name}`, { description: "x" });

      const answer = await user.patch("actiongroups", [add(`/${name}`, { allowed_actions: ["read"] })]);

      expect(answer).toMatchObject(
        says(400, `${name} is an existing role. A action group cannot be named with an existing role name.`),
      );
    });

    test("but a role can have the name of an action group", async ({ user, fresh }) => {
      const name = fresh("roles", "actiongroups");
      await user.put(`actiongroups/${name}`, { allowed_actions: ["read"] });

      expect(await user.put(`roles/${name}`, { description: "x" })).toMatchObject({ status: 201 });
    });

    test("an action group cannot contain itself", async ({ user, fresh }) => {
      const name = fresh("actiongroups");

      const answer = await user.patch("actiongroups", [add(`/${name}`, { allowed_actions: [name] })]);

      expect(answer).toMatchObject(says(400, `${name} cannot be an allowed_action of itself`));
    });

    test("may be part of a circle, and hold what does not exist", async ({ user, fresh }) => {
      const [a, b] = [fresh("actiongroups"), fresh("actiongroups")];

      const answer = await user.patch("actiongroups", [
        add(`/${a}`, { allowed_actions: [b, "no-such-thing"] }),
        add(`/${b}`, { allowed_actions: [a] }),
      ]);

      expect(answer).toMatchObject(says(200, "Resource updated."));
    });

    test("has a type that is checked since 2.15", async ({ user, fresh }) => {
      const name = fresh("actiongroups");

      const answer = await user.patch("actiongroups", [
        add(`/${name}`, { allowed_actions: ["read"], type: "odd" }),
      ]);

      expect(answer).toMatchObject(
        since({
          "2.10": says(200, "Resource updated."),
          "2.15": says(400, "Invalid action group type: odd. Supported types are: cluster, index."),
        }),
      );
    });
  });

  describe("a role", () => {
    test("may name permissions and tenants that do not exist, and a DLS that is no JSON", async ({
      user,
      fresh,
    }) => {
      const answer = await user.patch("roles", [
        add(`/${fresh("roles")}`, {
          cluster_permissions: ["no-such-permission"],
          index_permissions: [
            { index_patterns: ["x"], dls: "{ no json", allowed_actions: ["no-such-action"] },
          ],
          tenant_permissions: [{ tenant_patterns: ["no-such-tenant"], allowed_actions: ["kibana_all_read"] }],
        }),
      ]);

      expect(answer).toMatchObject(says(200, "Resource updated."));
    });

    test("has masked fields of a certain form", async ({ user, fresh }) => {
      const [good, bad] = [fresh("roles"), fresh("roles")];

      const accepted = await user.patch("roles", [
        add(`/${good}`, { index_permissions: masked("ip::/a/::b") }),
      ]);
      const refused = await user.patch("roles", [add(`/${bad}`, { index_permissions: masked("ip::/a/") })]);

      expect(accepted).toMatchObject(says(200, "Resource updated."));
      expect(refused.status).toBe(400);
    });

    testAsUser(
      "that administers the Security API cannot be written by an ordinary caller",
      async ({ user, fresh }) => {
        const answer = await user.patch("roles", [
          add(`/${fresh("roles")}`, { cluster_permissions: ["restapi:admin/roles"] }),
        ]);

        expect(answer).toMatchObject(says(403, "Access denied"));
      },
    );
  });
}

function masked(field: string): Json {
  return [{ index_patterns: ["x"], masked_fields: [field], allowed_actions: ["read"] }];
}
