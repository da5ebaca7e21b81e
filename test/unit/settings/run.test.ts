import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folder } from "../../support/folder.ts";
import { formatFinding } from "../../support/refusal.ts";
import { listRefusals, readRun } from "./run-settings.ts";

const other = (name: string): string =>
  `[other-cluster] ${name} is https://us, and the target eu is the cluster at https://eu | leave out ${name}; for another address of the same cluster, such as a tunnel, set OSAC_TARGET_EU_URL`;

describe("a run on a target", () => {
  const text =
    "cluster: { shared: true }\norder: [canary]\ntargets:\n" +
    "  eu: { group: canary, labels: { a: b }, cluster: { url: https://eu, shared: false } }\n  us: { group: canary }\n";

  test("knows all targets of the file", async () => {
    const { settings } = await readRun(await folder({ "osac.yml": text }), { flags: { target: ["us"] } });
    expect(settings.targets).toMatchObject([
      { name: "eu", group: "canary", labels: { a: "b" }, url: "https://eu", layers: [""], isShared: false },
      { name: "us", group: "canary", labels: {}, url: undefined, layers: [""], isShared: true },
    ]);
    expect(settings.order).toEqual(["canary"]);
  });

  test("must be asked for, if the command is about a cluster or the files", async () => {
    const cwd = await folder({ "osac.yml": text });
    for (const without of [[], ["url"], ["layers"]] as const)
      expect((await listRefusals(cwd, { without })).join("\n")).toContain("[no-target]");
    await expect(readRun(cwd, { without: ["url", "layers"] })).resolves.toBeDefined();
  });

  test("has the address of its own cluster, however it is written", async () => {
    const cwd = await folder({ "osac.yml": text });
    const run = { flags: { target: ["eu"] } };
    expect(await listRefusals(cwd, { ...run, env: { OSAC_URL: "https://us" } })).toEqual([other("OSAC_URL")]);
    expect(await listRefusals(cwd, { flags: { ...run.flags, url: ["https://us/"] } })).toEqual([
      other("--url"),
    ]);
    const own = { ...run, env: { OSAC_TARGET_EU_URL: "https://tunnel" } };
    expect((await readRun(cwd, own)).settings.url).toBe("https://tunnel");
    const same = { flags: { ...run.flags, url: ["HTTPS://eu/"] } };
    expect((await readRun(cwd, same)).settings.url).toBe("https://eu");
    const unset = { flags: { target: ["us"] }, env: { OSAC_URL: "https://us" } };
    expect((await readRun(cwd, unset)).settings.url).toBe("https://us");
  });

  test("as one of many writes files with its name, unless it named them itself", async () => {
    const cwd = await folder({
      "osac.yml": "drift: { metrics: all.prom }\ntargets: { eu: {}, us: { drift: { metrics: own.prom } } }\n",
    });
    const metrics = async (target: string, isOneOfMany: boolean, flags = {}): Promise<string | undefined> =>
      (await readRun(cwd, { flags: { target: [target], ...flags }, isOneOfMany })).settings.metrics;
    expect(await metrics("eu", true)).toBe(join(cwd, "all.eu.prom"));
    expect(await metrics("eu", false)).toBe(join(cwd, "all.prom"));
    expect(await metrics("us", true)).toBe(join(cwd, "own.prom"));
    expect(await metrics("us", true, { metrics: ["typed.prom"] })).toBe(join(cwd, "typed.us.prom"));
    const audit = await readRun(cwd, { flags: { target: ["eu"], auditLog: ["a.jsonl"] }, isOneOfMany: true });
    expect(audit.settings.auditLog).toBe(join(cwd, "a.eu.jsonl"));
    expect(
      (await readRun(await folder({}), { flags: { metrics: ["a"] }, isOneOfMany: true })).settings.metrics,
    ).toMatch(/\/a$/);
  });
});

describe("the settings of a run", () => {
  test("list what flags and variables say, for the next run", async () => {
    const cwd = await folder({ "osac.yml": "strict: true\n" });
    const { settings } = await readRun(cwd, {
      flags: { kinds: ["roles", "tenants"] },
      env: { OSAC_MAX_DELETES: "3", OSAC_TIMEOUT: "4", OSAC_RUN_ID: "x" },
    });
    expect(settings.typed).toEqual([
      { name: "kinds", flag: "kinds", texts: ["roles", "tenants"], isTyped: true, isPlanned: true },
      { name: "timeout", flag: "timeout", texts: ["4"], isTyped: false, isPlanned: false },
      { name: "maxDeletes", flag: "max-deletes", texts: ["3"], isTyped: false, isPlanned: true },
    ]);
    expect(settings.words).toEqual([]);
  });

  test("are refused all at once, an empty value, too", async () => {
    const cwd = await folder({ "osac.yml": "cluster: { timeout: 0 }\n" });
    expect(
      await listRefusals(cwd, { flags: { url: [""], certDays: ["x"], allowDelete: ["roles"] } }),
    ).toEqual([
      "[empty-value] --url: the value is empty",
      '[bad-value] osac.yml:1:12: cluster.timeout: expected a number of seconds from 0.1 to 3600, found "0"',
      '[bad-value] --allow-delete: expected KIND/NAME, such as roles/old_reader, found "roles"',
      '[bad-value] --cert-days: expected a number of days from 0 to 36500, found "x"',
    ]);
    const both = await folder({ "osac.yml": "guards: { allow_delete: ['roles/*'] }\n" });
    expect(await listRefusals(both, { flags: { allowDelete: ["roles"] } })).toHaveLength(2);
    expect(await listRefusals(both, { flags: { allowDelete: ["roles/a"] } })).toHaveLength(1);
  });

  test("come from a file that was named and must exist", async () => {
    const cwd = await folder({});
    expect(await listRefusals(cwd, { env: { OSAC_CONFIG: "no.yml" } })).toEqual([
      '[no-settings-file] OSAC_CONFIG: there is no file "no.yml"',
    ]);
  });
});

const unknown = (name: string, hint = ""): string =>
  `[unknown-variable] the environment has ${name}, which is no setting of osac${hint}`;

test("variables that no setting has are warned of, but for those of targets and exports", async () => {
  const env = {
    OSAC_TARGET_EU_URL: "x",
    OSAC_TARGET_EU_1_CLIENT_CERT: "x",
    OSAC_TARGET_EU_TIMEOUT: "x",
    XOSAC_URLL: "x",
    OSAC_ROLES_A: "x",
    OSAC_HASHES: "x",
    OSAC_TARGETS: "x",
  };
  const { findings } = await readRun(await folder({}), { env });
  expect(findings.map(formatFinding)).toEqual([
    unknown("OSAC_HASHES", " | did you mean OSAC_BASE?"),
    unknown("OSAC_TARGETS", " | did you mean OSAC_TARGET?"),
    unknown("OSAC_TARGET_EU_TIMEOUT"),
  ]);
});
