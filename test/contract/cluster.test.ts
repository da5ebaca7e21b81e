import { readFileSync } from "node:fs";
import { describe } from "vitest";
import { openCaller } from "./caller.ts";
import { harmlessContract } from "./contract.ts";
import { type Cluster, contractSuite } from "./suite.ts";

/**
 * The harmless part against a cluster that somebody has already: `OSAC_TEST_URL`, `OSAC_TEST_USERNAME`,
 * `OSAC_TEST_PASSWORD` and, for an authority of one's own, `OSAC_TEST_CA_CERT` (a file).
 */
const {
  OSAC_TEST_URL: url,
  OSAC_TEST_USERNAME: user,
  OSAC_TEST_PASSWORD: password,
  OSAC_TEST_CA_CERT: ca,
} = process.env;

const cluster = url ? await connect(url) : undefined;
const suite = contractSuite(cluster?.version ?? "3.4.0", async () => {
  if (!cluster) throw new Error("OSAC_TEST_URL is not set");
  return cluster;
});

describe.skipIf(!cluster)("the cluster of OSAC_TEST_URL", () => harmlessContract(suite));

async function connect(address: string): Promise<Cluster> {
  const identity = {
    user: user ?? "admin",
    password: password ?? "",
    ...(ca && { caCert: readFileSync(ca, "utf8") }),
  };
  const caller = openCaller(address, identity);
  const { status, body } = await caller.get("/");
  await caller.close();
  if (status !== 200) throw new Error(`${address} answered ${status} to ${identity.user}`);
  const { version } = body as { version: { number: string } };
  return { ...identity, url: address, version: version.number, stop: async () => {} };
}
