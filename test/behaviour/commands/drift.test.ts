import { readFile, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folder } from "../../support/folder.ts";
import { osac, type Ran } from "../../support/osac.ts";
import { start } from "../../support/simulated-cluster.ts";

const meta = "_meta: { type: tenants, config_version: 2 }\n";
const text = (entities: Record<string, string>): string =>
  meta +
  Object.entries(entities)
    .map(([name, description]) => `${name}: { description: ${description} }\n`)
    .join("");

/** The metrics of the last completed check. */
const kept = (metrics: string): string[] =>
  metrics
    .split("\n")
    .filter((line) => /^osac_(?:last_success|drift|entities|kind|certificate)/.test(line))
    .toSorted();

/** A cluster, files and their base, and the settings of a run. */
async function stage({ live, files, base }: Record<"live" | "files" | "base", Record<string, string>>) {
  const tenants = Object.fromEntries(
    Object.entries(live).map(([name, description]) => [name, { description }]),
  );
  const simulator = await start({ documents: { tenants } });
  const cwd = await folder({
    "ca.pem": simulator.caCert,
    "admin.pem": simulator.adminCert,
    "admin.key": simulator.adminKey,
    "files/tenants.yml": text(files),
    "base/tenants.yml": text(base),
  });
  const env = {
    OSAC_URL: simulator.url,
    OSAC_CA_CERT: "ca.pem",
    OSAC_USERNAME: "admin",
    OSAC_PASSWORD: "admin",
  };
  const drift = (argv: readonly string[], more: Record<string, string> = {}): Promise<Ran> =>
    osac(["drift", "files", ...argv], { cwd, env: { ...env, ...more } });
  const metrics = async (): Promise<string> => readFile(join(cwd, "osac.prom"), "utf8");
  return { simulator, cwd, drift, metrics };
}

/** Variables that replace the user. */
const certificate = {
  OSAC_USERNAME: "",
  OSAC_PASSWORD: "",
  OSAC_CLIENT_CERT: "admin.pem",
  OSAC_CLIENT_KEY: "admin.key",
};

const one = { live: { a: "x" }, files: { a: "x" }, base: { a: "x" } };

/** Tenants that changed in the cluster, in the files and on both sides, and an unmanaged one. */
const everyKind = {
  live: { by_hand: "hand", by_files: "then", by_both: "hand", foreign: "x", same: "x" },
  files: { by_hand: "then", by_files: "now", by_both: "now", same: "x" },
  base: { by_hand: "then", by_files: "then", by_both: "then", same: "x" },
};

test("a run that finds nothing says how much it looked at", async () => {
  const { drift } = await stage({ ...one, live: { a: "x", foreign: "y" } });
  const { code, out } = await drift([]);
  expect(code).toBe(0);
  expect(out.trimEnd().split("\n").at(-1)).toBe(
    "No drift: 1 entity of 1 resource type compared, 1 unmanaged.",
  );
});

test("each kind of difference makes the run fail where it is named, and is told where it is not", async () => {
  const { drift } = await stage(everyKind);
  const all =
    "Drift: 1 entity changed in the cluster (live), 1 entity not yet applied (files), 1 entity changed on both sides (both)";
  const verdicts: Record<string, string> = {
    "": all,
    live: "Drift: 1 entity changed in the cluster (live); not counted: 1 entity not yet applied (files), 1 entity changed on both sides (both) (--fail-on live)",
    "live,files,both,unmanaged": `${all}, 1 unmanaged`,
    unmanaged: "Drift: 1 unmanaged; not counted: ",
    "+unmanaged": `${all}, 1 unmanaged`,
    "-live,-files":
      "Drift: 1 entity changed on both sides (both); not counted: 1 entity changed in the cluster (live), 1 entity not yet applied (files) (--fail-on both,unknown,skipped,escalation)",
    "+unmanaged,-live, -files,-both": "Drift: 1 unmanaged; not counted: ",
    unknown:
      "No drift that counts: 1 entity changed in the cluster (live), 1 entity not yet applied (files), ",
  };
  for (const [failOn, verdict] of Object.entries(verdicts)) {
    const argv = failOn === "" ? [] : [`--fail-on=${failOn}`];
    const { code, out } = await drift(["--base", "./base", ...argv]);
    expect(out.trimEnd().split("\n").at(-1)).toContain(verdict);
    expect(code).toBe(verdict.startsWith("Drift") ? 2 : 0);
  }
  const { out } = await drift(["--base", "./base", "--output", "json"]);
  expect(JSON.parse(out)).toMatchObject({
    drift: {
      counts: { live: 1, files: 1, both: 1, unknown: 0, skipped: 0, unmanaged: 1, escalation: 0 },
      failOn: ["live", "files", "both", "unknown", "skipped", "escalation"],
    },
  });
});

