import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWriter } from "../../../src/cluster/client.ts";
import type { KindName } from "../../../src/model/kind-name.ts";
import type { Operation } from "../../../src/model/value.ts";
import { Secret } from "../../../src/secrets/secret.ts";
import { skipsNode } from "../../support/real-cluster.ts";
import { borrowNode } from "../../server/node/borrow.ts";
import type { RunningNode } from "../../server/node/start.ts";
import type { NodeVersion } from "../../server/node/versions.ts";
import { desk, makeFile, forge, type Desk } from "./saved.ts";

const certificate = { OSAC_CLIENT_CERT: "admin.pem", OSAC_CLIENT_KEY: "admin.key" };

const ldap = `
      reviewed:
        http_enabled: false
        order: 9
        http_authenticator: { type: basic, challenge: false }
        authentication_backend:
          type: ldap
          config: { hosts: ["localhost:1"], bind_dn: cn=reviewed, password: "\${env.BIND}" }
`.slice(1);

/** Four kinds with one new entity each. The numbers separate the entities of the tests. */
const listFiles = (number: number): Record<string, string> => ({
  "tenants.yml": makeFile("tenants", `t${number}: { description: Team }`),
  "roles.yml": makeFile(
    "roles",
    `r${number}:
  cluster_permissions: [cluster_monitor]
  index_permissions: [{ index_patterns: ["b-*", "a-*"], allowed_actions: [read] }]
  tenant_permissions: [{ tenant_patterns: [t${number}], allowed_actions: [kibana_all_read] }]`,
  ),
  "roles_mapping.yml": makeFile("rolesmapping", `r${number}: { users: [u${number}], backend_roles: [z, a] }`),
  "internal_users.yml": makeFile(
    "internalusers",
    `u${number}: { password: "\${env.PASSWORD}", attributes: { a: b } }`,
  ),
});

/** The oldest and the newest version: the contract suite tests the differences of versions. */
describe.each<NodeVersion>(["2.11.1", "3.4.0"])("with OpenSearch %s", (version) => {
  describe.skipIf(skipsNode(version))("a reviewed plan", () => {
    let node: RunningNode;
    beforeAll(async () => {
      node = await borrowNode({ version });
    });
    afterAll(() => node?.stop());

    /** Changes an entity as another client. */
    async function patch(kind: KindName, ...operations: Operation[]): Promise<void> {
      const { url, caCert, adminCert, adminKey } = node;
      const writer = openWriter({
        url,
        caCert,
        clientCert: adminCert,
        clientKey: new Secret(adminKey),
        insecure: false,
        timeoutMs: 60_000,
        apiPrefix: "_plugins/_security",
        proxy: {},
      });
      try {
        expect(await writer.patch(kind, operations)).toMatchObject({ status: 200 });
      } finally {
        await writer.close();
      }
    }

    const stage = (number: number, env = {}): Promise<Desk> =>
      desk(node, listFiles(number), { PASSWORD: "Reviewed-2025-pass!", ...env });

    test("has one id for a user and the certificate, and is applied once", async () => {
      const own = await stage(1);
      const { id } = await own.plan();
      const other = await stage(1, { PASSWORD: "Another-2025-pass!", ...certificate });
      expect((await other.plan()).id).toBe(id);

      const applied = await own.apply();
      expect(applied).toMatchObject({ code: 0, out: expect.stringContaining("Applied: 4 created") });
      const again = await own.apply();
      expect(again).toMatchObject({ code: 0, out: expect.stringContaining("Already applied:") });
      const byId = await own.osac(["apply", "security", "--yes", "--expect-plan", id]);
      expect(byId).toMatchObject({ code: 0, out: expect.stringContaining("Already applied:") });
    });

    test("is not applied to what moved, and says what moved", async () => {
      const own = await stage(2);
      await own.plan();
      expect(await own.apply()).toMatchObject({ code: 0 });
      await own.write("roles.yml", makeFile("roles", "r2: { cluster_permissions: [cluster_composite_ops] }"));
      await own.write("tenants.yml", makeFile("tenants", "t2: { description: Crew }"));
      const { id } = await own.plan();
      await patch("roles", { op: "add", path: "/r2/cluster_permissions", value: ["cluster_all"] });

      const { code, out, err } = await own.apply();
      expect(code).toBe(4);
      expect(err).toContain(
        "roles/r2: it changed in the cluster after the plan was made; nothing was written",
      );
      expect(out).toMatch(/- cluster_monitor\n +\+ cluster_all/);
      expect(await own.osac(["apply", "security", "--yes", "--expect-plan", id])).toMatchObject({ code: 4 });
      const { changes } = JSON.parse((await own.osac(["plan", "security", "--output", "json"])).out) as {
        changes: { name: string }[];
      };
      expect(changes.map(({ name }) => name)).toEqual(["t2", "r2"]);
    });

    test("is applied whatever moved elsewhere, even in the same kind", async () => {
      const own = await stage(3);
      const files = listFiles(3);
      await own.write("roles.yml", `${files["roles.yml"]}calm3: { description: Calm }\n`);
      expect(await own.osac(["apply", "security", "--yes"])).toMatchObject({ code: 0 });
      const later = files["roles.yml"]!.replace("cluster_monitor", "cluster_composite_ops");
      await own.write("roles.yml", `${later}calm3: { description: Calm }\n`);
      await own.plan();
      await patch("roles", { op: "add", path: "/calm3/description", value: "by hand" });

      const { code, err } = await own.apply();
      expect(err).toContain("1 other difference is left alone");
      expect(code).toBe(0);
      const { changes } = JSON.parse((await own.osac(["plan", "security", "--output", "json"])).out) as {
        changes: object[];
      };
      expect(changes).toMatchObject([{ name: "calm3", fields: [{ before: "by hand", after: "Calm" }] }]);
    });

    test("is refused on another cluster", async () => {
      const own = await stage(4);
      const saved = await own.plan();
      await forge(own, saved, { cluster: { ...saved.cluster, uuid: "another" } });
      const { code, err } = await own.apply();
      expect(code).toBe(4);
      expect(err).toContain(
        `(another), and osac is connected to ${saved.cluster.name} (${saved.cluster.uuid})`,
      );
    });

    test("the admin certificate saves and applies a plan of configuration with a redacted secret", async () => {
      const own = await desk(node, {}, { ...certificate, BIND: "bind-2025-secret" });
      expect(await own.osac(["export", "security", "--kinds", "config"])).toMatchObject({ code: 0 });
      const file = join(own.cwd, "security", "config.yml");
      const text = await readFile(file, "utf8");
      await writeFile(
        file,
        text.replace("\n    authc:\n", (line) => `${line}${ldap}`),
      );
      const saved = await own.plan();
      expect(saved.changes.map(({ kind }) => kind)).toEqual(["config"]);
      expect(JSON.stringify(saved)).toContain('{"$secret":"${env.BIND}"}');
      expect(JSON.stringify(saved)).not.toContain("bind-2025");

      expect(await own.apply()).toMatchObject({ code: 0 });
      expect(await own.apply()).toMatchObject({ code: 0, out: expect.stringContaining("Already applied:") });

      await own.plan("--set-secret", "config/dynamic/authc/reviewed/authentication_backend/config/password");
      await patch("config", {
        op: "add",
        path: "/config/dynamic/authc/reviewed/description",
        value: "by hand",
      });
      const { code, out } = await own.apply();
      expect(code).toBe(4);
      expect(out).toContain("by hand");
      expect(out).not.toMatch(/^\s*password\b/m);
    });
  });
});
