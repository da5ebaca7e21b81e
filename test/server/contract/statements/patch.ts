import { describe, expect } from "vitest";
import type { Json } from "../../../../src/model/value.ts";
import { add, fails, refuses, remove, replace, says } from "../answers.ts";
import type { Caller } from "../caller.ts";
import type { Suite } from "../suite.ts";

/** What a JSON patch means to the Security API. */
export function patchStatements({ test, since }: Suite): void {
  const noEffect = since({ "2.10": "Resource updated.", "2.16": "No updates required" });

  describe("a patch of a collection", () => {
    test("a patch of a collection adds a whole new entity", async ({ user, fresh }) => {
      const role = fresh("roles");

      const answer = await user.patch("roles", [add(`/${role}`, { description: "new" })]);

      expect(answer).toMatchObject(says(200, "Resource updated."));
      expect(await user.get(`roles/${role}`)).toMatchObject({
        status: 200,
        body: { [role]: { description: "new" } },
      });
    });

    test("replaces a whole entity by add, without merging", async ({ user, fresh }) => {
      const role = fresh("roles");
      await user.put(`roles/${role}`, { description: "old", cluster_permissions: ["cluster_monitor"] });

      await user.patch("roles", [add(`/${role}`, { description: "new" })]);

      const { body } = await user.get(`roles/${role}`);
      expect(body).toMatchObject({ [role]: { description: "new", cluster_permissions: [] } });
    });

    test("sets a field by add, whether it was there or not", async ({ user, fresh }) => {
      const role = fresh("roles");
      await user.put(`roles/${role}`, { cluster_permissions: ["cluster_monitor"] });

      const answer = await user.patch("roles", [
        add(`/${role}/description`, "set"),
        add(`/${role}/cluster_permissions`, []),
      ]);

      expect(answer).toMatchObject(says(200, "Resource updated."));
      const { body } = await user.get(`roles/${role}`);
      expect(body).toMatchObject({ [role]: { description: "set", cluster_permissions: [] } });
    });

    test("replaces a whole object field, so that other keys of it are gone", async ({ user, fresh }) => {
      const name = fresh("internalusers");
      await user.patch("internalusers", [add(`/${name}`, { hash: "none", attributes: { a: "1", b: "2" } })]);

      await user.patch("internalusers", [add(`/${name}/attributes`, { a: "3" })]);

      const { body } = await user.get(`internalusers/${name}`);
      expect(body).toMatchObject({ [name]: { attributes: { a: "3" } } });
      expect(JSON.stringify(body)).not.toContain('"b"');
    });

    test("appends to a list that holds something", async ({ user, fresh }) => {
      const role = fresh("roles");
      await user.put(`roles/${role}`, { cluster_permissions: ["cluster_monitor"] });

      await user.patch("roles", [add(`/${role}/cluster_permissions/-`, "cluster_all")]);

      const { body } = await user.get(`roles/${role}`);
      expect(body).toMatchObject({ [role]: { cluster_permissions: ["cluster_monitor", "cluster_all"] } });
    });

    test("a patch of a collection deletes an entity by remove", async ({ user, fresh }) => {
      const role = fresh("roles");
      await user.put(`roles/${role}`, { description: "short-lived" });

      expect(await user.patch("roles", [remove(`/${role}`)])).toMatchObject(says(200, "Resource updated."));
      expect(await user.get(`roles/${role}`)).toMatchObject(says(404, `role '${role}' not found.`));
    });

    test("removes a field, which then is at its default", async ({ user, fresh }) => {
      const role = fresh("roles");
      await user.put(`roles/${role}`, { description: "gone soon", cluster_permissions: ["cluster_monitor"] });

      await user.patch("roles", [remove(`/${role}/cluster_permissions`)]);

      const { body } = await user.get(`roles/${role}`);
      expect(body).toMatchObject({ [role]: { description: "gone soon", cluster_permissions: [] } });
    });

    test("the server applies a patch of a collection as a whole or not at all", async ({ user, fresh }) => {
      const good = fresh("roles");
      const bad = fresh("roles");

      const answer = await user.patch("roles", [
        add(`/${good}`, { description: "good" }),
        add(`/${bad}`, { descriptio: "bad" }),
      ]);

      expect(answer.status).toBe(400);
      expect(await user.get(`roles/${good}`)).toMatchObject({ status: 404 });
    });

    test("is answered with the first error only", async ({ user, fresh }) => {
      const [first, second] = [fresh("roles"), fresh("roles")];

      const answer = await user.patch("roles", [add(`/${first}`, { one: 1 }), add(`/${second}`, { two: 2 })]);

      expect(answer).toMatchObject(refuses("Invalid configuration", { invalid_keys: { keys: "one" } }));
      expect(JSON.stringify(answer.body)).not.toContain("two");
    });

    describe("checks its entities in the order in which they are named, so that one with an unknown field", () => {
      test.for<[string, Json]>([
        ["tenants", { description: "x" }],
        ["actiongroups", { allowed_actions: ["read"] }],
        ["roles", { description: "x" }],
        ["internalusers", { description: "x" }],
      ])("is refused last and hides nothing: %s", ([kind, entity], { user, fresh }) =>
        expectRefusedLast(user, kind, fresh(), entity),
      );

      test("is refused after references were looked up: rolesmapping", async ({ user, fresh }) => {
        const [role, unknown] = [fresh("roles"), fresh()];
        await user.put(`roles/${role}`, { description: "x" });
        const entity = add(`/${role}`, { users: ["u"] });

        const refused = await user.patch("rolesmapping", [
          entity,
          add(`/${unknown}`, { users: ["u"] }),
          probe,
        ]);

        expect(refused).toMatchObject(says(404, `role '${unknown}' not found.`));
        expect(await user.patch("rolesmapping", [entity, probe])).toMatchObject(lastRefused);
        expect(await user.get(`rolesmapping/${role}`)).toMatchObject({ status: 404 });
      });
    });

    test("that changes nothing is not written since 2.16, and says so", async ({ user, fresh }) => {
      const role = fresh("roles");
      await user.put(`roles/${role}`, { description: "same" });

      const answer = await user.patch("roles", [add(`/${role}/description`, "same")]);

      expect(answer).toMatchObject(says(200, noEffect));
    });
  });

  describe("the document that a patch meets has no field at its default", () => {
    const role = { cluster_permissions: ["cluster_monitor"] };

    test("so replace of such a field is refused", async ({ user, fresh }) => {
      const name = fresh("roles");
      await user.put(`roles/${name}`, role);

      const answer = await user.patch("roles", [replace(`/${name}/index_permissions`, [])]);

      expect(answer).toMatchObject(says(400, expect.stringContaining('Missing field "index_permissions"')));
    });

    test("and replace of another one works", async ({ user, fresh }) => {
      const name = fresh("roles");
      await user.put(`roles/${name}`, role);

      const answer = await user.patch("roles", [replace(`/${name}/cluster_permissions`, ["cluster_all"])]);

      expect(answer).toMatchObject(says(200, "Resource updated."));
    });

    test("so nothing can be appended to an empty list", async ({ user, fresh }) => {
      const name = fresh("roles");
      await user.put(`roles/${name}`, { ...role, tenant_permissions: [] });

      const answer = await user.patch("roles", [add(`/${name}/tenant_permissions/-`, {})]);

      expect(answer).toMatchObject(says(400, expect.stringContaining('Missing field "tenant_permissions"')));
    });

    test("and remove of such a field, or of an absent entity, is silent", async ({ user, fresh }) => {
      const name = fresh("roles");
      await user.put(`roles/${name}`, role);

      const answer = await user.patch("roles", [remove(`/${name}/description`), remove(`/${name}-absent`)]);

      expect(answer).toMatchObject(says(200, noEffect));
    });

    test("but remove below an absent entity is refused", async ({ user, fresh }) => {
      const name = fresh("roles");

      const answer = await user.patch("roles", [remove(`/${name}/description`)]);

      expect(answer).toMatchObject(says(400, expect.stringContaining(`Missing field "${name}"`)));
    });

    test("and so is add below an absent entity, and replace of one", async ({ user, fresh }) => {
      const name = fresh("roles");

      const added = await user.patch("roles", [add(`/${name}/description`, "x")]);
      const replaced = await user.patch("roles", [replace(`/${name}`, { description: "x" })]);

      for (const answer of [added, replaced]) {
        expect(answer).toMatchObject(says(400, expect.stringContaining(`Missing field "${name}"`)));
      }
    });
  });

  describe("a patch is refused", () => {
    test.for<Json>([[], {}, [{ path: "/x", value: {} }], "text"])(
      "when it is %j",
      async (patch, { user }) => {
        const answer = await user.patch("roles", patch);

        expect(answer.status).toBe(400);
      },
    );

    test("with plain words when it is empty", async ({ user }) => {
      expect(await user.patch("roles", [])).toMatchObject(says(400, "Wrong request body"));
    });

    test.for(["test", "move", "copy", "nonsense"])("when it says %s", async (op, { user, fresh }) => {
      const name = fresh("roles");
      await user.put(`roles/${name}`, { description: "x" });

      const answer = await user.patch("roles", [
        { op, path: `/${name}/description`, from: `/${name}/description`, value: "x" },
      ]);

      expect(answer).toMatchObject(says(400, expect.stringContaining(`Unsupported patch operation: ${op}.`)));
    });

    test("when an index is beyond the end of a list", async ({ user, fresh }) => {
      const name = fresh("roles");
      await user.put(`roles/${name}`, { cluster_permissions: ["cluster_monitor"] });

      const answer = await user.patch("roles", [add(`/${name}/cluster_permissions/9`, "x")]);

      expect(answer).toMatchObject(says(400, expect.stringContaining("Array index 9 out of bounds")));
    });

    test("when its path goes through a scalar", async ({ user, fresh }) => {
      const name = fresh("roles");
      await user.put(`roles/${name}`, { description: "x" });

      const answer = await user.patch("roles", [add(`/${name}/description/deeper`, "x")]);

      expect(answer).toMatchObject(says(400, expect.stringContaining("Cannot reference past scalar value")));
    });

    test("when a path does not start with a slash", async ({ user }) => {
      const answer = await user.patch("roles", [add("no-slash", {})]);

      expect(answer).toMatchObject(fails(400));
    });

    test("the server refuses a patch without a value", async ({ user, fresh }) => {
      const answer = await user.patch("roles", [{ op: "add", path: `/${fresh("roles")}` }]);

      expect(answer).toMatchObject(says(400, expect.stringContaining("missing 'value' field")));
    });

    test("the server refuses a patch that is no JSON", async ({ user }) => {
      const answer = await user.send("PATCH", "roles", "[{", { "content-type": "application/json" });

      expect(answer).toMatchObject(says(400, expect.stringContaining("Error in JSON patch")));
    });

    test("with 500 when a list has a name for an index", async ({ user, fresh }) => {
      const name = fresh("roles");
      await user.put(`roles/${name}`, { cluster_permissions: ["cluster_monitor"] });

      expect((await user.patch("roles", [add(`/${name}/cluster_permissions/foo`, "x")])).status).toBe(500);
    });
  });

  describe("a patch of one entity", () => {
    test("a patch of one entity has paths below the entity", async ({ user, fresh }) => {
      const name = fresh("roles");
      await user.put(`roles/${name}`, { description: "old" });

      const answer = await user.patch(`roles/${name}`, [add("/description", "new")]);

      expect(answer).toMatchObject(says(200, `'${name}' updated.`));
    });

    test("a patch of one entity fails if the entity does not exist", async ({ user, fresh }) => {
      const name = fresh("roles");

      const answer = await user.patch(`roles/${name}`, [add("/description", "new")]);

      expect(answer).toMatchObject(says(404, `role '${name}' not found.`));
    });
  });
}

