import { describe, expect } from "vitest";
import type { Json } from "../../../../src/model/value.ts";
import { add, remove, says } from "../answers.ts";
import { securityPath } from "../caller.ts";
import type { Suite } from "../suite.ts";

/** Content that the server stores and then cannot load. Each statement repairs the cluster again. */
export function invalidConfigurationStatements({ test, since }: Suite): void {
  const notLoaded = says(500, expect.stringContaining("Failed node"));
  const fine = says(200, "Resource updated.");

  test("a regex that does not compile in a mapping is stored, and from then on every write fails", async ({
    user,
    certificate,
    fresh,
  }) => {
    const name = fresh("roles", "rolesmapping");
    const tenant = fresh("tenants");
    await user.put(`roles/${name}`, { description: "x" });

    const answer = await user.patch("rolesmapping", [add(`/${name}`, { users: ["/(/"] })]);
    const shown = await user.get(`rolesmapping/${name}`);
    const other = await user.patch("tenants", [add(`/${tenant}`, { description: "x" })]);
    const health = await user.get(`${securityPath}/health`);
    const reload = await certificate.put(`${securityPath}/configupdate?config_types=rolesmapping`);
    const recovered = await certificate.patch("rolesmapping", [remove(`/${name}`)]);
    const after = await user.patch("tenants", [add(`/${tenant}`, { description: "y" })]);

    expect(answer).toMatchObject(notLoaded);
    expect(shown).toMatchObject({ status: 200, body: { [name]: { users: ["/(/"] } } });
    expect(other).toMatchObject(notLoaded);
    expect(health.body).toMatchObject({ status: "UP" });
    expect(reload.body).toMatchObject({
      _nodes: { failures: [{ node_id: expect.any(String), caused_by: { reason: expect.any(String) } }] },
      configupdate_response: { has_failures: true },
    });
    expect(recovered).toMatchObject(fine);
    expect(after).toMatchObject(fine);
  });

  describe("a cluster stores, and cannot load,", () => {
    test.for([["users"], ["hosts"], ["backend_roles"], ["and_backend_roles"]])(
      "a bad regex in %s of a mapping",
      async ([list], { user, fresh }) => {
        const name = fresh("roles", "rolesmapping");
        await user.put(`roles/${name}`, { description: "x" });

        const answer = await user.patch("rolesmapping", [add(`/${name}`, { [list ?? ""]: ["/(/"] })]);
        const recovered = await user.patch("rolesmapping", [remove(`/${name}`)]);

        expect(answer).toMatchObject(notLoaded);
        expect(recovered).toMatchObject(fine);
      },
    );

    test.for<[string, Json]>([
      ["cluster_permissions", ["/(/"]],
      ["tenant_permissions", [{ tenant_patterns: ["/(/"], allowed_actions: ["kibana_all_read"] }]],
    ])("a bad regex in %s of a role, before 3", async ([field, value], { user, fresh }) => {
      const name = fresh("roles");

      const answer = await user.patch("roles", [add(`/${name}`, { [field]: value })]);
      const recovered = await user.patch("roles", [remove(`/${name}`)]);

      expect(answer).toMatchObject(since({ "2.10": notLoaded, "3.0": fine }));
      expect(recovered).toMatchObject(fine);
    });

    test.for<[string, Json]>([
      ["that allows no try", { type: "ip", allowed_tries: -1 }],
      ["of an unknown type", { type: "nonsense" }],
    ])("a failure listener %s", async ([, listener], { user }) => {
      const path = "/config/dynamic/auth_failure_listeners/osac_test";

      const answer = await user.patch("securityconfig", [add(path, listener)]);
      const recovered = await user.patch("securityconfig", [remove(path)]);

      expect(answer).toMatchObject(notLoaded);
      expect(recovered).toMatchObject(fine);
    });

    test("a signing key that is too short, where there are any", async ({ user }) => {
      const path = "/config/dynamic/on_behalf_of";

      const answer = await user.patch("securityconfig", [
        add(path, { enabled: true, signing_key: "c2hvcnQ=", encryption_key: "c2hvcnQ=" }),
      ]);
      if (answer.status === 500) await user.patch("securityconfig", [add(path, { enabled: false })]);

      expect(answer).toMatchObject({ status: 500 });
    });
  });

  describe("a cluster loads", () => {
    test("a bad DLS, a bad index pattern, an unknown authenticator", async ({ user, fresh }) => {
      const role = {
        index_permissions: [{ index_patterns: ["/(/"], dls: "no json", allowed_actions: ["read"] }],
      };
      const domain = {
        http_authenticator: { type: "nonsense" },
        authentication_backend: { type: "nonsense" },
      };

      expect(await user.patch("roles", [add(`/${fresh("roles")}`, role)])).toMatchObject(fine);
      expect(
        await user.patch("securityconfig", [add("/config/dynamic/authc/osac_test", domain)]),
      ).toMatchObject(fine);
      expect(await user.patch("securityconfig", [remove("/config/dynamic/authc/osac_test")])).toMatchObject(
        fine,
      );
    });
  });
}
