import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { SimulatorOptions } from "../../../src/simulator/index.ts";
import { folder } from "../../support/folder.ts";
import { run, start, writes } from "../../support/simulated-cluster.ts";

const header = (type: string): string => `_meta: { type: ${type}, config_version: 2 }\n`;
const audit = (fields: string): Record<string, string> => ({
  "audit.yml": `${header("audit")}config: { audit: { ${fields} }, compliance: { internal_config: true, write_metadata_only: true } }\n`,
});
const only = (kind: string): string[] => ["--kinds", kind];

const long = (length: number): Record<string, string> => ({
  "roles.yml": `${header("roles")}r: { description: ${"x".repeat(length)} }\n`,
});
const asToken = (token: string): object => ({
  env: { OSAC_USERNAME: "", OSAC_PASSWORD: "", OSAC_TOKEN: token },
});

/** The result of a plan on a server of this version. Its apply must have the same result. */
async function planned(
  version: string,
  argv: readonly string[],
  files: Readonly<Record<string, string>>,
  options: SimulatorOptions = {},
) {
  const simulator = await start({ version, ...options });
  const told = await run(["plan", ...argv, "--output", "json"], simulator, {}, files);
  const applied = await run(["apply", ...argv, "--yes"], simulator, {}, files);
  const again = await run(["plan", ...argv, "--output", "json"], simulator, {}, files);
  const document = JSON.parse(told.out) as {
    findings: { code: string; severity: string }[];
  };
  return {
    plan: told.code,
    found: document.findings.map(({ code, severity }) => `${severity} ${code}`),
    apply: applied.code,
    writes: writes(simulator).length,
    left: (JSON.parse(again.out) as { changes?: unknown[] }).changes?.length,
  };
}

describe("what a server refuses is refused before anything is written, and only there", () => {
  const list = "disabled_rest_categories";
  const auditOnly = [...only("audit"), "--allow-escalation", "weaker-audit/audit/config"];
  test.for<[string, string, Record<string, string>, number]>([
    ["3.8.0", "a category of API tokens on the REST layer", audit(`${list}: [API_TOKEN_WRITE]`), 3],
    ["3.8.0", "a category of settings on the REST layer", audit(`${list}: [INDEX_SETTINGS_CHANGED]`), 3],
    ["3.4.0", "the same, which is not sent", audit(`${list}: [AUTHENTICATED, INDEX_SETTINGS_CHANGED]`), 0],
    [
      "3.8.0",
      "a request's on the transport layer",
      audit("disabled_transport_categories: [REQUEST_AUDIT]"),
      3,
    ],
    ["3.8.0", "compliance on one layer", audit("disabled_transport_categories: [COMPLIANCE_DOC_READ]"), 3],
    ["3.8.0", "compliance on both layers", audit("disabled_categories: [COMPLIANCE_DOC_READ]"), 0],
    ["3.9.0", "resources on the REST layer", audit(`${list}: [RESOURCE_ACCESS_DENIED]`), 0],
    ["3.9.0", "a broken pattern of bodies", audit("body_logging_exclusions: ['/(/']"), 3],
    ["3.8.0", "nobody by the name NONE", audit("ignore_users: [NONE]"), 0],
    ["3.4.0", "a user of the name NONE", audit("ignore_users: [NONE]"), 0],
  ])("%s, %s", async ([version, , files, code]) => {
    const { plan, apply, writes: written, left } = await planned(version, auditOnly, files);
    expect({ plan, apply }).toEqual({ plan: code, apply: code });
    if (code !== 0) expect(written).toBe(0);
    else expect(left).toBe(0);
  });

  test("a category that an older server does not know has one warning", async () => {
    const { found } = await planned("3.4.0", auditOnly, audit(`${list}: [API_TOKEN_WRITE]`));
    expect(found).toContain("warning not-supported");
    expect(found).not.toContain("warning bad-value");
  });

  test.for<[string, number, number, string[]]>([
    ["3.4.0", 5000, 0, []],
    ["3.8.0", 257, 3, ["error long-text"]],
    ["3.8.0", 256, 0, []],
    ["3.9.0", 257, 0, []],
    ["3.9.0", 4096, 0, []],
  ])("%s, a text of %i characters", async ([version, length, code, found]) => {
    const said = await planned(version, only("roles"), long(length));
    expect(said).toMatchObject({ plan: code, apply: code, found });
    if (code !== 0) expect(said.writes).toBe(0);
  });

  test("3.9 may be told to take more than 4096 characters, so that a longer text is a warning", async () => {
    const { plan, found } = await planned("3.9.0", only("roles"), long(4097));
    expect({ plan, found }).toEqual({ plan: 0, found: ["warning long-text"] });
  });

  test("more API tokens than the server counts are an error everywhere, also as a text", async () => {
    for (const number of ["5000", '"5000"']) {
      const files = {
        "config.yml": `${header("config")}config: { dynamic: { api_tokens: { max_tokens: ${number} } } }\n`,
      };
      const { code, out } = await run(
        ["validate", "--output", "json", ...only("config")],
        await start(),
        {},
        files,
      );
      expect(code).toBe(3);
      expect(out).toContain('"bad-value"');
    }
  });

  test("a list that is written as a text is refused with the list that was meant", async () => {
    const { code, err, out } = await run(
      ["validate", ...only("audit")],
      await start(),
      {},
      audit('action_groups: { a: "x, y" }'),
    );
    expect(code).toBe(3);
    expect(out + err).toContain('write ["x", "y"], or ["x, y"] where the comma belongs to it');
  });
});

