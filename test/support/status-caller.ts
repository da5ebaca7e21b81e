import type { Ran } from "./osac.ts";
import { run } from "./simulated-cluster.ts";
import type { Cluster } from "../server/contract/suite.ts";

/** Runs a command line with the admin certificate only, on a simulated or real server. */
export function asCertificate(
  { url, caCert = "", adminCert = "", adminKey = "" }: Cluster,
  argv: readonly string[],
  files: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const env = {
    OSAC_USERNAME: "",
    OSAC_PASSWORD: "",
    OSAC_CLIENT_CERT: "admin.pem",
    OSAC_CLIENT_KEY: "admin.key",
  };
  return run(argv, { url, caCert }, { env }, { "admin.pem": adminCert, "admin.key": adminKey, ...files });
}

/** Runs a command line as a user. */
export function asUser(
  { url, caCert = "" }: Cluster,
  name: string,
  password: string,
  argv: readonly string[],
  files: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const env = { OSAC_USERNAME: name, OSAC_PASSWORD: password };
  return run(argv, { url, caCert }, { env }, files);
}
