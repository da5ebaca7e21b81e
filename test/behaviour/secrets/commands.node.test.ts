import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { add } from "../../server/contract/answers.ts";
import { openCaller } from "../../server/contract/caller.ts";
import { skipsNode } from "../../support/real-cluster.ts";
import { cheapHash, cheapPassword } from "../../server/contract/suite.ts";
import { borrowNode } from "../../server/node/borrow.ts";
import type { RunningNode } from "../../server/node/start.ts";
import type { NodeVersion } from "../../server/node/versions.ts";
import { desk, makeFile, type Desk } from "../commands/saved.ts";

const certificate = { OSAC_CLIENT_CERT: "admin.pem", OSAC_CLIENT_KEY: "admin.key" };

/** One version is enough, because `test/server/contract` tests the required behaviour of all versions. */
describe.each<NodeVersion>(["3.4.0"])("with OpenSearch %s", (version) => {
  describe.skipIf(skipsNode(version))("what only a server knows", () => {
    let node: RunningNode;
    beforeAll(async () => {
      node = await borrowNode({ version });
    });
    afterAll(() => node?.stop());

    const openDesk = (files: Readonly<Record<string, string>>): Promise<Desk> =>
      desk(node, files, { RIGHT: cheapPassword, WRONG: "Wrong-Horse_7-Battery" });

    test("a login shows which passwords are right, and osac corrects a wrong one", async () => {
      const users = 'right: { password: "${env.RIGHT}" }\nwrong: { password: "${env.WRONG}" }';
      const own = await openDesk({ "internal_users.yml": makeFile("internalusers", users) });
      const { url, caCert, adminCert, adminKey } = node;
      const owner = openCaller(url, { caCert, cert: adminCert, key: adminKey });
      await owner.patch(
        "internalusers",
        ["right", "wrong"].map((name) => add(`/${name}`, { hash: cheapHash })),
      );
      await owner.close();

      const { out, err } = await own.osac(["plan", "security", "--verify-passwords"]);
      expect(err).toContain("1 right, 1 wrong, 0 unknown");
      expect(out).toContain("~ wrong");
      expect(out).not.toContain("~ right");
      expect(await own.osac(["apply", "security", "--verify-passwords", "--yes"])).toMatchObject({ code: 0 });
      const after = await own.osac(["drift", "security", "--verify-passwords"]);
      expect(after.err).toContain("2 right, 0 wrong, 0 unknown");
      expect(after.code).toBe(0);
    });

    test("that a write takes placeholders along is said before it, and true", async () => {
      const own = await openDesk({ "tenants.yml": makeFile("tenants", "declared: { description: one }") });
      const { url, caCert, adminCert, adminKey } = node;
      const owner = openCaller(url, { caCert, cert: adminCert, key: adminKey });
      await owner.patch("tenants", [add("/theirs", { description: "${env.OSAC_NOT_SET:-fallback}" })]);
      await owner.close();

      const seen = await own.osac(["plan", "security"], { env: certificate });
      expect(seen.err).toMatch(
        /^warning: tenants: .*: \$\{env\.OSAC_NOT_SET\} of theirs \[server-placeholders\]$/m,
      );
      const unseen = await own.osac(["apply", "security", "--yes"]);
      expect(unseen).toMatchObject({
        code: 0,
        err: expect.stringContaining("[server-placeholders-not-checked]"),
      });

      await own.write("tenants.yml", makeFile("tenants", "declared: { description: two }"));
      const again = await own.osac(["plan", "security"], { env: certificate });
      expect(again).toMatchObject({ code: 0, err: "" });
    });
  });
});
