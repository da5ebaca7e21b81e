import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folder } from "../../support/folder.ts";
import { osac } from "../../support/osac.ts";
import { start } from "../../support/simulated-cluster.ts";
import { check, lacks } from "./checkers.ts";

const rules = join(import.meta.dirname, "../../../examples/prometheus/osac.rules.yml");

describe.skipIf(lacks("promtool"))("promtool", () => {
  test("takes the metrics, of a check that succeeded and of one that failed", async () => {
    const simulator = await start();
    const cwd = await folder({
      "ca.pem": simulator.caCert,
      'o"dd\\/tenants.yml': "_meta: { type: tenants, config_version: 2 }\nours: { description: Ours }\n",
    });
    const env = { OSAC_URL: simulator.url, OSAC_CA_CERT: "ca.pem", OSAC_USERNAME: "admin" };
    for (const OSAC_PASSWORD of ["admin", "wrong"]) {
      await osac(["drift", 'o"dd\\', "--metrics", "osac.prom"], { cwd, env: { ...env, OSAC_PASSWORD } });
      const text = await readFile(join(cwd, "osac.prom"), "utf8");
      expect(check("promtool", ["check", "metrics"], text)).toEqual({ code: 0, said: "" });
    }
  });

  test("finds nothing wrong with the alert rules", () => {
    expect(check("promtool", ["check", "rules", rules])).toMatchObject({ code: 0 });
  });

  test("sees each alert begin when it should, and not before", () => {
    const tests = join(import.meta.dirname, "osac.rules.test.yml");
    expect(check("promtool", ["test", "rules", tests])).toEqual({
      code: 0,
      said: expect.stringContaining("SUCCESS"),
    });
  });
});
