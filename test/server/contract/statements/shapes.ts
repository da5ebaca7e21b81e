import { describe, expect } from "vitest";
import { add } from "../answers.ts";
import type { Suite } from "../suite.ts";

/** What GET shows of an entity of which little was written. */
export function shapeStatements({ test }: Suite): void {
  const flags = { reserved: false, hidden: false, static: false };

  describe("GET fills in the defaults of", () => {
    test("a user, and shows no hash", async ({ user, fresh }) => {
      const name = fresh("internalusers");
      await user.patch("internalusers", [add(`/${name}`, { hash: "not-to-be-seen" })]);

      expect((await user.get(`internalusers/${name}`)).body).toEqual({
        [name]: { ...flags, hash: "", backend_roles: [], attributes: {}, opendistro_security_roles: [] },
      });
    });

    test("a role", async ({ user, fresh }) => {
      const name = fresh("roles");
      await user.put(`roles/${name}`, { cluster_permissions: ["cluster_monitor"] });

      expect((await user.get(`roles/${name}`)).body).toEqual({
        [name]: {
          ...flags,
          cluster_permissions: ["cluster_monitor"],
          index_permissions: [],
          tenant_permissions: [],
        },
      });
    });

    test("an index permission and a tenant permission", async ({ user, fresh }) => {
      const name = fresh("roles");
      await user.put(`roles/${name}`, {
        index_permissions: [{ index_patterns: ["x"] }],
        tenant_permissions: [{ tenant_patterns: ["y"] }],
      });

      expect((await user.get(`roles/${name}`)).body).toMatchObject({
        [name]: {
          index_permissions: [{ index_patterns: ["x"], fls: [], masked_fields: [], allowed_actions: [] }],
          tenant_permissions: [{ tenant_patterns: ["y"], allowed_actions: [] }],
        },
      });
    });

    test("a mapping, which has no flag static", async ({ user, fresh }) => {
      const name = fresh("roles", "rolesmapping");
      await user.put(`roles/${name}`, { description: "x" });
      await user.patch("rolesmapping", [add(`/${name}`, { hosts: ["h"] })]);

      expect((await user.get(`rolesmapping/${name}`)).body).toEqual({
        [name]: {
          reserved: false,
          hidden: false,
          hosts: ["h"],
          users: [],
          backend_roles: [],
          and_backend_roles: [],
        },
      });
    });

    test("an action group", async ({ user, fresh }) => {
      const name = fresh("actiongroups");
      await user.put(`actiongroups/${name}`, { allowed_actions: ["crud"] });

      expect((await user.get(`actiongroups/${name}`)).body).toEqual({
        [name]: { ...flags, allowed_actions: ["crud"] },
      });
    });

    test("a tenant, whose empty description is kept until the kind is patched", async ({ user, fresh }) => {
      const name = fresh("tenants");
      await user.patch("tenants", [add(`/${name}`, { description: "" })]);
      expect((await user.get(`tenants/${name}`)).body).toEqual({ [name]: { ...flags, description: "" } });

      await user.patch("tenants", [add(`/${fresh("tenants")}`, { description: "other" })]);

      expect((await user.get(`tenants/${name}`)).body).toEqual({ [name]: flags });
    });
  });

  describe("GET", () => {
    test("answers a collection as one map from names to entities, without the document's header", async ({
      user,
    }) => {
      const { status, body } = await user.get("roles");

      expect(status).toBe(200);
      expect(body).toHaveProperty("all_access");
      expect(body).not.toHaveProperty("_meta");
    });

    test("GET shows the built-in entities", async ({ user }) => {
      const builtIn = { reserved: true, hidden: false, static: true };

      expect((await user.get("roles")).body).toMatchObject({ all_access: builtIn, own_index: builtIn });
      expect((await user.get("actiongroups")).body).toMatchObject({ crud: builtIn });
      expect((await user.get("tenants")).body).toMatchObject({ global_tenant: builtIn });
    });

    test("keeps the order and the repetitions of a list", async ({ user, fresh }) => {
      const name = fresh("actiongroups");
      await user.put(`actiongroups/${name}`, { allowed_actions: ["write", "read", "write"] });

      expect((await user.get(`actiongroups/${name}`)).body).toMatchObject({
        [name]: { allowed_actions: ["write", "read", "write"] },
      });
    });

    test("shows an empty dls after a PUT, and none after a patch of the kind", async ({ user, fresh }) => {
      const name = fresh("roles");
      await user.put(`roles/${name}`, { index_permissions: [{ index_patterns: ["x"], dls: "" }] });
      expect((await user.get(`roles/${name}`)).body).toMatchObject({
        [name]: { index_permissions: [{ dls: "" }] },
      });

      await user.patch("roles", [add(`/${fresh("roles")}`, { description: "other" })]);

      const { body } = await user.get(`roles/${name}`);
      expect(JSON.stringify(body)).not.toContain("dls");
    });

    test("loses an empty attribute at the next patch of any user", async ({ user, fresh }) => {
      const name = fresh("internalusers");
      await user.put(`internalusers/${name}`, { hash: "x", attributes: { empty: "", full: "1" } });
      expect((await user.get(`internalusers/${name}`)).body).toMatchObject({
        [name]: { attributes: { empty: "" } },
      });

      await user.patch("internalusers", [add(`/${fresh("internalusers")}`, { hash: "x" })]);

      const { body } = await user.get(`internalusers/${name}`);
      expect(body).toMatchObject({ [name]: { attributes: { full: "1" } } });
      expect(JSON.stringify(body)).not.toContain("empty");
    });
  });
}