test.for([
  { flag: "reserved", caller: "user" },
  { flag: "reserved", caller: "certificate" },
  { flag: "hidden", caller: "certificate" },
] as const)(
  "a declared entity that was made $flag and other is drift to the $caller",
  async ({ flag, caller }) => {
    const { simulator, drift } = await stage(one);
    const login = caller === "user" ? {} : certificate;
    await simulator.edit("tenants", () => ({ a: { description: "theirs", [flag]: true } }));

    const { code, out, err } = await drift([], login);
    expect({ code, last: out.trimEnd().split("\n").at(-1) }).toEqual({
      code: 2,
      last: "Drift: 1 built-in entity differs (skipped)",
    });
    expect(err).toContain(
      `files/tenants.yml:2:1: warning: tenants/a: it is ${flag} in the cluster, so osac does not write it`,
    );
    expect(err).toContain("[skipped-differs]");
    const planned = await drift(["--output", "json"], login);
    expect(JSON.parse(planned.out)).toMatchObject({ drift: { counts: { skipped: 1 } }, exitCode: 2 });
    expect(await drift(["--fail-on", "live,unknown"], login)).toMatchObject({ code: 0 });
  },
);

test("a declared entity that was hidden counts even where it says the same", async () => {
  const { simulator, drift } = await stage(one);
  await simulator.edit("tenants", () => ({ a: { description: "x", hidden: true } }));
  expect(await drift([], certificate)).toMatchObject({ code: 2 });
  await simulator.edit("tenants", () => ({ a: { description: "x", reserved: true } }));
  expect(await drift([], certificate)).toMatchObject({ code: 0 });
});

test("osac refuses --fail-on live without a base", async () => {
  const { drift } = await stage(one);
  const { code, out, err } = await drift(["--fail-on", "live,both"]);
  expect({ code, out }).toEqual({ code: 3, out: "" });
  expect(err).toContain("--fail-on: without --base osac cannot tell live, both [unknown-base]");
});

test("metrics tell what was found, by kind and by which side changed, and name what no file declares alone", async () => {
  const { simulator, cwd, drift, metrics } = await stage(everyKind);
  expect(await drift(["--base", "./base", "--metrics", "osac.prom"])).toMatchObject({ code: 2 });
  const told = await metrics();
  const target = `cluster="${new URL(simulator.url).host}",directory="${join(cwd, "files")}"`;
  for (const cause of ["live", "files", "both"])
    expect(told).toContain(`osac_drift_entities{${target},kind="tenants",cause="${cause}"} 1\n`);
  expect(told).not.toContain('cause="unknown"');
  expect(told).toContain(`osac_entities{${target},kind="tenants",state="unmanaged"} 1\n`);
  expect(told).toContain(`osac_last_run_exit_code{${target}} 2\n`);
  expect(told).toMatch(/osac_certificate_expiry_timestamp_seconds\{.*\} \d+\n/);
  expect(told).not.toMatch(/by_hand/);
  expect(told).toContain(`osac_unmanaged_entity{${target},kind="tenants",name="foreign"} 1\n`);
  expect((await stat(join(cwd, "osac.prom"))).mode & 0o777).toBe(0o644);
  expect(await readdir(cwd)).not.toContainEqual(expect.stringContaining(".tmp"));

  await drift(["--metrics", "osac.prom"]);
  expect(await metrics()).toContain(`osac_drift_entities{${target},kind="tenants",cause="unknown"} 3\n`);
  expect(await metrics()).not.toContain('cause="live"');
});

