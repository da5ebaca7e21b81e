import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { osac, type Ran } from "../../support/osac.ts";
import { skipsNode } from "../../support/real-cluster.ts";
import { borrowNode } from "../../server/node/borrow.ts";
import type { RunningNode } from "../../server/node/start.ts";
import type { NodeVersion } from "../../server/node/versions.ts";
import { leastRightsSettings } from "./least-rights.ts";
import { type Run, tokenTests } from "./oidc.ts";

const examples = join(import.meta.dirname, "../../../examples");
const passwords = { "osac-plan": "Reads-2025-only!", "osac-apply": "Writes-2025-too!" };
describe.each<NodeVersion>(["2.11.1", "2.19.4", "3.4.0"])("with OpenSearch %s", (version) => {
  describe.skipIf(skipsNode(version))("the example of least rights", () => {
    let node: RunningNode;
    let folder: string;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "osac-rights-"));
      node = await borrowNode({ version, ...(await leastRightsSettings()) });
      await writeFile(join(folder, "ca.pem"), node.caCert);
      await writeFile(join(folder, "admin.pem"), node.adminCert);
      await writeFile(join(folder, "admin.key"), node.adminKey);
      const ran = await run(login("admin", "admin"), ["apply", "least-rights", "--yes"]);
      expect(ran.err).not.toContain("error:");
      expect(ran.code).toBe(0);
    });
    afterAll(async () => {
      await node?.stop();
      await rm(folder, { recursive: true });
    });

    const run: Run = async (caller, argv) => {
      const env = {
        ...caller,
        OSAC_URL: node.url,
        OSAC_CA_CERT: join(folder, "ca.pem"),
        PLAN_USER_PASSWORD: passwords["osac-plan"],
        APPLY_USER_PASSWORD: passwords["osac-apply"],
        SHIPPER_PASSWORD: "Ships-2025-logs!",
      };
      return osac(argv, { env, cwd: examples });
    };

    const as = (user: keyof typeof passwords, ...argv: string[]): Promise<Ran> =>
      run(login(user, passwords[user]), argv);

    test("lets osac-plan plan, and refuses what it would write before anything is written", async () => {
      const planned = await as("osac-plan", "plan", "minimal", "--detailed-exitcode");
      expect(planned).toMatchObject({ code: 2 });
      expect(planned.out).toContain("6 to create");
      expect(planned.out).toContain(`(${version})`);

      const refused = await as("osac-plan", "apply", "minimal", "--yes");
      expect(refused.code).toBe(7);
      expect(refused.err).toContain("nothing was written");

      const after = await as("osac-plan", "plan", "minimal");
      expect(after.out).toContain("6 to create");
    });

    test("leaves osac-plan no kind to write", async () => {
      const status = await as("osac-plan", "status", "--output", "json");
      const { kinds } = JSON.parse(status.out) as { kinds: { writable: boolean }[] };
      expect(kinds).toHaveLength(9);
      expect(kinds.filter(({ writable }) => writable)).toEqual([]);
    });

    test("lets osac-apply write what osac-plan planned", async () => {
      const applied = await as("osac-apply", "apply", "minimal", "--yes");
      expect(applied).toMatchObject({ code: 0 });
      expect(await as("osac-plan", "plan", "minimal", "--detailed-exitcode")).toMatchObject({ code: 0 });
    });

    // This test comes last, because it gives the two roles to tokens instead.
    describe("and the example of logins without a stored secret", () => {
      tokenTests(run, () => ({
        ...login("admin", "admin"),
        OSAC_RECOVERY_CERT: join(folder, "admin.pem"),
        OSAC_RECOVERY_KEY: join(folder, "admin.key"),
      }));
    });
  });
});

function login(username: string, password: string): Record<string, string> {
  return { OSAC_USERNAME: username, OSAC_PASSWORD: password };
}
