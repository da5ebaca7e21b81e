import { readFileSync } from "node:fs";
import { describe } from "vitest";
import { compareVersions, parseVersion } from "../../../src/value/version.ts";
import { type Identity, openCaller } from "./caller.ts";
import { harmlessContract } from "./contract.ts";
import { type Cluster, contractSuite, type Suite } from "./suite.ts";

/**
 * The harmless part against a cluster that somebody has already, of any version: `OSAC_TEST_URL`, `OSAC_TEST_USERNAME`,
 * `OSAC_TEST_PASSWORD`, and as files `OSAC_TEST_CA_CERT` for an authority of one's own, and `OSAC_TEST_ADMIN_CERT` with
 * `OSAC_TEST_ADMIN_KEY` to ask once more as the admin certificate.
 */
const {
  OSAC_TEST_URL: url,
  OSAC_TEST_USERNAME: user = "admin",
  OSAC_TEST_PASSWORD: password = "",
  OSAC_TEST_CA_CERT: ca,
  OSAC_TEST_ADMIN_CERT: cert,
  OSAC_TEST_ADMIN_KEY: key,
} = process.env;

const identity = { user, password, ...(ca && { caCert: toText(ca) }) };
const admin = cert && key ? { adminCert: toText(cert), adminKey: toText(key) } : undefined;
const version = url ? await oldestVersion(url, identity) : "3.4.0";

const asUser = suiteAs({});
const asCertificate = suiteAs({ ...admin });

describe.skipIf(!url)("the cluster of OSAC_TEST_URL", () => harmlessContract(asUser));
describe.skipIf(!url || !admin)("the same, as the admin certificate", () => harmlessContract(asCertificate));

function suiteAs(caller: Pick<Cluster, "adminCert" | "adminKey">): Suite {
  const isAdministrator = caller.adminCert !== undefined;
  const start = async (): Promise<Cluster> => ({
    ...identity,
    ...caller,
    isForeign: true,
    url: url!,
    version,
    stop: async () => {},
  });
  return contractSuite(version, start, { isAdministrator });
}

/** The answer to `GET /` may be a version that an administrator has made up for old clients. */
async function oldestVersion(address: string, caller: Identity): Promise<string> {
  const opened = openCaller(address, caller);
  const { status, body } = await opened.get("/_nodes/_all/version?filter_path=nodes.*.version");
  await opened.close();
  if (status !== 200) throw new Error(`${address} answered ${status} to ${caller.user}`);
  const { nodes } = body as { nodes: Record<string, { version: string }> };
  const versions = Object.values(nodes).map(({ version }) => version);
  return versions.toSorted((a, b) => compareVersions(parseVersion(a), parseVersion(b)))[0]!;
}

function toText(path: string): string {
  return readFileSync(path, "utf8");
}
