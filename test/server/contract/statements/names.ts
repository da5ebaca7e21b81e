import { describe, expect } from "vitest";
import { add, remove, says, token } from "../answers.ts";
import type { Suite } from "../suite.ts";

/** Which names an entity may have, and how they travel. */
export function nameStatements({ test, since }: Suite): void {
  describe("a role can be called", () => {
    test.for([
      "a/b",
      "t~x",
      "with blank",
      "trailing ",
      "100%",
      "%41",
      "?#",
      "=&",
      '"',
      "\\",
      "*+",
      "a:b",
      "42",
      "ü",
      "a.b",
    ])("%j", async (ending, { user, fresh }) => {
      const name = `${fresh()}${ending}`;

      const created = await user.patch("roles", [add(`/${token(name)}`, { description: "x" })]);
      const read = await user.get(`roles/${encodeURIComponent(name)}`);
      const deleted = await user.patch("roles", [remove(`/${token(name)}`)]);

      expect(created).toMatchObject(says(200, "Resource updated."));
      expect(read).toMatchObject({ status: 200, body: { [name]: { description: "x" } } });
      expect(deleted).toMatchObject(says(200, "Resource updated."));
      expect((await user.get("roles")).body).not.toHaveProperty([name]);
    });
  });

  test("names differ by case", async ({ user, fresh }) => {
    const name = fresh("tenants");
    await user.put(`tenants/${name}`, { description: "lower" });

    expect(await user.get(`tenants/${name.toUpperCase()}`)).toMatchObject({ status: 404 });
  });

  test("a user cannot have a colon in the name, which 2.11 checks in PUT only", async ({ user, fresh }) => {
    const name = `${fresh()}:b`;
    const restricted = says(
      400,
      expect.stringContaining("A restricted character(s) was detected in the account name"),
    );

    const put = await user.put(`internalusers/${encodeURIComponent(name)}`, { hash: "x" });
    const patched = await user.patch("internalusers", [add(`/${name}`, { hash: "x" })]);
    await user.patch("internalusers", [remove(`/${name}`)]);

    expect(put).toMatchObject(restricted);
    expect(patched).toMatchObject(since({ "2.10": says(200, "Resource updated."), "2.12": restricted }));
  });
}
