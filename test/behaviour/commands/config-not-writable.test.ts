import { expect, test } from "vitest";
import type { Simulator } from "../../../src/simulator/index.ts";
import { run, start } from "../../support/simulated-cluster.ts";

/** The config of the cluster with one different switch. */
function changedConfig(simulator: Simulator): string {
  const { config } = simulator.stored("config") as { config: { dynamic: object } };
  const dynamic = { ...config.dynamic, do_not_fail_on_forbidden: true };
  return JSON.stringify({ _meta: { type: "config", config_version: 2 }, config: { dynamic } });
}

test.each(["the administrator", "the admin certificate"])(
  "config that the server does not let anybody change: the reason is its setting, also as %s",
  async (caller) => {
    const simulator = await start({ allowSecurityConfig: false });
    const before = simulator.stored("config");
    const { adminCert, adminKey } = simulator;
    const isCertificate = caller === "the admin certificate";
    const env: Record<string, string> = isCertificate
      ? { OSAC_USERNAME: "", OSAC_PASSWORD: "", OSAC_CLIENT_CERT: "admin.pem", OSAC_CLIENT_KEY: "admin.key" }
      : {};
    const files = { "config.yml": changedConfig(simulator), "admin.pem": adminCert, "admin.key": adminKey };
    const argv = ["apply", "--yes", "--kinds", "config", "--allow-lockout-risk"];

    const { code, err } = await run(argv, simulator, { env }, files);

    expect(code).toBe(7);
    const words = err.replaceAll(/\s+/g, " ");
    expect(words).toContain("a server setting must allow changes by REST");
    expect(words).toContain("even the admin certificate is refused");
    expect(words).toContain("allow_securityconfig_modification: true");
    expect(words).not.toContain("only REST administrators may use it");
    expect(simulator.stored("config")).toEqual(before);
  },
);