test("a check that fails leaves in the metrics what the last one found, and when", async () => {
  const { cwd, drift, metrics } = await stage(everyKind);
  await drift(["--metrics", "osac.prom"]);
  const before = await metrics();
  expect(kept(before).join("\n")).toContain("osac_last_success_timestamp_seconds");

  const ran = await drift(["--metrics", "osac.prom"], { OSAC_PASSWORD: "wrong" });
  expect(ran.code).toBe(7);
  const after = await metrics();
  expect(kept(after)).toEqual(kept(before));
  expect(after).toMatch(/osac_last_run_exit_code\{.*\} 7\n/);

  await writeFile(join(cwd, "osac.prom"), before.replaceAll("/files", "/others") + "nonsense");
  await drift(["--metrics", "osac.prom"], { OSAC_PASSWORD: "wrong" });
  expect(kept(await metrics())).toEqual([]);
  expect(await metrics()).not.toContain("nonsense");
});

test("files that are wrong are a failed check, and not one without drift", async () => {
  const { cwd, drift, metrics } = await stage(one);
  await writeFile(join(cwd, "files/tenants.yml"), "a: [");
  expect(await drift(["--metrics", "osac.prom"])).toMatchObject({ code: 3 });
  expect(await metrics()).toMatch(/osac_last_run_exit_code\{.*\} 3\n/);
  expect(await metrics()).not.toContain("osac_drift_entities");
});

test("metrics that cannot be written fail the run, and the report is there all the same", async () => {
  const { drift } = await stage(everyKind);
  const { code, out, err } = await drift(["--metrics", "nowhere/osac.prom"]);
  expect(code).toBe(3);
  expect(out).toContain("Drift: 3 entities differ");
  expect(err).toContain("the metrics cannot be written: its directory does not exist [unwritable-file]");
});

test.for([
  ["+unmanaged,live", "a list, or words that all begin with + or -"],
  ["-live,-files,-both,-unknown,-skipped,-escalation", "something that counts as drift"],
  ["+unmanagd", 'found "unmanagd"'],
])("--fail-on=%s is refused", async ([given, message]) => {
  const { drift } = await stage(one);
  const { code, err } = await drift([`--fail-on=${given}`]);
  expect({ code, err }).toEqual({ code: 3, err: expect.stringContaining(message!) });
});

test("--fail-on takes a word that begins with a minus without =, and says what to type where it is no such word", async () => {
  const { drift } = await stage({ ...one, files: { a: "y" } });
  expect((await drift(["--base", "./base", "--fail-on", "-files"])).code).toBe(0);
  expect((await drift(["--base", "./base", "--fail-on", "-live,-skipped"])).code).toBe(2);
  expect((await drift(["--fail-on", "-filse"])).err).toContain(
    "hint: a value that begins with - follows an =: --fail-on=-filse",
  );
});

test("the document names both sides of a difference, and no direction", async () => {
  const { drift } = await stage({ ...one, live: { a: "hand" } });
  const { changes } = JSON.parse((await drift(["--output", "json"])).out) as { changes: object[] };
  expect(changes).toMatchObject([
    { action: "update", fields: [{ path: ["description"], inCluster: "hand", inFiles: "x" }] },
  ]);
  expect(JSON.stringify(changes)).not.toMatch(/"(?:before|after)"/);
});

test("--quiet prints nothing without drift, and everything with some", async () => {
  const { drift, simulator } = await stage(one);
  expect(await drift(["--quiet"])).toEqual({ code: 0, out: "", err: "" });
  const odd = { OSAC_NO_SUCH_VARIABLE: "1", OSAC_INSECURE: "true" };
  expect(await drift(["--quiet"], odd)).toEqual({ code: 0, out: "", err: "" });
  await simulator.edit("tenants", () => ({ a: { description: "by hand" } }));
  const loud = await drift([]);
  const quiet = await drift(["--quiet"]);
  expect(quiet.code).toBe(2);
  expect(quiet.out.split("\n").slice(1)).toEqual(loud.out.split("\n").slice(1));
  expect((await drift(["--quiet"], odd)).err).toBe((await drift([], odd)).err);
  expect((await drift(["--quiet"], { ...odd, OSAC_URL: "https://127.0.0.1:9" })).err).toContain("error: ");
});