describe("a new way to log in, or another judgement of every right, is told as a change of authentication", () => {
  test.for([
    ["api_tokens", "{ enabled: true }"],
    [
      "on_behalf_of",
      `{ enabled: true, signing_key: "${"a".repeat(64)}", encryption_key: "${"a".repeat(64)}" }`,
    ],
    ["privileges_evaluation_type", "v4"],
    ["hosts_resolver_mode", "ip-hostname"],
  ])("%s", async ([field, value]) => {
    const simulator = await start({ version: "3.8.0" });
    const files = await exported(simulator);
    const text = files["config.yml"]!.replace("dynamic:", `dynamic:\n    ${field}: ${value}`);
    const { out } = await run(
      ["plan", ...only("config"), "--output", "json"],
      simulator,
      {},
      { "config.yml": text },
    );
    expect(JSON.parse(out)).toMatchObject({ changes: [{ destructive: "authentication" }] });
  });
});

/** The files that an export of the cluster makes. */
async function exported(cluster: Awaited<ReturnType<typeof start>>): Promise<Record<string, string>> {
  const directory = await folder({});
  const { code, err } = await run(["export", join(directory, "out"), ...only("config")], cluster);
  expect({ code, err }).toMatchObject({ code: 0 });
  return { "config.yml": await readFile(join(directory, "out", "config.yml"), "utf8") };
}

describe("an API token", () => {
  const mapping = { all_access: { reserved: false, users: ["token:ci"], backend_roles: ["admin"] } };
  const tokens: SimulatorOptions = {
    apiTokens: { ci: "os_abc" },
    documents: { rolesmapping: mapping },
  };

  test("logs in by the scheme of the server's own tokens, and may change what its user is mapped to", async () => {
    const simulator = await start({ version: "3.8.0", ...tokens });
    await simulator.edit("config", (document) => {
      const { config } = document as { config: { dynamic: Record<string, object> } };
      config.dynamic["api_tokens"] = { enabled: true };
    });
    const applied = await run(["apply", "--yes", ...only("tenants")], simulator, asToken("os_abc"));
    expect(applied).toMatchObject({ code: 0 });
  });

  test("that nobody knows is told as one of these, and not as an issuer's", async () => {
    const { code, err } = await run(["plan"], await start({ version: "3.8.0" }), asToken("os_other"));
    expect(code).toBe(7);
    expect(err).toContain("only servers from 3.7 on with api_tokens.enabled in config.yml know API tokens");
  });
});

const declared = (actions: string): Record<string, string> => ({
  "roles.yml": `${header("roles")}r: { description: d, index_permissions: [{ index_patterns: [a], allowed_actions: [${actions}] }] }\n`,
});

describe("a field that osac does not know", () => {
  const block = { index_patterns: ["a"], allowed_actions: ["read"] };
  const role = { index_permissions: [{ ...block, future_deny: ["b"] }], future_note: "x" };

  test("is said, and survives what osac writes beside it", async () => {
    const simulator = await start({ version: "3.9.0", documents: { roles: { r: role } } });
    for (const command of ["plan", "drift"]) {
      const { err } = await run([command, ...only("roles")], simulator, {}, declared("read"));
      expect(err).toContain(
        "notice: roles/r: the cluster holds index_permissions[0].future_deny, future_note, which osac does not know: " +
          "neither compared nor changed [unknown-live-field]",
      );
    }
    expect(await run(["apply", "--yes", ...only("roles")], simulator, {}, declared("read"))).toMatchObject({
      code: 0,
    });
    expect(simulator.stored("roles")["r"]).toMatchObject({ ...role, description: "d" });
  });

  test("is not taken away by a list that is sent anew", async () => {
    const simulator = await start({ version: "3.9.0", documents: { roles: { r: role } } });
    const { code, err } = await run(
      ["apply", "--yes", ...only("roles")],
      simulator,
      {},
      declared("read, write"),
    );
    expect(code).toBe(3);
    expect(err).toContain(
      "the change would remove index_permissions[0].future_deny, which osac does not know",
    );
    expect(err).toContain("[unknown-field-lost]");
    expect(writes(simulator)).toEqual([]);
  });

  test("is said by export, whose files leave it alone", async () => {
    const simulator = await start({ version: "3.9.0", documents: { roles: { r: role } } });
    await simulator.edit("audit", (document) => {
      (document as { config: Record<string, unknown> }).config["future_sink"] = { on: true };
    });
    const out = join(await folder({}), "out");
    const { code, err } = await run(["export", out, "--kinds", "roles,audit"], simulator);
    expect(code).toBe(0);
    expect(err).toContain("roles/r: the cluster holds index_permissions[0].future_deny, future_note");
    expect(err).toContain(
      "audit/config: the cluster holds future_sink, which osac does not know: left out of the file",
    );

    const text = (file: string): Promise<string> => readFile(join(out, file), "utf8");
    const audited = (await text("audit.yml")).replace("config:", "config:\n  enabled: false");
    const files = { "roles.yml": await text("roles.yml"), "audit.yml": audited };
    const argv = ["--yes", "--kinds", "roles,audit", "--allow-escalation", "weaker-audit/audit/config"];
    expect(await run(["apply", ...argv], simulator, {}, files)).toMatchObject({ code: 0 });
    expect(simulator.stored("audit")).toMatchObject({
      config: { enabled: false, future_sink: { on: true } },
    });
    expect(simulator.stored("roles")["r"]).toMatchObject(role);
  });
});
