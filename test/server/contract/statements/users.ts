import { describe, expect } from "vitest";
import { add, refuses, remove, says } from "../answers.ts";
import { securityPath, type Answer } from "../caller.ts";
import { storedDocument } from "../stored.ts";
import { cheapHash, cheapPassword, type Fixtures, type Suite } from "../suite.ts";

const strong = "kT9#wq_Lm2!vZx";

/** Hashes, passwords and whether one can log in with them. */
export function userStatements({ test, since }: Suite): void {
  describe("a new user", () => {
    test("logs in with the password of the hash that was sent", async ({ user, fresh, as }) => {
      const name = fresh("internalusers");
      await user.patch("internalusers", [add(`/${name}`, { hash: cheapHash, backend_roles: ["b"] })]);

      expect(await login(as, name, cheapPassword)).toMatchObject({
        status: 200,
        body: { user_name: name, backend_roles: ["b"] },
      });
      expect(await login(as, name, "wrong")).toMatchObject({ status: 401 });
    });

    test("logs in with the password that was sent", async ({ user, fresh, as }) => {
      const name = fresh("internalusers");
      await user.patch("internalusers", [add(`/${name}`, { password: strong })]);

      expect(await login(as, name, strong)).toMatchObject({ status: 200 });
    });

    test("may have a hash that is none, and then never logs in", async ({ user, fresh, as }) => {
      const name = fresh("internalusers");

      const answer = await user.patch("internalusers", [add(`/${name}`, { hash: "no hash" })]);

      expect(answer).toMatchObject(says(200, "Resource updated."));
      expect(await login(as, name, "no hash")).toMatchObject({ status: 401 });
    });

    test("may come without a password in a patch, but not in a PUT", async ({ user, fresh }) => {
      const [patched, put] = [fresh("internalusers"), fresh("internalusers")];

      expect(await user.patch("internalusers", [add(`/${patched}`, { description: "x" })])).toMatchObject(
        says(200, "Resource updated."),
      );
      expect(await user.put(`internalusers/${put}`, { description: "x" })).toMatchObject(
        says(400, "Please specify either 'hash' or 'password' when creating a new internal user."),
      );
    });

    test.for<[string, string]>([
      ["abc", "Weak password"],
      ["", "Password is too short"],
      ["x".repeat(101), "Password is too long"],
    ])("cannot have the password %j", async ([password, reason], { user, fresh }) => {
      const answer = await user.patch("internalusers", [add(`/${fresh("internalusers")}`, { password })]);

      expect(answer).toMatchObject(refuses(reason));
    });
  });

  describe("an existing user", () => {
    test("keeps the hash when a field is changed", async ({ user, fresh, as }) => {
      const name = fresh("internalusers");
      await user.patch("internalusers", [add(`/${name}`, { hash: cheapHash })]);

      await user.patch("internalusers", [add(`/${name}/description`, "changed")]);

      expect(await login(as, name, cheapPassword)).toMatchObject({ status: 200 });
    });

    test("keeps the hash when replaced without one, except by a patch on 2.11", async ({
      user,
      fresh,
      as,
    }) => {
      const name = fresh("internalusers");
      await user.patch("internalusers", [add(`/${name}`, { hash: cheapHash })]);

      await user.patch("internalusers", [add(`/${name}`, { description: "whole" })]);

      expect(await login(as, name, cheapPassword)).toMatchObject({
        status: since({ "2.10": 401, "2.19": 200 }),
      });
    });

    test("keeps the hash when replaced by PUT without one", async ({ user, fresh, as }) => {
      const name = fresh("internalusers");
      await user.patch("internalusers", [add(`/${name}`, { hash: cheapHash })]);

      await user.put(`internalusers/${name}`, { description: "whole" });

      expect(await login(as, name, cheapPassword)).toMatchObject({ status: 200 });
    });

    test("keeps the hash when it is removed, except on 2.11", async ({ user, fresh, as }) => {
      const name = fresh("internalusers");
      await user.patch("internalusers", [add(`/${name}`, { hash: cheapHash, description: "x" })]);

      await user.patch("internalusers", [remove(`/${name}/hash`)]);

      expect(await login(as, name, cheapPassword)).toMatchObject({
        status: since({ "2.10": 401, "2.19": 200 }),
      });
    });

    test("loses the login when the hash is set to an empty text", async ({ user, fresh, as }) => {
      const name = fresh("internalusers");
      await user.patch("internalusers", [add(`/${name}`, { hash: cheapHash, description: "x" })]);

      const answer = await user.patch("internalusers", [add(`/${name}/hash`, "")]);

      expect(answer).toMatchObject(says(200, "Resource updated."));
      expect(await login(as, name, cheapPassword)).toMatchObject({ status: 401 });
    });

    test("without a hash cannot be patched, except on 2.11", async ({ user, fresh }) => {
      const name = fresh("internalusers");
      await user.patch("internalusers", [add(`/${name}`, { description: "x" })]);

      const answer = await user.patch("internalusers", [add(`/${name}/description`, "y")]);

      expect(answer).toMatchObject(
        since<object>({ "2.10": says(200, "Resource updated."), "2.19": { status: 500 } }),
      );
    });
  });

  test("an attribute called password is shown as six asterisks since 2.13", async ({ user, fresh }) => {
    const name = fresh("internalusers");
    await user.patch("internalusers", [add(`/${name}`, { hash: "x", attributes: { other: "1" } })]);

    await user.put(`internalusers/${name}`, { hash: "x", attributes: { password: strong } });

    const { body } = await user.get(`internalusers/${name}`);
    expect(body).toMatchObject({
      [name]: { attributes: { password: since({ "2.10": strong, "2.13": "******" }) } },
    });
  });

  test("changing one's own password bakes the placeholders of all users", async ({
    user,
    certificate,
    fresh,
    as,
  }) => {
    const [name, other] = [fresh("internalusers"), fresh("internalusers")];
    await user.patch("internalusers", [
      add(`/${name}`, { hash: cheapHash }),
      add(`/${other}`, { hash: cheapHash, description: "${env.OSAC_NOT_SET:-fallback}" }),
    ]);
    expect(await storedDocument(certificate, "internalusers")).toContain("OSAC_NOT_SET");

    await as({ user: name, password: cheapPassword }).put("account", {
      current_password: cheapPassword,
      password: strong,
    });

    expect(await storedDocument(certificate, "internalusers")).not.toContain("OSAC_NOT_SET");
  });

  test("a placeholder is stored as written, shown resolved, and baked by the next write", async ({
    user,
    certificate,
    fresh,
  }) => {
    const name = fresh("tenants");
    await user.patch("tenants", [add(`/${name}`, { description: "${env.OSAC_NOT_SET:-fallback}" })]);
    expect((await user.get(`tenants/${name}`)).body).toMatchObject({ [name]: { description: "fallback" } });
    expect(await storedDocument(certificate, "tenants")).toContain("OSAC_NOT_SET");

    await user.patch("tenants", [add(`/${fresh("tenants")}`, { description: "other" })]);

    expect(await storedDocument(certificate, "tenants")).not.toContain("OSAC_NOT_SET");
  });
}

function login(as: Fixtures["as"], user: string, password: string): Promise<Answer> {
  return as({ user, password }).get(`${securityPath}/authinfo`);
}
