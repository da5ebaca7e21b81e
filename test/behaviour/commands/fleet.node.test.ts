import { describe, expect, test } from "vitest";
import { folder } from "../../support/folder.ts";
import { osac } from "../../support/osac.ts";
import { skipsNode, useNodes } from "../../support/real-cluster.ts";

describe.skipIf(skipsNode("2.11.1") || skipsNode("3.4.0"))("two real nodes of different versions", () => {
  const nodes = useNodes("2.11.1", "3.4.0");

  test("are targets of one source: planned side by side, applied one after the other, then clean", async () => {
    const [old, current] = [nodes[0]!, nodes[1]!];
    const cwd = await folder({
      "old.pem": old.caCert,
      "old-admin.pem": old.adminCert,
      "old-admin.key": old.adminKey,
      "new.pem": current.caCert,
      "new-admin.pem": current.adminCert,
      "new-admin.key": current.adminKey,
      "osac.yml": [
        "layers: [base]",
        "order: [canary, production]",
        "targets:",
        `  old: { group: canary, cluster: { url: ${old.url}, ca_cert: old.pem, client_cert: old-admin.pem, client_key: old-admin.key } }`,
        `  new: { group: production, cluster: { url: ${current.url}, ca_cert: new.pem, client_cert: new-admin.pem, client_key: new-admin.key } }`,
      ].join("\n"),
      "base/tenants.yml":
        "_meta: { type: tenants, config_version: 2 }\nfleet_tenant: { description: of both }\n",
      "base/roles.yml":
        "_meta: { type: roles, config_version: 2 }\nfleet_role: { cluster_permissions: [cluster_monitor] }\n",
    });
    const run = async (...argv: string[]) => {
      const { code, out, err } = await osac([...argv, "--config", "osac.yml", "--output", "json"], { cwd });
      const { targets } = JSON.parse(out) as {
        targets: { target: string; result: string; report: { cluster: { version: string } } }[];
      };
      const shown = targets.map(
        ({ target, result, report }) => `${target} ${report.cluster.version} ${result}`,
      );
      return { code, shown: shown.toSorted(), err };
    };
    expect(await run("plan", "--targets", "all", "--out", "plans")).toMatchObject({
      code: 0,
      shown: ["new 3.4.0 changes", "old 2.11.1 changes"],
    });
    expect(await run("apply", "--plans", "plans", "--yes")).toMatchObject({
      code: 0,
      shown: ["new 3.4.0 applied", "old 2.11.1 applied"],
    });
    expect(await run("drift", "--targets", "all")).toMatchObject({
      code: 0,
      shown: ["new 3.4.0 clean", "old 2.11.1 clean"],
    });
    const statuses = await osac(["status", "--targets", "all", "--config", "osac.yml"], { cwd });
    expect(statuses.out).toContain("2 targets: ");
  });
});
