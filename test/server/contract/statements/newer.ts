import { describe, expect } from "vitest";
import type { Json } from "../../../../src/model/value.ts";
import { add, refuses, remove, says, token } from "../answers.ts";
import { cheapHash, cheapPassword, type Suite } from "../suite.ts";

const fine = says(200, "Resource updated.");
const unparsable = refuses("Could not parse content of request.");

/** Texts and names that are too long for some servers. */
export function lengthStatements({ test, since }: Suite): void {
  test.for<[number, object]>([
    [256, fine],
    [257, since<object>({ "2.10": fine, "3.8": tooLong(256), "3.9": fine })],
    [4097, since<object>({ "2.10": fine, "3.8": tooLong(256), "3.9": tooLong(4096) })],
  ])("a text of %i characters", async ([length, answer], { user, fresh }) => {
    const query = `{"term":{"owner":"${"x".repeat(length - 21)}"}}`.padEnd(length);
    const role = { index_permissions: [{ index_patterns: ["a"], allowed_actions: ["read"], dls: query }] };

    expect(await user.patch("roles", [add(`/${fresh("roles")}`, role)])).toMatchObject(answer);
  });

  test("a name of 257 characters is refused by PUT since 3.8, and never by PATCH", async ({
    user,
    fresh,
  }) => {
    const name = fresh().padEnd(257, "x");

    const put = await user.put(`roles/${name}`, { description: "x" });
    const patched = await user.patch("roles", [add(`/${name}`, { description: "y" })]);
    await user.patch("roles", [remove(`/${name}`)]);

    expect(put.status).toBe(since({ "2.10": 201, "3.8": 400 }));
    expect(patched).toMatchObject(fine);
  });
}

function tooLong(most: number): object {
  return refuses(`String value exceeds the maximum allowed length of ${most} characters`);
}

/** A name whose escapes a server reads otherwise is stored under another one. */
export function escapeStatements({ test, since }: Suite): void {
  test.for([
    ["~1z", since({ "2.10": "/z", "3.7": "~1z" })],
    ["~0z", since({ "2.10": "~z", "3.7": "~0z" })],
    ["~2z", since({ "2.10": "~2z", "3.7": "=z" })],
  ] as const)("the name x%s is stored as x%s", async ([asked, stored], { user, fresh }) => {
    const stem = fresh();

    const created = await user.patch("tenants", [add(`/${token(stem + asked)}`, { description: "x" })]);
    const { body } = await user.get("tenants");
    const removed = await user.patch("tenants", [remove(`/${token(stem + stored)}`)]);
    const rest = await user.get("tenants");

    expect(created).toMatchObject(fine);
    expect(Object.keys(body as object).filter((name) => name.startsWith(stem))).toEqual([stem + stored]);
    expect(removed).toMatchObject(fine);
    expect(Object.keys(rest.body as object).filter((name) => name.startsWith(stem))).toEqual([]);
  });
}

