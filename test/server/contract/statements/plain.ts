import { describe, expect } from "vitest";
import { legacyPath, securityPath } from "../caller.ts";
import type { Suite } from "../suite.ts";

/** What differs where the node ends no TLS itself, and under the prefix that the plugin had first. */
export function plainStatements({ test, since }: Suite): void {
  test("whoami needs TLS, whoever asks", async ({ user, as }) => {
    for (const caller of [user, as({})])
      expect(await caller.get(`${securityPath}/whoami`)).toMatchObject({
        status: 403,
        body: "No security data",
      });
  });

  test("authinfo names the caller", async ({ user }) => {
    expect(await user.get(`${legacyPath}/authinfo`)).toMatchObject({
      status: 200,
      body: { user_name: "contract", principal: null, peer_certificates: "0" },
    });
  });

  test("every node reports its version", async ({ user, cluster }) => {
    const { body } = await user.get("/_nodes/http?timeout=2s&filter_path=nodes.*.version");
    expect(Object.values((body as { nodes: object }).nodes)).toEqual([{ version: cluster.version }]);
  });

  describe("under the legacy prefix", () => {
    test.for(["health", "kibanainfo", "api/permissionsinfo", "api/account"])(
      "there is %s",
      async (route, { user }) => {
        expect(await user.get(`${legacyPath}/${route}`)).toMatchObject({
          status: 200,
          body: expect.any(Object),
        });
      },
    );

    test.for(["whoami", "dashboardsinfo", "api/allowlist", "api/certificates", "api/versions"])(
      "there is no %s",
      async (route, { user }) => {
        const answer = await user.get(`${legacyPath}/${route}`);
        expect(answer).toMatchObject({
          status: 400,
          body: { error: expect.stringContaining("no handler found") },
        });
      },
    );

    test("the certificates of the node that answers are for administrators", async ({ user }) => {
      expect((await user.get("ssl/certs")).status).toBe(403);
      expect((await user.put("ssl/http/reloadcerts")).status).toBe(403);
    });

    test("the nodes are told to load what is stored since 3.0", async ({ user }) => {
      const { status } = await user.put(`${legacyPath}/configupdate?config_types=tenants`);
      expect(status).toBe(since({ "2.10": 400, "3.0": 403 }));
    });
  });
}
