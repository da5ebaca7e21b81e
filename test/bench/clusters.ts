import { startSimulator } from "../../src/simulator/index.ts";
import { openCaller } from "../server/contract/caller.ts";
import type { Cluster } from "../server/contract/suite.ts";
import { missingForNode } from "../server/node/java.ts";
import { startNode } from "../server/node/start.ts";
import { putDocuments, takeDocuments, withEntities } from "../server/node/documents.ts";
import type { Files } from "../server/round-trip/directories.ts";
import { type Recorder, startRecorder } from "./recorder.ts";

/** A cluster behind a recorder, to which anything can be done behind its API's back. */
export interface BenchCluster {
  readonly recorder: Recorder;
  /** Makes it as fresh as it was at its start. */
  reset(): Promise<void>;
  /** Puts entities into a fresh cluster, without the cost that the API has. */
  seed(files: Files): Promise<void>;
  stop(): Promise<void>;
}

const version = "3.4.0";

/** The clusters that can run here, by name. */
export const clusters: Readonly<Record<string, () => Promise<BenchCluster>>> = {
  simulator: async () => opened(await startSimulator({ version })),
  ...(missingForNode(version)
    ? {}
    : { [`OpenSearch ${version}`]: async () => opened(await startNode({ version })) }),
};

async function opened(
  server: Required<Omit<Cluster, "prefix" | "mainVersion" | "isForeign">>,
): Promise<BenchCluster> {
  const { caCert, adminCert: cert, adminKey: key } = server;
  const certificate = openCaller(server.url, { caCert, cert, key });
  const fresh = await takeDocuments(certificate);
  const recorder = await startRecorder(server.url, caCert);
  return {
    recorder,
    reset: () => putDocuments(certificate, fresh),
    seed: async (files) => putDocuments(certificate, withEntities(await takeDocuments(certificate), files)),
    async stop() {
      await Promise.all([certificate.close(), recorder.stop()]);
      await server.stop();
    },
  };
}
