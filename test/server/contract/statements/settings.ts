import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect } from "vitest";
import { add, fails, refuses, remove, says } from "../answers.ts";
import { securityPath, type Answer } from "../caller.ts";
import { storedDocument } from "../stored.ts";
import { cheapHash, cheapPassword, type Fixtures, type Suite } from "../suite.ts";

/** The kinds that are settings rather than names: config, audit, nodesdn, allowlist. */
export function settingStatements({ test, since }: Suite): void {
  describe("securityconfig", () => {
    test("GET shows securityconfig with all its defaults", async ({ user }) => {
      expect(await user.get("securityconfig")).toMatchObject({
        status: 200,
        body: {
          config: {
            dynamic: {
              filtered_alias_mode: "warn",
              disable_rest_auth: false,
              disable_intertransport_auth: false,
              respect_request_indices_options: false,
              do_not_fail_on_forbidden: false,
              do_not_fail_on_forbidden_empty: false,
              multi_rolespan_enabled: true,
              hosts_resolver_mode: "ip-only",
              kibana: {
                multitenancy_enabled: true,
                private_tenant_enabled: true,
                default_tenant: "",
                server_username: "kibanaserver",
                index: ".kibana",
              },
              http: {
                anonymous_auth_enabled: false,
                xff: { enabled: false, remoteIpHeader: "X-Forwarded-For" },
              },
              auth_failure_listeners: {},
            },
          },
        },
      });
    });

    test("reads blanks as false and zero, and forgets zeros and empty texts at the next write", async ({
      user,
    }) => {
      const domain = {
        http_enabled: null,
        order: "",
        http_authenticator: { type: "basic", challenge: null },
        authentication_backend: { type: "noop" },
      };
      const listener = { type: "ip", time_window_seconds: 0, block_expiry_seconds: null };
      const listenerAt = "/config/dynamic/auth_failure_listeners/osac_test";

      await user.patch("securityconfig", [
        add("/config/dynamic/authc/osac_test", domain),
        add(listenerAt, listener),
        add("/config/dynamic/hosts_resolver_mode", ""),
      ]);
      const written = await user.get("securityconfig");
      await user.patch("securityconfig", [remove("/config/dynamic/authc/osac_test")]);
      const later = await user.get("securityconfig");
      await user.patch("securityconfig", [remove(listenerAt)]);

      expect(written.body).toMatchObject({
        config: {
          dynamic: {
            hosts_resolver_mode: "",
            authc: { osac_test: { http_enabled: false, order: 0, http_authenticator: { challenge: false } } },
            auth_failure_listeners: { osac_test: { time_window_seconds: 0, block_expiry_seconds: 0 } },
          },
        },
      });
      expect(later.body).toMatchObject({
        config: {
          dynamic: {
            hosts_resolver_mode: "ip-only",
            auth_failure_listeners: { osac_test: { time_window_seconds: 3600, block_expiry_seconds: 600 } },
          },
        },
      });
    });

    test("fills in the defaults of a new domain", async ({ user }) => {
      const domain = {
        http_authenticator: { type: "basic" },
        authentication_backend: { type: "noop" },
        http_enabled: false,
      };

      const answer = await user.patch("securityconfig", [add("/config/dynamic/authc/osac_test", domain)]);
      const { body } = await user.get("securityconfig");
      await user.patch("securityconfig", [remove("/config/dynamic/authc/osac_test")]);

      expect(answer).toMatchObject(says(200, "Resource updated."));
      expect(body).toMatchObject({
        config: {
          dynamic: {
            authc: {
              osac_test: {
                http_enabled: false,
                order: 0,
                http_authenticator: { challenge: true, type: "basic", config: {} },
                authentication_backend: { type: "noop", config: {} },
              },
            },
          },
        },
      });
    });

    test("has parents that are always there, so that a deep add is safe", async ({ user }) => {
      const path = "/config/dynamic/http/anonymous_auth_enabled";

      expect(await user.patch("securityconfig", [add(path, true)])).toMatchObject(
        says(200, "Resource updated."),
      );
      expect(await user.patch("securityconfig", [add(path, false)])).toMatchObject(
        says(200, "Resource updated."),
      );
    });

    test("refuses an unknown nested key with 500, and an unknown top key with 400", async ({ user }) => {
      expect(
        await user.patch("securityconfig", [add("/config/dynamic/kibana/sign_in_option", ["BASIC"])]),
      ).toMatchObject(fails(500));
      expect(await user.patch("securityconfig", [add("/config/dynamics", {})])).toMatchObject(
        refuses("Invalid configuration", { invalid_keys: { keys: "dynamics" } }),
      );
    });

    test("hides what is called password since 2.13, and keeps it when another field changes", async ({
      user,
      certificate,
    }) => {
      const config = { bind_dn: "cn=x", password: "bind-secret" };
      const domain = {
        http_enabled: false,
        http_authenticator: { type: "basic" },
        authentication_backend: { type: "ldap", config },
      };
      await user.patch("securityconfig", [add("/config/dynamic/authc/osac_test", domain)]);

      await user.patch("securityconfig", [add("/config/dynamic/authc/osac_test/description", "changed")]);
      const { body } = await user.get("securityconfig");
      const raw = await storedDocument(certificate, "config");
      await user.patch("securityconfig", [remove("/config/dynamic/authc/osac_test")]);

      const shown = since({ "2.10": "bind-secret", "2.13": "******" });
      expect(body).toMatchObject({
        config: {
          dynamic: { authc: { osac_test: { authentication_backend: { config: { password: shown } } } } },
        },
      });
      expect(raw).toContain("bind-secret");
    });

    test("drops null entries of free-form settings", async ({ user }) => {
      const config = { set: "x", unset: null };
      const domain = {
        http_enabled: false,
        http_authenticator: { type: "basic", config },
        authentication_backend: { type: "noop" },
      };
      await user.patch("securityconfig", [add("/config/dynamic/authc/osac_test", domain)]);

      const { body } = await user.get("securityconfig");
      await user.patch("securityconfig", [remove("/config/dynamic/authc/osac_test")]);

      expect(body).toMatchObject({
        config: { dynamic: { authc: { osac_test: { http_authenticator: { config: { set: "x" } } } } } },
      });
      expect(JSON.stringify(body)).not.toContain("unset");
    });

    test("takes no PUT of another entity, and no DELETE", async ({ user }) => {
      expect((await user.put("securityconfig/other", { dynamic: {} })).status).toBe(400);
      expect(await user.delete("securityconfig")).toMatchObject(fails(405));
    });
  });

  describe("auth_failure_listeners", () => {
    const listener = {
      allowed_tries: 2,
      time_window_seconds: 60,
      block_expiry_seconds: 1,
      max_blocked_clients: 10,
      max_tracked_clients: 10,
    };
    const listening = (settings: object) => [
      add("/config/dynamic/auth_failure_listeners", { osac_test: { ...listener, ...settings } }),
    ];
    const nobody = [add("/config/dynamic/auth_failure_listeners", {})];

    test("a wrong password is asked for again, and so is that of a blocked user", async ({
      user,
      fresh,
      as,
    }) => {
      const [name, other] = [fresh("internalusers"), fresh("internalusers")];
      await user.patch("internalusers", [
        add(`/${name}`, { hash: cheapHash }),
        add(`/${other}`, { hash: cheapHash }),
      ]);
      await user.patch("securityconfig", listening({ type: "username", authentication_backend: "intern" }));
      const asked = { status: 401, headers: { "www-authenticate": expect.stringMatching(/^Basic /) } };

      for (const password of ["wrong", "wrong", cheapPassword])
        expect(await login(as, name, password)).toMatchObject(asked);
      expect(await login(as, other, cheapPassword)).toMatchObject({ status: 200 });

      await user.patch("securityconfig", nobody);
      expect(await login(as, name, cheapPassword)).toMatchObject({ status: 200 });
    });

    test("a blocked address is not asked for a password any more, whoever calls from it", async ({
      user,
      certificate,
      fresh,
      as,
    }) => {
      const name = fresh("internalusers");
      await user.patch("internalusers", [add(`/${name}`, { hash: cheapHash })]);
      await user.patch("securityconfig", listening({ type: "ip" }));

      for (const password of ["wrong", "wrong"])
        expect((await login(as, name, password)).headers).toHaveProperty("www-authenticate");
      for (const answer of [await login(as, name, cheapPassword), await certificate.get("roles")]) {
        expect(answer).toMatchObject({ status: 401, body: "Authentication finally failed" });
        expect(answer.headers).not.toHaveProperty("www-authenticate");
      }
      await sleep(1_500);
      expect(await login(as, name, cheapPassword)).toMatchObject({ status: 200 });

      await user.patch("securityconfig", nobody);
    });
  });

  describe("audit", () => {
    test("GET shows the whole audit document", async ({ user }) => {
      expect(await user.get("audit")).toMatchObject({
        status: 200,
        body: {
          _readonly: [],
          config: {
            enabled: true,
            audit: {
              enable_rest: true,
              disabled_rest_categories: ["AUTHENTICATED", "GRANTED_PRIVILEGES"],
              ignore_users: ["kibanaserver"],
            },
            compliance: {
              enabled: true,
              internal_config: true,
              write_metadata_only: true,
              read_watched_fields: {},
            },
          },
        },
      });
    });

    test("shows categories in upper case and once", async ({ user }) => {
      const path = "/config/audit/disabled_rest_categories";

      await user.patch("audit", [add(path, ["authenticated", "AUTHENTICATED"])]);
      const { body } = await user.get("audit");
      await user.patch("audit", [add(path, ["AUTHENTICATED", "GRANTED_PRIVILEGES"])]);

      expect((body as { config: { audit: object } }).config.audit).toMatchObject({
        disabled_rest_categories: ["AUTHENTICATED"],
      });
    });

    test.for([
      ["/config/audit/disabled_rest_categories", ["NONSENSE"]],
      ["/config/audit/nonsense", true],
    ] as const)("refuses %s: %j", async ([path, value], { user }) => {
      expect(await user.patch("audit", [add(path, value as never)])).toMatchObject(
        refuses("Could not parse content of request."),
      );
    });

    test("audit refuses an unknown top key", async ({ user }) => {
      expect(await user.patch("audit", [add("/config/nonsense", true)])).toMatchObject(
        refuses("Invalid configuration", { invalid_keys: { keys: "nonsense" } }),
      );
    });

    test("forgets ignore_url_params, which 2.11 does not know", async ({ user }) => {
      const answer = await user.patch("audit", [add("/config/audit/ignore_url_params", ["token"])]);

      expect(answer.status).toBe(since({ "2.10": 400, "2.13": 200 }));
      expect(JSON.stringify((await user.get("audit")).body)).not.toContain("token");
    });
  });

  describe("nodesdn", () => {
    test("only the admin certificate may read nodesdn", async ({ certificate, user }) => {
      expect(await certificate.get("nodesdn")).toMatchObject({ status: 200 });
      expect(await user.get("nodesdn")).toMatchObject(says(403, "Access denied"));
      expect(await user.patch("nodesdn", [])).toMatchObject(says(403, "Access denied"));
    });

    test("nodesdn contains lists of names", async ({ certificate }) => {
      const path = "/osac-test-nodes";

      const answer = await certificate.patch("nodesdn", [add(path, { nodes_dn: ["CN=*.example.com"] })]);
      const { body } = await certificate.get("nodesdn");
      await certificate.patch("nodesdn", [remove(path)]);

      expect(answer).toMatchObject(says(200, "Resource updated."));
      expect(body).toEqual({ "osac-test-nodes": { nodes_dn: ["CN=*.example.com"] } });
    });
  });

  describe("allowlist", () => {
    test("only the admin certificate may read the allowlist", async ({ certificate, user }) => {
      expect(await certificate.get("allowlist")).toMatchObject({
        status: 200,
        body: { config: { enabled: false } },
      });
      expect(await user.get("allowlist")).toMatchObject(says(403, "Access denied"));
      expect(await user.patch("allowlist", [])).toMatchObject(says(403, "Access denied"));
    });

    test("shuts out every request that it does not list, but not the certificate's to the Security API", async ({
      certificate,
      user,
    }) => {
      await certificate.patch("allowlist", [add("/config/enabled", true)]);

      const shut = await user.get("roles");
      const open = await certificate.get("roles");
      await certificate.patch("allowlist", [add("/config/enabled", false)]);

      expect(shut).toMatchObject({
        status: 403,
        body: { error: "GET /_plugins/_security/api/roles API not allowlisted", status: "FORBIDDEN" },
      });
      expect(open.status).toBe(200);
      expect((await user.get("roles")).status).toBe(200);
    });

    test("refuses a method that does not exist with 500", async ({ certificate }) => {
      expect((await certificate.patch("allowlist", [add("/config/requests/~1x", ["GE"])])).status).toBe(500);
    });
  });
}

function login(as: Fixtures["as"], name: string, password: string): Promise<Answer> {
  return as({ user: name, password }).get(`${securityPath}/authinfo`);
}
