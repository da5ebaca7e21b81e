import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { folder } from "../../support/folder.ts";
import { osac } from "../../support/osac.ts";
import { skipsNode } from "../../support/real-cluster.ts";
import { borrowNode } from "../../server/node/borrow.ts";
import type { RunningNode } from "../../server/node/start.ts";

describe.skipIf(skipsNode("3.4.0"))("osac init of a real OpenSearch 3.4.0", () => {
  let node: RunningNode;
  beforeAll(async () => {
    node = await borrowNode({ version: "3.4.0" });
  });
  afterAll(() => node?.stop());

  test("leaves nothing to plan, as a user and with the admin certificate", async () => {
    const { url, caCert, adminCert, adminKey } = node;
    const cwd = await folder({ "ca.pem": caCert, "admin.pem": adminCert, "admin.key": adminKey });
    const reached = { OSAC_URL: url, OSAC_CA_CERT: "ca.pem" };
    const callers = {
      user: { OSAC_USERNAME: "admin", OSAC_PASSWORD: "admin" },
      certificate: { OSAC_CLIENT_CERT: "admin.pem", OSAC_CLIENT_KEY: "admin.key" },
    };
    for (const [name, caller] of Object.entries(callers)) {
      expect(await osac(["init", name], { cwd, env: { ...reached, ...caller } })).toMatchObject({ code: 0 });
      const settings = ["--config", `${name}/osac.yml`];
      const planned = await osac(["plan", name, ...settings, "--detailed-exitcode"], { cwd, env: caller });
      expect([name, planned.code, planned.err]).toEqual([name, 0, ""]);
    }
  });
});
