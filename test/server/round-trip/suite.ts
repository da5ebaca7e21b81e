import { afterAll, afterEach, beforeAll, describe } from "vitest";
import { type Caller, openCaller } from "../contract/caller.ts";
import { skipsNode } from "../../support/real-cluster.ts";
import { borrowNode } from "../node/borrow.ts";
import { type Documents, putDocuments, takeDocuments } from "../node/documents.ts";
import type { RunningNode } from "../node/start.ts";
import type { NodeVersion } from "../node/versions.ts";
import { corpusRoundTrips } from "./corpus-cases.ts";
import { laws } from "./laws.ts";
import { openRunners, type Runner, type Runners } from "./runs.ts";
import { shippedDirectory } from "./shipped.ts";

/** A real node that is as fresh as at its start whenever a test begins, and ways to call it. */
export interface Cluster {
  readonly version: NodeVersion;
  readonly asUser: Runner;
  readonly asCertificate: Runner;
  /** Raw requests of the user `admin`. */
  readonly user: Caller;
}

/** What goes in comes out: the whole tool against one real node. */
export function roundTrip(version: NodeVersion): void {
  describe.skipIf(skipsNode(version))(`OpenSearch ${version}`, () => {
    let node: RunningNode;
    let runners: Runners;
    let user: ReturnType<typeof openCaller>;
    let certificate: ReturnType<typeof openCaller>;
    let fresh: Documents;

    beforeAll(async () => {
      node = await borrowNode({ version });
      runners = await openRunners(node);
      const { caCert, adminCert: cert, adminKey: key } = node;
      user = openCaller(node.url, { caCert, user: node.user, password: node.password });
      certificate = openCaller(node.url, { caCert, cert, key });
      fresh = await takeDocuments(certificate);
    });
    afterEach(() => putDocuments(certificate, fresh));
    afterAll(async () => {
      await Promise.all([user?.close(), certificate?.close(), runners?.close()]);
      await node?.stop();
    });

    const cluster = (): Cluster => ({ version, user, ...runners });
    describe("the directory that the plugin ships", () => shippedDirectory(cluster));
    describe("directories as real teams write them", () => corpusRoundTrips(cluster));
    describe("laws", () => laws(cluster));
  });
}