/** What a patch may not do to the document as a whole; a server that allowed it would be emptied. */
export function documentStatements({ test }: Suite): void {
  test("an unknown field is refused last, and hides nothing: nodesdn", ({ certificate, fresh }) =>
    expectRefusedLast(certificate, "nodesdn", fresh(), { nodes_dn: ["CN=x"] }));

  test("the document's header cannot be changed", async ({ user }) => {
    const answer = await user.patch("roles", [add("/_meta/type", "tenants")]);

    expect(answer).toMatchObject(refuses("Invalid configuration", { invalid_keys: expect.anything() }));
  });

  test("the whole document cannot be replaced", async ({ user }) => {
    expect((await user.patch("roles", [add("", {})])).status).toBe(500);
  });
}

const probe = add("/osac_probe", { osac_probe: true });
const refusedFor = (keys: string): object => ({ status: 400, body: { invalid_keys: { keys } } });
const lastRefused = refusedFor("osac_probe");

async function expectRefusedLast(caller: Caller, kind: string, name: string, entity: Json): Promise<void> {
  expect(await caller.patch(kind, [add(`/${name}`, entity), probe])).toMatchObject(lastRefused);
  expect(await caller.patch(kind, [remove(`/${name}`), probe])).toMatchObject(lastRefused);
  expect(await caller.patch(kind, [add(`/${name}`, { colour: 1 }), probe])).toMatchObject(
    refusedFor("colour"),
  );
  expect(await caller.get(`${kind}/${name}`)).toMatchObject({ status: 404 });
}
