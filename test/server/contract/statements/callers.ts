import { describe, expect } from "vitest";
import { add, refuses, says } from "../answers.ts";
import { securityPath, type Caller } from "../caller.ts";
import { storedDocument } from "../stored.ts";
import { cheapHash, cheapPassword, type Fixtures, type Suite } from "../suite.ts";

/** How a caller finds out who it is and what it may do, and where the server misleads. */
export function callerStatements({ test, since }: Suite): void {
  const probed = [
    "internalusers",
    "roles",
    "rolesmapping",
    "actiongroups",
    "tenants",
    "securityconfig",
    "audit",
  ];

  describe("an empty patch", () => {
    test("is refused for its content where the caller may write", async ({ user, certificate }) => {
      for (const kind of probed)
        expect(await user.patch(kind, []), kind).toMatchObject(says(400, "Wrong request body"));
      for (const kind of [...probed, "nodesdn", "allowlist"]) {
        expect(await certificate.patch(kind, []), kind).toMatchObject(says(400, "Wrong request body"));
      }
    });

    test("is forbidden where the caller may not", async ({ user, fresh, as }) => {
      const caller = await newUser(user, fresh, as, []);

      for (const kind of probed) {
        const answer = await caller.patch(kind, []);
        expect(answer, kind).toMatchObject(
          says(403, expect.stringContaining("No permission to access REST API")),
        );
      }
    });
  });

  describe("permissionsinfo", () => {
    test("permissionsinfo says who may use the Security API", async ({ user, fresh, as }) => {
      const caller = await newUser(user, fresh, as, []);

      expect((await user.get("permissionsinfo")).body).toMatchObject({ has_api_access: true });
      expect((await caller.get("permissionsinfo")).body).toMatchObject({ has_api_access: false });
    });

    test("is wrong about the admin certificate", async ({ certificate }) => {
      expect((await certificate.get("permissionsinfo")).body).toMatchObject({ has_api_access: false });
    });
  });

  describe("whoami", () => {
    test("whoami recognizes the admin certificate", async ({ certificate }) => {
      expect((await certificate.get(`${securityPath}/whoami`)).body).toMatchObject({
        dn: expect.stringContaining("CN=admin"),
        is_admin: true,
      });
    });

    test("answers anybody, and knows no users", async ({ user, as }) => {
      const nobody = { status: 200, body: { dn: null, is_admin: false } };

      expect(await user.get(`${securityPath}/whoami`)).toMatchObject(nobody);
      expect(await as({}).get(`${securityPath}/whoami`)).toMatchObject(nobody);
    });

    test("whoami names an ordinary certificate", async ({ cluster, as }) => {
      const { clientCert: cert, clientKey: key } = cluster;
      const caller = as({ ...(cert && { cert }), ...(key && { key }) });

      expect((await caller.get(`${securityPath}/whoami`)).body).toMatchObject({
        dn: expect.stringContaining("CN=robot"),
        is_admin: false,
      });
    });
  });

  test("a certificate beside a user wins, even over a wrong password", async ({ cluster, as }) => {
    const { adminCert: cert = "", adminKey: key = "" } = cluster;

    const answer = await as({ cert, key, user: "nobody", password: "wrong" }).get("nodesdn");

    expect(answer.status).toBe(200);
  });

  test("authinfo tells the roles that a user has", async ({ user, fresh, as }) => {
    const caller = await newUser(user, fresh, as, ["security_rest_api_access"]);

    const { body } = await caller.get(`${securityPath}/authinfo`);

    expect((body as { roles: string[] }).roles).toContain("security_rest_api_access");
  });

  test("a user with access to the Security API alone learns neither version nor name of the cluster", async ({
    user,
    fresh,
    as,
  }) => {
    const caller = await newUser(user, fresh, as, ["security_rest_api_access"]);

    expect((await caller.get("roles")).status).toBe(200);
    expect(await caller.get("/")).toMatchObject({ status: 403 });
  });

  test("dashboardsinfo tells the password policy, which is none on a fresh node", async ({ user }) => {
    const { body } = await user.get(`${securityPath}/dashboardsinfo`);

    expect(body).toMatchObject({
      multitenancy_enabled: true,
      private_tenant_enabled: true,
      default_tenant: "",
    });
    expect(body).toHaveProperty("password_validation_regex");
  });

  test("health says that the plugin is up", async ({ user }) => {
    expect((await user.get(`${securityPath}/health`)).body).toMatchObject({ status: "UP", mode: "strict" });
  });

  describe("the index behind the API", () => {
    const document = "/.opendistro_security/_doc/tenants";

    test("shows the certificate the document as stored, with what a compare-and-swap needs", async ({
      certificate,
    }) => {
      expect(await certificate.get(document)).toMatchObject({
        status: 200,
        body: {
          found: true,
          _seq_no: expect.any(Number),
          _primary_term: 1,
          _source: { tenants: expect.any(String) },
        },
      });
    });

    test("shows a user nothing, as if nothing were there", async ({ user }) => {
      expect(await user.get(document)).toMatchObject({ status: 404, body: { found: false } });
      expect(await user.post("/.opendistro_security/_mget", { ids: ["tenants"] })).toMatchObject({
        status: 200,
        body: { docs: [{ _id: "tenants", found: false }] },
      });
    });

    test("shows the certificate several documents at once, also by a GET without a body", async ({
      certificate,
    }) => {
      const path = "/.opendistro_security/_mget";
      const ids = { ids: ["tenants", "roles"] };
      const source = `source=${encodeURIComponent(JSON.stringify(ids))}&source_content_type=application/json`;

      for (const answer of [await certificate.post(path, ids), await certificate.get(`${path}?${source}`)])
        expect(answer).toMatchObject({
          status: 200,
          body: {
            docs: [
              { _id: "tenants", found: true, _source: { tenants: expect.any(String) } },
              { _id: "roles", found: true, _source: { roles: expect.any(String) } },
            ],
          },
        });
    });

    test("the index behind the API holds the hashes", async ({ certificate, user, fresh }) => {
      await user.patch("internalusers", [add(`/${fresh("internalusers")}`, { hash: cheapHash })]);

      expect(await storedDocument(certificate, "internalusers")).toContain(cheapHash);
    });
  });

  describe("the cache of logins", () => {
    test("is flushed for whoever may use the Security API", async ({ user, certificate, as, fresh }) => {
      const stranger = await newUser(user, fresh, as, []);

      for (const caller of [user, certificate])
        expect(await caller.delete("cache")).toMatchObject(says(200, "Cache flushed successfully."));
      expect((await stranger.delete("cache")).status).toBe(403);
    });

    test("is flushed of one user, known or not, since 3.1", async ({ user }) => {
      const answer = await user.delete("cache/user/some%2Fbody");

      expect(answer).toMatchObject(
        since<object>({
          "2.10": { status: 400, body: { error: expect.stringContaining("no handler found for uri") } },
          "3.1": says(200, "Cache invalidated for user: some/body"),
        }),
      );
    });
  });

  describe("certificates", () => {
    test.for(["http", "transport"])(
      "of %s are reloaded for administrators",
      async (layer, { user, certificate }) => {
        const path = `ssl/${layer}/reloadcerts`;

        expect(await certificate.put(path)).toMatchObject({
          status: 200,
          body: { message: `updated ${layer} certs` },
        });
        expect(await user.put(path)).toMatchObject(says(403, "Access denied"));
      },
    );
  });

  describe("the account", () => {
    const next = "Sturdy-Horse_7-Batteries";

    test("changes its own password, which logs in at once", async ({ user, fresh, as }) => {
      const name = fresh("internalusers");
      await user.put(`internalusers/${name}`, { hash: cheapHash });
      const [old, renewed] = [cheapPassword, next].map((password) => as({ user: name, password }));

      const answer = await old!.put("account", { current_password: cheapPassword, password: next });

      expect(answer).toMatchObject(says(200, `'${name}' updated.`));
      expect((await renewed!.get(`${securityPath}/authinfo`)).body).toMatchObject({ user_name: name });
      expect((await old!.get(`${securityPath}/authinfo`)).status).toBe(401);
    });

    test("wants the current password, and one that the policy takes", async ({ user, fresh, as }) => {
      const caller = await newUser(user, fresh, as, []);

      const wrong = await caller.put("account", { current_password: "wrong", password: next });
      const weak = await caller.put("account", { current_password: cheapPassword, password: "weak" });
      const missing = await caller.put("account", { password: next });

      expect(wrong).toMatchObject(says(400, "Could not validate your current password."));
      expect(weak).toMatchObject(refuses("Weak password"));
      expect(missing).toMatchObject(
        refuses("Invalid configuration", { missing_mandatory_keys: { keys: "current_password" } }),
      );
    });

    test("of a reserved user cannot change it", async ({ cluster, as }) => {
      const { user, password } = cluster;

      const answer = await as({ user, password }).put("account", {
        current_password: password,
        password: next,
      });

      expect(answer).toMatchObject(says(403, `Resource '${user}' is reserved.`));
    });

    test("a certificate has no account", async ({ certificate }) => {
      expect((await certificate.get("account")).body).toMatchObject({ is_internal_user: false });
      expect(await certificate.put("account", { current_password: "x", password: next })).toMatchObject(
        says(404, expect.stringMatching(/^account 'CN=admin.*' not found\.$/)),
      );
    });
  });

  describe("configupdate", () => {
    const path = `${securityPath}/configupdate?config_types=tenants`;

    test("has every node load a document again", async ({ certificate }) => {
      expect(await certificate.put(path)).toMatchObject({
        status: 200,
        body: { configupdate_response: { node_size: 1, has_failures: false } },
      });
    });

    test("only the admin certificate may call configupdate", async ({ user }) => {
      expect((await user.put(path)).status).toBe(since({ "2.10": 403 }));
    });
  });

  test("of writes of one kind that overlap some are answered 409, and exactly the others are stored", async ({
    user,
    fresh,
  }) => {
    const names = Array.from({ length: 12 }, () => fresh("tenants"));

    const answers = await Promise.all(
      names.map((name) => user.patch("tenants", [add(`/${name}`, { description: "x" })])),
    );
    const { body } = await user.get("tenants");

    for (const [index, answer] of answers.entries()) {
      expect([200, 409]).toContain(answer.status);
      expect(Object.hasOwn(body as object, names[index] ?? "")).toBe(answer.status === 200);
      if (answer.status === 409) {
        expect(answer).toMatchObject(
          says(409, expect.stringContaining("[tenants]: version conflict, required seqNo")),
        );
      }
    }
    expect(answers.map(({ status }) => status)).toEqual(expect.arrayContaining([200, 409]));
  });
}

async function newUser(
  user: Caller,
  fresh: Fixtures["fresh"],
  as: Fixtures["as"],
  roles: string[],
): Promise<Caller> {
  const name = fresh("internalusers");
  await user.put(`internalusers/${name}`, { hash: cheapHash, opendistro_security_roles: roles });
  return as({ user: name, password: cheapPassword });
}
