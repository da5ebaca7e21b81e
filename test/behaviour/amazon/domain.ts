import { afterEach, beforeEach, vi } from "vitest";
import { masterIdentity } from "../../../src/simulator/amazon/edge.ts";
import type { AwsIdentity, Simulator, SimulatorOptions } from "../../../src/simulator/index.ts";
import { folder } from "../../support/folder.ts";
import { osac, type Ran } from "../../support/osac.ts";
import { start } from "../../support/simulated-cluster.ts";

/** Makes the AWS SDK find these keys, and nothing else of this machine. */
export function useKeys({ accessKeyId, secretAccessKey, sessionToken }: Partial<AwsIdentity>): void {
  vi.stubEnv("AWS_ACCESS_KEY_ID", accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", secretAccessKey);
  vi.stubEnv("AWS_SESSION_TOKEN", sessionToken);
  vi.stubEnv("AWS_PROFILE", undefined);
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  vi.stubEnv("AWS_CONFIG_FILE", "/nowhere");
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere");
}

/** Each test of the file signs as the master of the domain, unless it says otherwise. */
export function signAsMaster(): void {
  beforeEach(() => useKeys(masterIdentity));
  afterEach(() => vi.unstubAllEnvs());
}

export const files: Readonly<Record<string, string>> = {
  "roles.yml": "_meta: {type: roles, config_version: 2}\nreader: {cluster_permissions: [cluster_monitor]}\n",
};

export async function startDomain(options: SimulatorOptions = {}): Promise<Simulator> {
  return start({ service: "amazon", ...options });
}

/** Runs a command line with signed requests, beside `files` by default. */
export async function run(
  domain: Simulator,
  argv: readonly string[],
  given: { readonly files?: Readonly<Record<string, string>>; readonly env?: Record<string, string> } = {},
): Promise<Ran> {
  const cwd = await folder({ ...(given.files ?? files), "ca.pem": domain.caCert });
  const env = {
    OSAC_URL: domain.url,
    OSAC_CA_CERT: "ca.pem",
    OSAC_AUTH: "sigv4",
    OSAC_AWS_REGION: "us-east-1",
    ...given.env,
  };
  return osac(argv, { cwd, env });
}
