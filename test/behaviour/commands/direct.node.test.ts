import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { skipsNode } from "../../support/real-cluster.ts";
import { borrowNode } from "../../server/node/borrow.ts";
import type { RunningNode } from "../../server/node/start.ts";
import type { NodeVersion } from "../../server/node/versions.ts";
import { asCertificate } from "../../support/status-caller.ts";
import { directCommands } from "./direct.ts";

/** The fingerprint of the certificate on a new connection. */
async function shownBy({ url, caCert: ca }: RunningNode): Promise<string> {
  const { hostname: host, port } = new URL(url);
  const socket = connect({ host, port: Number(port), ca });
  await once(socket, "secureConnect");
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

describe.each<NodeVersion>(["2.11.1", "2.19.4", "3.4.0"])("with OpenSearch %s", (version) => {
  describe.skipIf(skipsNode(version))("the direct commands", () => {
    let node: RunningNode;
    beforeAll(async () => {
      node = await borrowNode({ version });
    });
    afterAll(() => node?.stop());

    directCommands(version, () => node);

    test("a certificate that was renewed on disk is shown to whoever connects after the reload", async () => {
      const before = await shownBy(node);
      const { fingerprint256: renewed } = new X509Certificate(await node.renewCertificate());
      expect(await shownBy(node)).toBe(before);

      const { code, out } = await asCertificate(node, ["certificates", "reload", "http", "--yes"]);

      expect(code).toBe(0);
      expect(out).toMatch(/CN=node-1,\S+ +\d{4}-\d\d-\d\d +7\d\d days left/);
      expect(await shownBy(node)).toBe(renewed);
    });
  });
});
