import { expect, test } from "vitest";
import { start, writes } from "../../support/simulated-cluster.ts";
import { asCertificate, asUser } from "../../support/status-caller.ts";

const domain = (order: number, type: string, config: { [name: string]: string }) => ({
  http_enabled: true,
  order,
  http_authenticator: { type: "basic", challenge: order === 0 },
  authentication_backend: { type, config },
});

const file = (password: string): Record<string, string> => ({
  "config.yml": `_meta: { type: config, config_version: 2 }
config:
  dynamic:
    authc:
      basic: { http_enabled: true, order: 0, http_authenticator: { type: basic, challenge: true }, authentication_backend: { type: intern } }
      ldap:
        http_enabled: true
        order: 1
        http_authenticator: { type: basic, challenge: false }
        authentication_backend: { type: ldap, config: { bind_dn: cn=osac, password: '${password}' } }
`,
});

/** A cluster that uses this password for its LDAP bind. */
async function bound(password: string) {
  const authc = {
    basic: domain(0, "intern", {}),
    ldap: domain(1, "ldap", { bind_dn: "cn=osac", password }),
  };
  return start({ environment: {}, documents: { config: { config: { dynamic: { authc } } } } });
}

const argv = ["plan", "--kinds", "config", "--output", "json", "--allow-lockout-risk"];

test("the admin certificate compares a bind password exactly: an equal one is no change, and osac compares it", async () => {
  const simulator = await bound("binds-2025-osac");
  const { code, out } = await asCertificate(simulator, argv, file("binds-2025-osac"));
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ changes: [], notCompared: [] });
});

test("another one is a change that shows neither, and is written once", async () => {
  const simulator = await bound("binds-2025-osac");
  const { out } = await asCertificate(simulator, argv, file("binds-2026-osac"));
  expect(JSON.parse(out).changes).toMatchObject([{ action: "update", kind: "config", name: "config" }]);
  expect(out).not.toMatch(/binds-2025|binds-2026/);
  const flags = ["apply", "--yes", "--kinds", "config"];
  expect(await asCertificate(simulator, flags, file("binds-2026-osac"))).toMatchObject({ code: 0 });
  expect(await asCertificate(simulator, flags, file("binds-2026-osac"))).toMatchObject({ code: 0 });
  expect(writes(simulator)).toHaveLength(1);
});

test("a user, and a placeholder that the nodes fill in, prevent a comparison", async () => {
  const simulator = await bound("binds-2025-osac");
  const asked = await asUser(simulator, "admin", "admin", argv, file("binds-2026-osac"));
  expect(JSON.parse(asked.out)).toMatchObject({ changes: [], notCompared: [{ kind: "config" }] });
  const placed = await bound("${env.BIND_PASSWORD}");
  const { out } = await asCertificate(placed, argv, file("binds-2026-osac"));
  expect(JSON.parse(out)).toMatchObject({ changes: [], notCompared: [{ kind: "config" }] });
});