/** Settings of audit and config that newer servers have, or read otherwise. */
export function newerSettingStatements({ test, since }: Suite): void {
  const isOlderThan = (version: string): boolean => since({ "2.10": true, [version]: false });
  const lists = "/config/audit";

  describe("audit", () => {
    test.for<[string, Json, unknown]>([
      ["disabled_rest_categories", ["NONE"], since({ "2.10": unparsable, "3.6": fine })],
      ["disabled_rest_categories", ["CLUSTER_SETTINGS_CHANGED"], unparsable],
      [
        "disabled_transport_categories",
        ["CLUSTER_SETTINGS_CHANGED"],
        since({ "2.10": unparsable, "3.8": fine }),
      ],
      ["disabled_rest_categories", ["API_TOKEN_WRITE"], unparsable],
      ["disabled_transport_categories", ["REQUEST_AUDIT"], unparsable],
      ["disabled_transport_categories", ["COMPLIANCE_DOC_READ"], unparsable],
      ["disabled_categories", ["COMPLIANCE_DOC_READ"], since({ "2.10": unparsable, "3.8": fine })],
      ["disabled_categories", ["REQUEST_AUDIT"], since({ "2.10": unparsable, "3.8": fine })],
      ["body_logging_exclusions", ["/(/"], unparsable],
    ])("%s: %j", async ([field, value, answer], { user }) => {
      expect(await user.patch("audit", [add(`${lists}/${field}`, value)])).toMatchObject(answer as object);
      await user.patch("audit", [remove(`${lists}/${field}`)]);
    });

    test("ignore_users: [NONE] is nobody since 3.6, and a user of that name before", async ({ user }) => {
      await user.patch("audit", [add(`${lists}/ignore_users`, ["NONE"])]);
      const { body } = await user.get("audit");
      await user.patch("audit", [add(`${lists}/ignore_users`, ["kibanaserver"])]);

      const stored = since<string[]>({ "2.10": ["NONE"], "3.6": [] });
      expect(body).toMatchObject({ config: { audit: { ignore_users: stored } } });
    });

    test.skipIf(isOlderThan("3.9"))(
      "a text in the place of a list of actions is cut at its commas",
      async ({ user }) => {
        await user.patch("audit", [add(`${lists}/action_groups`, { a: "x, y" })]);
        const { body } = await user.get("audit");
        await user.patch("audit", [add(`${lists}/action_groups`, {})]);

        expect(body).toMatchObject({ config: { audit: { action_groups: { a: ["x", "y"] } } } });
      },
    );
  });

  describe("config", () => {
    test("a listener's zero is kept until the next write of any other setting", async ({ user }) => {
      const path = "/config/dynamic/auth_failure_listeners";
      const other = "/config/dynamic/do_not_fail_on_forbidden";
      const shown = async (): Promise<unknown> =>
        ((await user.get("securityconfig")).body as { config: { dynamic: { auth_failure_listeners: Json } } })
          .config.dynamic.auth_failure_listeners;

      await user.patch("securityconfig", [add(path, { a: { type: "ip", block_expiry_seconds: 0 } })]);
      const stored = await shown();
      await user.patch("securityconfig", [add(other, true)]);
      const later = await shown();
      await user.patch("securityconfig", [add(path, {}), add(other, false)]);

      expect(stored).toMatchObject({ a: { block_expiry_seconds: 0 } });
      expect(later).toMatchObject({ a: { block_expiry_seconds: 600 } });
    });

    test.skipIf(isOlderThan("3.7"))(
      "no more than 1000 API tokens may exist, and zero is a number",
      async ({ user }) => {
        const path = "/config/dynamic/api_tokens";
        await user.patch("securityconfig", [add(path, { max_tokens: 5000, max_duration_seconds: 0 })]);
        const { body } = await user.get("securityconfig");
        await user.patch("securityconfig", [add(path, {})]);

        expect(body).toMatchObject({
          config: { dynamic: { api_tokens: { max_tokens: 1000, max_duration_seconds: 0 } } },
        });
      },
    );

    test("a signing key alone that is too short cannot be loaded since 3.6", async ({ user }) => {
      const path = "/config/dynamic/on_behalf_of";
      // 2.11 does not know these settings.
      const answers = { "2.10": 500, "2.12": 200, "3.6": 500 };

      const answer = await user.patch("securityconfig", [
        add(path, { enabled: false, signing_key: "c2hvcnQ=" }),
      ]);
      if (isOlderThan("2.12")) expect(answer.status).toBe(500);
      else await user.patch("securityconfig", [add(path, { enabled: false })]);

      expect(answer.status).toBe(since(answers));
    });
  });
}

/** What a role is worth that holds something broken. */
export function brokenRoleStatements({ test, since }: Suite): void {
  test("a broken regular expression among actions takes the whole role away since 3.6", async ({
    certificate,
    fresh,
    as,
  }) => {
    const name = fresh("internalusers", "rolesmapping", "roles");
    const role = {
      cluster_permissions: ["cluster:monitor/main"],
      index_permissions: [{ index_patterns: ["a"], allowed_actions: ["read", "/(/"] }],
    };
    await certificate.patch("roles", [add(`/${name}`, role)]);
    await certificate.patch("internalusers", [add(`/${name}`, { hash: cheapHash })]);
    await certificate.patch("rolesmapping", [add(`/${name}`, { users: [name] })]);

    const { status } = await as({ user: name, password: cheapPassword }).get("/");

    expect(status).toBe(since({ "2.10": 200, "3.6": 403 }));
  });

  test("every user may use own_index until 3.8", async ({ certificate }) => {
    const { body } = await certificate.get("rolesmapping");
    expect(Object.hasOwn(body as object, "own_index")).toBe(since({ "2.10": true, "3.8": false }));
  });
}
