import { describe, expect, test } from "vitest";
import { folder } from "../../support/folder.ts";
import { osac } from "../../support/osac.ts";
import { skipsNode, useNodes } from "../../support/real-cluster.ts";

describe.skipIf(skipsNode("2.19.4") || skipsNode("3.4.0"))("two real nodes of different versions", () => {
  const nodes = useNodes("2.19.4", "3.4.0");

  const tenants = "_meta: { type: tenants, config_version: 2 }\n";

  test("export to base and layers leaves nothing to plan, as a user and with the admin certificate", async () => {
    const [old, current] = [nodes[0]!, nodes[1]!];
    const cwd = await folder({
      "old.pem": old.caCert,
      "old-admin.pem": old.adminCert,
      "old-admin.key": old.adminKey,
      "new.pem": current.caCert,
      "new-admin.pem": current.adminCert,
      "new-admin.key": current.adminKey,
      "begin/osac.yml": [
        "targets:",
        `  old: { layers: [base, old], cluster: { url: ${old.url}, ca_cert: ../old.pem } }`,
        `  new: { layers: [base, new], cluster: { url: ${current.url}, ca_cert: ../new.pem } }`,
      ].join("\n"),
      "begin/base/tenants.yml": `${tenants}of_both: { description: alike }\ndiffers: {}\n`,
      "begin/old/tenants.yml": `${tenants}differs: { description: in the old one }\n`,
      "begin/new/tenants.yml": `${tenants}only_new: {}\n`,
    });
    const certificates = Object.fromEntries(
      ["old", "new"].flatMap((name) => [
        [`OSAC_TARGET_${name.toUpperCase()}_CLIENT_CERT`, `${name}-admin.pem`],
        [`OSAC_TARGET_${name.toUpperCase()}_CLIENT_KEY`, `${name}-admin.key`],
      ]),
    );
    const user = Object.fromEntries(
      ["OLD", "NEW"].flatMap((name) => [
        [`OSAC_TARGET_${name}_USERNAME`, "admin"],
        [`OSAC_TARGET_${name}_PASSWORD`, "admin"],
      ]),
    );
    const run = async (env: Record<string, string>, ...argv: string[]) =>
      osac([...argv, "begin", "--config", "begin/osac.yml"], { cwd, env });
    const all = ["--targets", "all"];
    expect(await run(certificates, "apply", ...all, "--yes")).toMatchObject({ code: 0 });

    for (const [name, env] of Object.entries({ user, certificates })) {
      await run(env, "export", ...all, "--force");
      const planned = await run(env, "plan", ...all, "--detailed-exitcode");
      expect([name, planned.code]).toEqual([name, 0]);
      expect(planned.out).toContain("2 targets: 2 clean");
      const files = await run(env, "compare", "old", "new");
      expect(files.out).toContain("only_new");
    }
    const compared = await run(user, "compare", "--live", "--output", "json", "old", "new");
    const { changes } = JSON.parse(compared.out) as { changes: { kind: string; name: string }[] };
    const names = changes.filter(({ kind }) => kind === "tenants").map(({ name }) => name);
    expect(names).toEqual(["differs", "only_new"]);
  });
});
