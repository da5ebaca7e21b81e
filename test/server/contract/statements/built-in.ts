import { describe, expect } from "vitest";
import { add, refuses, remove, says } from "../answers.ts";
import type { Suite } from "../suite.ts";

/** What an ordinary caller may do to entities of the server: nothing. */
export function builtInStatements({ test, since }: Suite): void {
  describe("an ordinary caller", () => {
    test("an ordinary caller cannot write a reserved entity", async ({ user }) => {
      const reserved = says(403, "Resource 'kibanaserver' is reserved.");

      expect(await user.put("internalusers/kibanaserver", { description: "x" })).toMatchObject(reserved);
      expect(await user.delete("internalusers/kibanaserver")).toMatchObject(reserved);
      expect(await user.patch("internalusers/kibanaserver", [add("/description", "x")])).toMatchObject(
        reserved,
      );
      expect(await user.patch("internalusers", [add("/kibanaserver/description", "x")])).toMatchObject(
        reserved,
      );
      expect(await user.patch("internalusers", [remove("/kibanaserver")])).toMatchObject(reserved);
    });

    test("an ordinary caller cannot write a static entity", async ({ user }) => {
      const isStatic = says(403, "Resource 'all_access' is static.");

      expect(await user.put("roles/all_access", { description: "x" })).toMatchObject(isStatic);
      expect(await user.delete("roles/all_access")).toMatchObject(isStatic);
      expect(await user.patch("roles", [add("/all_access/description", "x")])).toMatchObject(isStatic);
      expect(await user.patch("roles", [add("/all_access", { description: "x" })])).toMatchObject(isStatic);
    });

    test("is refused for naming a reserved entity beside a real change", async ({ user, fresh }) => {
      const name = fresh("internalusers");
      const { body } = await user.get("internalusers/kibanaserver");
      const { description } = (body as { kibanaserver: { description: string } }).kibanaserver;

      const answer = await user.patch("internalusers", [
        add(`/${name}`, { hash: "x" }),
        add("/kibanaserver/description", description),
      ]);

      expect(answer).toMatchObject(says(403, "Resource 'kibanaserver' is reserved."));
      expect(await user.get(`internalusers/${name}`)).toMatchObject({ status: 404 });
    });

    test("may name a reserved entity in a patch that changes nothing at all, since 2.16", async ({
      user,
    }) => {
      const { body } = await user.get("internalusers/kibanaserver");
      const { description } = (body as { kibanaserver: { description: string } }).kibanaserver;

      const answer = await user.patch("internalusers", [add("/kibanaserver/description", description)]);

      expect(answer).toMatchObject(
        since({
          "2.10": says(403, "Resource 'kibanaserver' is reserved."),
          "2.16": says(200, "No updates required"),
        }),
      );
    });

    test("may map a static role that has no mapping yet", async ({ user }) => {
      const { body } = await user.get("rolesmapping");
      expect(body).not.toHaveProperty("readall_and_monitor");

      const answer = await user.patch("rolesmapping", [add("/readall_and_monitor", { users: ["nobody"] })]);
      await user.delete("rolesmapping/readall_and_monitor");

      expect(answer).toMatchObject(says(200, "Resource updated."));
    });

    test("is not hindered by reserved entities that the patch does not name", async ({ user, fresh }) => {
      expect(
        await user.patch("internalusers", [add(`/${fresh("internalusers")}`, { hash: "x" })]),
      ).toMatchObject(says(200, "Resource updated."));
    });
  });

  describe("the admin certificate", () => {
    test("may write reserved entities and set the flag", async ({ certificate, user, fresh }) => {
      const name = fresh("roles");

      const created = await certificate.patch("roles", [
        add(`/${name}`, { description: "x", reserved: true }),
      ]);
      expect(created).toMatchObject(says(200, "Resource updated."));
      expect((await user.get(`roles/${name}`)).body).toMatchObject({ [name]: { reserved: true } });
      expect(await user.delete(`roles/${name}`)).toMatchObject(says(403, `Resource '${name}' is reserved.`));

      const changed = await certificate.patch("roles", [add(`/${name}/description`, "y")]);
      expect(changed).toMatchObject(says(200, "Resource updated."));
      expect((await user.get(`roles/${name}`)).body).toMatchObject({
        [name]: { reserved: true, description: "y" },
      });
      await certificate.delete(`roles/${name}`);
    });

    test("loses the flag by writing the whole entity without it", async ({ certificate, fresh }) => {
      const name = fresh("roles");
      await certificate.patch("roles", [add(`/${name}`, { description: "x", reserved: true })]);

      await certificate.patch("roles", [add(`/${name}`, { description: "x" })]);

      expect((await certificate.get(`roles/${name}`)).body).toMatchObject({ [name]: { reserved: false } });
    });

    test("the admin certificate may hide an entity, except on 2.11", async ({ certificate, fresh }) => {
      const name = fresh("roles");

      const answer = await certificate.patch("roles", [add(`/${name}`, { description: "x", hidden: true })]);
      await certificate.patch("roles", [remove(`/${name}`)]);

      expect(answer).toMatchObject(
        since<object>({
          "2.10": refuses("Invalid configuration", { invalid_keys: { keys: "hidden" } }),
          "2.19": says(200, "Resource updated."),
        }),
      );
    });

    test("the admin certificate cannot patch a static entity", async ({ certificate }) => {
      const answer = await certificate.patch("roles", [add("/all_access/description", "x")]);

      expect(answer).toMatchObject(refuses("Invalid configuration", { invalid_keys: { keys: "static" } }));
    });

    test("is told that a static entity was deleted, which it was not", async ({ certificate }) => {
      expect(await certificate.delete("roles/own_index")).toMatchObject(says(200, "'own_index' deleted."));
      expect((await certificate.get("roles/own_index")).body).toMatchObject({ own_index: { static: true } });
    });
  });

  describe.skipIf(since({ "2.10": true, "2.19": false }))("a hidden entity, to an ordinary caller,", () => {
    test("an ordinary caller sees no hidden entity, and cannot take its name", async ({
      certificate,
      user,
      fresh,
    }) => {
      const name = fresh("roles");
      await certificate.put(`roles/${name}`, { description: "x", hidden: true });
      const unavailable = says(404, `Resource '${name}' is not available.`);

      expect((await user.get("roles")).body).not.toHaveProperty(name);
      expect(await user.get(`roles/${name}`)).toMatchObject(says(404, `role '${name}' not found.`));
      expect(await user.patch("roles", [add(`/${name}`, { description: "mine" })])).toMatchObject(
        unavailable,
      );
      expect(await user.delete(`roles/${name}`)).toMatchObject(unavailable);
      expect((await certificate.get("roles")).body).toMatchObject({ [name]: { hidden: true } });
      await certificate.delete(`roles/${name}`);
    });
  });
}
