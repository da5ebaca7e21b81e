import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import accessSchema from "../../../schemas/access.schema.json" with { type: "json" };
import fleetSchema from "../../../schemas/fleet.schema.json" with { type: "json" };
import planSchema from "../../../schemas/plan.schema.json" with { type: "json" };
import statusSchema from "../../../schemas/status.schema.json" with { type: "json" };
import validationSchema from "../../../schemas/validation.schema.json" with { type: "json" };
import type { Io } from "../../../src/commands/io.ts";
import type { Simulator } from "../../../src/simulator/index.ts";
import { folder } from "../../support/folder.ts";
import { makeIo, osac, type Ran } from "../../support/osac.ts";
import { commit, git } from "../../unit/git/repository.ts";
import { listening, startQuick, writes } from "../../support/simulated-cluster.ts";

const tenants = (lines: string): string => `_meta: { type: tenants, config_version: 2 }\n${lines}`;

interface Staged {
  readonly clusters: Readonly<Record<string, Simulator>>;
  readonly cwd: string;
  readonly env: Record<string, string>;
  readonly run: (argv: readonly string[], given?: Partial<Io>) => Promise<Ran>;
}

const logins: Record<string, string> = Object.fromEntries(
  ["CANARY", "EU_1", "US_1"].map((name) => [`OSAC_TARGET_${name}_PASSWORD`, "admin"]),
);

/** Simulated clusters as the targets of one directory: a canary, and two of production. */
async function stage({
  order = true,
  more = "",
  files = {},
}: { order?: boolean; more?: string; files?: Record<string, string> } = {}): Promise<Staged> {
  const [canary, eu1, us1] = [await startQuick(), await startQuick(), await startQuick()];
  const clusters = { canary, "eu-1": eu1, "us-1": us1 };
  const cwd = await folder({
    "ca.pem": canary.caCert,
    "osac.yml": [
      `cluster: { ca_cert: ca.pem, username: admin, timeout: 3 }`,
      ...(order ? ["order: [canary, production]"] : []),
      "targets:",
      `  canary: { group: canary, cluster: { url: ${canary.url} } }`,
      `  eu-1: { group: production, labels: { region: eu }, cluster: { url: ${eu1.url} } }`,
      `  us-1: { group: production, labels: { region: us }, cluster: { url: ${us1.url} } }`,
      more,
    ].join("\n"),
    "tenants.yml": tenants("sandbox: { description: Sand }\n"),
    ...files,
  });
  const env = logins;
  const run: Staged["run"] = async ([command = "", ...argv], given = {}) =>
    osac([command, "--config", "osac.yml", ...argv], { cwd, ...given, env: { ...env, ...given.env } });
  return { clusters, cwd, env, run };
}

interface Row {
  readonly target: string;
  readonly result: string;
  readonly error: { code: string; message: string } | null;
  readonly report: { readonly command: string } | null;
}

const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
ajv.addSchema([accessSchema, planSchema, statusSchema, validationSchema, fleetSchema]);

/** The targets of a document, which fits its schema and tells the exit code. */
function readRows({ out, code }: Ran): readonly Row[] {
  const document = JSON.parse(out) as { targets: Row[]; exitCode: number };
  const fits = ajv.getSchema(fleetSchema.$id)!;
  void fits(document);
  expect(fits.errors ?? []).toEqual([]);
  if (code < 128) expect(document.exitCode).toBe(code);
  return document.targets;
}

/** The results by target. */
const results = (ran: Ran): Record<string, string> =>
  Object.fromEntries(readRows(ran).map(({ target, result }) => [target, result]));

const all = ["--targets", "all"];
const json = ["--output", "json"];

const table = ({ out }: Ran): string =>
  out
    .slice(out.lastIndexOf("\ntarget ") + 1)
    .replaceAll(/ *\d+\.\d s/g, "")
    .replaceAll(/ +\n/g, "\n");

const timeless = (text: string): string => text.replaceAll(/\d+\.\d s/g, "");

/** The clusters that something was written to. */
const written = ({ clusters }: Staged): string[] =>
  Object.entries(clusters).flatMap(([name, cluster]) => (writes(cluster).length > 0 ? [name] : []));

const isPatch = ({ method }: { readonly method: string }): boolean => method === "PATCH";

describe("a run over several targets", () => {
  test("is the run of each, with one table at the end, the worst first", async () => {
    const { run, clusters } = await stage();
    await run(["apply", "--target", "us-1", "--yes"]);
    const single = await run(["plan", "--target", "eu-1"]);
    const ran = await run(["plan", ...all]);
    expect(ran.code).toBe(0);
    expect(table(ran)).toMatchInlineSnapshot(`
      "target  group       result   +  ~  -  destructive   time
      canary  canary      changes  1  0  0            0
      eu-1    production  changes  1  0  0            0
      us-1    production  clean    0  0  0            0

      3 targets: 2 with changes, 1 clean
      "
    `);
    expect(timeless(ran.out)).toContain(`── eu-1 ──\n${timeless(single.out)}`);
    expect(ran.out).not.toContain("── us-1 ──");
    expect(Object.values(clusters).flatMap(writes)).toHaveLength(1);
  });

  test.for(["validate", "plan", "drift", "status"])("%s writes nothing", async (command) => {
    const { run, clusters } = await stage();
    const ran = await run([command, ...all, ...json]);
    expect(readRows(ran).map(({ report }) => report?.command)).toEqual([command, command, command]);
    const requests = Object.values(clusters).flatMap((cluster) => [...cluster.requests]);
    expect(requests.filter(({ method, status }) => method !== "GET" && status === 200)).toEqual([]);
  });

  test("prints the table and the reports as Markdown, and findings of a shared file once", async () => {
    const { run } = await stage();
    const { out } = await run(["plan", ...all, "--output", "markdown"]);
    expect(out).toContain("| target | group | result |");
    expect(out.match(/<details><summary>/g)).toHaveLength(3);
    const wrong = await stage({
      files: { "roles.yml": "_meta: { type: roles, config_version: 2 }\na: 1\n" },
    });
    const annotated = await wrong.run(["validate", ...all, "--output", "github"]);
    expect(annotated.code).toBe(3);
    expect(annotated.out.match(/^::error/gm)).toHaveLength(1);
  });

  test("shows a person each target that ended", async () => {
    const { run } = await stage();
    const written: string[] = [];
    const stderr = { write: (text: string) => void written.push(text), isTerminal: true };
    await run(["plan", ...all], { stderr });
    const lines = written.join("").match(/^\[\d\/3\] \S+: changes in \d\.\d s$/gm);
    expect(lines).toHaveLength(3);
  });
});

test.for(["plan", "apply"])(
  "%s shows a person each address before it sends a login there",
  async (command) => {
    const { run, clusters } = await stage();
    const canary = clusters["canary"]!;
    const requestsBefore: number[] = [];
    const stderr = {
      write: (text: string) => {
        if (text.startsWith(`canary: cluster ${canary.url}`)) requestsBefore.push(canary.requests.length);
      },
      isTerminal: true,
    };
    const stdin = Object.assign(makeIo().stdin, { isTerminal: true });
    await run([command, ...all, ...(command === "apply" ? ["--yes"] : [])], { stderr, stdin });
    expect(requestsBefore).toEqual([0]);
    expect(canary.requests.length).toBeGreaterThan(0);
  },
);

describe("targets are selected", () => {
  test.for([
    ["all", ["canary", "eu-1", "us-1"]],
    ["group:production", ["eu-1", "us-1"]],
    ["region=us", ["us-1"]],
    ["us-1,canary", ["canary", "us-1"]],
    ["region=us,group:canary", ["canary", "us-1"]],
  ] as const)("%s", async ([text, expected]) => {
    const { run } = await stage();
    const ran = await run(["validate", "--targets", text, ...json]);
    expect(readRows(ran).map(({ target }) => target)).toEqual(expected);
  });

  test.for([
    ["eu-2", 'no target "eu-2" [unknown-target] hint: did you mean eu-1?'],
    ["group:prod", 'no group "prod" [unknown-target] hint: there are canary, production'],
    ["zone=a", 'no label "zone=a" [unknown-target] hint: there are region=eu, region=us'],
    ["eu-1,eu-1", 'names "eu-1" twice'],
    ["eu-1,", 'no target ""'],
  ] as const)("not by %s", async ([text, message]) => {
    const { run } = await stage();
    const { code, err } = await run(["plan", "--targets", text]);
    expect(code).toBe(3);
    expect(err.replaceAll(/\s+/g, " ")).toContain(message);
  });

  test("not by a label if no target has one", async () => {
    const cwd = await folder({ "osac.yml": "targets: { a: { cluster: { url: https://a } } }\n" });
    const { err } = await osac(["validate", "--targets", "zone=a", "--config", "osac.yml"], { cwd });
    expect(err).toContain('no label "zone=a" [unknown-target]\n  hint: no target of osac.yml has a label');
  });

  test.for([
    ["--url", "https://a"],
    ["--target", "eu-1"],
    ["--password-file", "-"],
    ["--expect-plan", "2b6a4c81f0d30fb12b6a4c81f0d30fb1"],
  ] as const)("and %s, which is about one cluster, is refused", async (flags) => {
    const { run } = await stage();
    const { code, err } = await run(["apply", ...all, "--yes", ...flags]);
    expect(code).toBe(3);
    expect(err).toContain("[misplaced-flag]");
  });
});

test("the report about a managed service is that of one cluster", async () => {
  const { run } = await stage();
  const { code, err } = await run(["status", ...all, "--report"]);
  expect(code).toBe(3);
  expect(err).toContain("[misplaced-flag]");
});

describe("one target cannot harm the others", () => {
  test("a target whose login is missing fails alone, and gets no login of another cluster", async () => {
    const { run, clusters } = await stage();
    const env = {
      OSAC_TARGET_EU_1_PASSWORD: "",
      OSAC_PASSWORD: "of another cluster",
      OSAC_USERNAME: "admin",
    };
    const ran = await run(["plan", ...all, ...json], { env });
    expect(ran.code).toBe(3);
    expect(results(ran)).toEqual({ "eu-1": "failed", canary: "changes", "us-1": "changes" });
    expect(clusters["eu-1"]!.requests).toEqual([]);
  });

  test("a cluster that is dead, or answers one byte after the other, is unreachable", async () => {
    const slow = await listening((_, response) => {
      const timer = setInterval(() => response.write(" "), 200);
      response.on("close", () => clearInterval(timer));
    });
    const more = [
      `  dead: { group: production, cluster: { url: "https://127.0.0.1:1" } }`,
      `  slow: { group: production, cluster: { url: ${JSON.stringify(slow)}, timeout: 1 } }`,
    ].join("\n");
    const { run } = await stage({ more });
    const env = { OSAC_TARGET_DEAD_PASSWORD: "admin", OSAC_TARGET_SLOW_PASSWORD: "admin" };
    const ran = await run(["plan", ...all, ...json, "--concurrency", "2"], { env });
    expect(ran.code).toBe(7);
    expect(results(ran)).toEqual({
      dead: "unreachable",
      slow: "unreachable",
      canary: "changes",
      "eu-1": "changes",
      "us-1": "changes",
    });
  });

  test("the password of one target is masked in the output of all", async () => {
    const { run, clusters } = await stage();
    const secret = "Only-for-us-1-2026";
    clusters["eu-1"]!.fail({ status: 500, body: JSON.stringify({ message: secret }) });
    const env = { OSAC_TARGET_US_1_PASSWORD: secret };
    for (const format of [[], json]) {
      const { out, err } = await run(["plan", ...all, ...format], { env });
      expect(out + err).not.toContain(secret);
    }
  });

  test("each target has its own metrics and its own audit log", async () => {
    const { run, cwd } = await stage();
    await run(["drift", ...all, "--metrics", "osac.prom"]);
    await run(["apply", ...all, "--yes", "--audit-log", "audit.jsonl"]);
    const made = (await readdir(cwd)).filter((name) => /prom|jsonl/.test(name));
    expect(made.toSorted()).toEqual(
      ["canary", "eu-1", "us-1"]
        .flatMap((name) => `audit.${name}.jsonl`)
        .concat(["canary", "eu-1", "us-1"].map((name) => `osac.${name}.prom`)),
    );
    expect((await readFile(join(cwd, "audit.eu-1.jsonl"), "utf8")).trimEnd().split("\n")).toHaveLength(2);
  });
});

describe("two targets with one cluster are refused", () => {
  test("two targets with the same address are refused before any request", async () => {
    const staged = await stage();
    const url = staged.clusters["canary"]!.url;
    const { run } = await stage({
      more: `  a: { group: canary, cluster: { url: ${url} } }\n  b: { group: canary, cluster: { url: ${url}/ } }`,
    });
    const { code, err } = await run(["plan", ...all]);
    expect(code).toBe(3);
    expect(err).toMatch(/osac\.yml:\d+:\d+: error: the targets a and b have the same address/);
    expect(err).toContain("[same-cluster]");
  });

  test("two targets with the same UUID are refused, and allowed if both set cluster.shared", async () => {
    const shared = await startQuick();
    const other = shared.url.replace("127.0.0.1", "localhost");
    const more = (setting: string): string =>
      [
        `  a: { group: canary, cluster: { url: ${shared.url}${setting} } }`,
        `  b: { group: canary, cluster: { url: ${other}${setting} } }`,
      ].join("\n");
    const env = { OSAC_TARGET_A_PASSWORD: "admin", OSAC_TARGET_B_PASSWORD: "admin" };
    const selected = ["--targets", "a,b", ...json, "--concurrency", "1"];
    const refused = await (await stage({ more: more("") })).run(["plan", ...selected], { env });
    expect(results(refused)).toEqual({ a: "refused", b: "refused" });
    expect(refused.code).toBe(5);
    expect(refused.out).toContain("the targets a and b are the same cluster");
    const shown = await (await stage({ more: more("") })).run(["plan", "--targets", "a,b"], { env });
    expect(shown.err.match(/error: the targets a and b are the same cluster/g)).toHaveLength(2);
    expect(shown.out).not.toContain("To apply exactly this");
    const allowed = await (await stage({ more: more(", shared: true") })).run(["plan", ...selected], { env });
    expect(results(allowed)).toEqual({ a: "changes", b: "changes" });
  });

  test("apply writes to neither, also if they are in different groups", async () => {
    const shared = await startQuick();
    const other = shared.url.replace("127.0.0.1", "localhost");
    const { run } = await stage({
      more: [
        `  a: { group: canary, cluster: { url: ${shared.url} } }`,
        `  b: { group: production, cluster: { url: ${other} } }`,
      ].join("\n"),
    });
    const env = { OSAC_TARGET_A_PASSWORD: "admin", OSAC_TARGET_B_PASSWORD: "admin" };
    const refused = await run(["apply", ...all, "--yes", ...json], { env });
    expect(results(refused)).toMatchObject({ canary: "applied", a: "refused", b: "not started" });
    expect(refused.code).toBe(5);
    expect(writes(shared)).toEqual([]);
  });
});

test("a target without a login fails alone, and the hint names its own variables", async () => {
  const { run } = await stage();
  const ran = await run(["plan", ...all, ...json], { env: { OSAC_TARGET_EU_1_PASSWORD: "" } });
  expect(results(ran)).toEqual({ canary: "changes", "eu-1": "failed", "us-1": "changes" });
  expect(ran.out).toContain("OSAC_TARGET_EU_1_PASSWORD");
});

test("JUnit has one suite for each target, and a target that was not started is skipped", async () => {
  const { run, clusters } = await stage();
  await clusters["canary"]!.stop();
  const { out } = await run(["apply", ...all, "--yes", "--output", "junit"]);
  expect(out.match(/<testsuite .*>/g)).toEqual([
    '<testsuite name="osac apply canary" tests="1" failures="1" errors="0" skipped="0">',
    '<testsuite name="osac apply eu-1" tests="1" failures="0" errors="0" skipped="1">',
    '<testsuite name="osac apply us-1" tests="1" failures="0" errors="0" skipped="1">',
  ]);
  expect(out).toContain('<testsuites tests="3" failures="1" errors="0" skipped="2">');
  expect(out).toContain(
    '<skipped message="the target canary of an earlier group was not applied and verified"/>',
  );
});

test("a pull request that adds, removes or re-addresses a target shows it first, and no login goes to a new address", async () => {
  const { clusters, cwd } = await stage({ order: false });
  await git(cwd, "init", "--quiet", "--initial-branch=main");
  await commit(cwd, {});
  const stolen = await startQuick();
  const text = await readFile(join(cwd, "osac.yml"), "utf8");
  const changed = text
    .replace(clusters["eu-1"]!.url, stolen.url)
    .replace(/  us-1: .*/, `  asia: { group: production, cluster: { url: ${stolen.url} } }`);
  await writeFile(join(cwd, "osac.yml"), changed);
  const base = ["--settings-from", "HEAD"];
  const env = { OSAC_TARGET_ASIA_PASSWORD: "admin" };
  const ran = await osac(["plan", ...base, ...all, "--output", "markdown"], {
    cwd,
    env: { ...env, ...logins },
  });
  const [title, , warning] = ran.out.split("\n");
  expect(title).toMatch(/^### osac plan: /);
  expect(warning).toContain("this pull request changes targets or their settings");
  expect(ran.out.slice(0, ran.out.indexOf("| target"))).toContain(
    [
      `! targets.eu-1: ${clusters["eu-1"]!.url} → ${stolen.url} (osac.yml:4)`,
      `! targets.us-1: - ${clusters["us-1"]!.url}`,
      "! targets.us-1.group: - production",
      `! targets.asia: + ${stolen.url} (osac.yml:5)`,
    ].join("\n"),
  );
  expect(stolen.requests).toEqual([]);
  expect(writes(clusters["us-1"]!)).toEqual([]);
  const added = await osac(["plan", ...base, "--target", "asia"], { cwd, env: { ...env, ...logins } });
  expect(added.code).toBe(3);
  expect(added.err).toContain('there is no target "asia"');
  expect(stolen.requests).toEqual([]);
});

describe("apply over groups in order", () => {
  const apply = ["apply", ...all, "--yes", ...json];
  /** The next run without the fault writes what is left. */
  async function expectNextRunToFinish(staged: Staged): Promise<void> {
    const next = await staged.run(apply);
    expect(next.code).toBe(0);
    expect(
      Object.values(results(next)).filter((result) => result !== "applied" && result !== "clean"),
    ).toEqual([]);
    for (const cluster of Object.values(staged.clusters))
      expect(cluster.stored("tenants")).toHaveProperty("sandbox");
  }

  test("asks for --yes, because it cannot ask for each target", async () => {
    const staged = await stage();
    const { code, err } = await staged.run(["apply", ...all]);
    expect(code).toBe(3);
    expect(err).toContain("[no-confirmation]");
    expect(written(staged)).toEqual([]);
  });

  test("writes the canary first, reads it again, and then the others", async () => {
    const staged = await stage();
    const when: Record<string, number> = {};
    for (const [name, cluster] of Object.entries(staged.clusters))
      cluster.fail({ when: (one) => isPatch(one) && ((when[name] = performance.now()), false) });
    const ran = await staged.run(apply);
    expect(results(ran)).toEqual({ canary: "applied", "eu-1": "applied", "us-1": "applied" });
    expect(when["canary"]!).toBeLessThan(Math.min(when["eu-1"]!, when["us-1"]!));
    const [, ...again] = staged.clusters["canary"]!.requests.slice(
      staged.clusters["canary"]!.requests.findLastIndex(
        ({ method, status }) => method === "PATCH" && status === 200,
      ),
    );
    expect(again.filter(({ path }) => path.endsWith("/tenants")).length).toBeGreaterThan(1);
    expect(results(await staged.run(apply))).toEqual({ canary: "clean", "eu-1": "clean", "us-1": "clean" });
  });

  const users = {
    "internal_users.yml":
      '_meta: { type: internalusers, config_version: 2 }\nann: { password: "${env.PASSWORD_OF_ANN}" }\n',
  };
  const forAnn = { PASSWORD_OF_ANN: "Correct-Horse_7-Battery" };

  // Each of these makes a second plan warn, or write again, although nothing differs.
  test.for([
    ["--strict", "--prune", "tenants=all", "--allow-delete", "tenants/old"],
    ["--set-password", "ann"],
    ["--set-all-passwords"],
    ["--require-full-list"],
  ] as const)("opens the gate although the canary was applied with %j", async (flags) => {
    const staged = await stage({ files: users });
    if (flags[0] === "--strict")
      for (const cluster of Object.values(staged.clusters))
        await cluster.edit("tenants", (entities) => void (entities["old"] = {}));
    const ran = await staged.run([...apply, "--password-cost", "4", ...flags], { env: forAnn });
    expect([ran.code, results(ran)]).toEqual([
      0,
      { canary: "applied", "eu-1": "applied", "us-1": "applied" },
    ]);
  });

  test("starts nothing after a canary that fails before its writes", async () => {
    const staged = await stage();
    const ran = await staged.run(apply, { env: { OSAC_TARGET_CANARY_PASSWORD: "wrong" } });
    expect(ran.code).toBe(7);
    expect(results(ran)).toEqual({ canary: "unreachable", "eu-1": "not started", "us-1": "not started" });
    expect(readRows(ran).at(-1)!.error!.code).toBe("earlier-group");
    expect(written(staged)).toEqual([]);
    await expectNextRunToFinish(staged);
  });

  test("starts nothing after a canary whose write the server refuses", async () => {
    const staged = await stage();
    const refusal = { status: 400, body: '{"status":"error","reason":"no"}', when: isPatch };
    staged.clusters["canary"]!.fail(...Array.from({ length: 20 }, () => refusal));
    const ran = await staged.run(apply);
    expect(ran.code).not.toBe(0);
    expect(results(ran)).toMatchObject({ "eu-1": "not started", "us-1": "not started" });
    expect(written(staged)).toEqual([]);
  });

  test("starts nothing after a canary that somebody changes after its write", async () => {
    const staged = await stage();
    const canary = staged.clusters["canary"]!;
    let isMet = false;
    const [canaryWritten] = [(): boolean => writes(canary).length > 0];
    const change = (): boolean => {
      if (isMet || !canaryWritten()) return false;
      const reads = canary.requests.slice(
        canary.requests.findIndex(({ method, status }) => method === "PATCH" && status === 200),
      );
      if (!reads.some(({ path }) => path === "/")) return false;
      isMet = true;
      return true;
    };
    canary.fail({ when: () => (change() ? (void canary.edit("tenants", forget), false) : false) });
    const ran = await staged.run(apply);
    expect(isMet).toBe(true);
    expect(results(ran)).toEqual({ canary: "failed", "eu-1": "not started", "us-1": "not started" });
    expect(readRows(ran)[0]!.error!.code).toBe("not-empty-again");
    expect(ran.code).toBe(6);
    expect(written(staged)).toEqual(["canary"]);
    await expectNextRunToFinish(staged);
  });

  test("goes on with the others of a group after a failure in it", async () => {
    const staged = await stage();
    const ran = await staged.run([...apply, "--concurrency", "1"], {
      env: { OSAC_TARGET_EU_1_PASSWORD: "wrong" },
    });
    expect(results(ran)).toEqual({ canary: "applied", "eu-1": "unreachable", "us-1": "applied" });
    expect(ran.code).toBe(7);
    await expectNextRunToFinish(staged);
  });

  test("asks a cluster that cannot be reached once, before the first write", async () => {
    const staged = await stage();
    const ran = await staged.run(apply, { env: { OSAC_TARGET_US_1_PASSWORD: "wrong" } });
    expect(results(ran)).toEqual({ canary: "applied", "eu-1": "applied", "us-1": "unreachable" });
    expect(readRows(ran)[0]!.error!.code).toBe("unauthenticated");
    const { requests } = staged.clusters["us-1"]!;
    expect(requests.filter(({ path }) => path === "/")).toHaveLength(1);
  });

  test("passes the gate with --pass-gate alone, not with --keep-going", async () => {
    const env = { OSAC_TARGET_CANARY_PASSWORD: "wrong" };
    const going = await (await stage()).run([...apply, "--keep-going"], { env });
    expect(results(going)).toMatchObject({ "eu-1": "not started" });
    const passed = await (await stage()).run([...apply, "--pass-gate"], { env });
    expect(results(passed)).toEqual({ canary: "unreachable", "eu-1": "applied", "us-1": "applied" });
    expect(passed.code).toBe(7);
  });

  test("refuses a selection that leaves out a target before the gate", async () => {
    const staged = await stage();
    const some = ["apply", "--targets", "group:production", "--yes", ...json];
    const { code, out } = await staged.run(some);
    expect(code).toBe(3);
    expect(out).toContain("missing-group");
    expect(written(staged)).toEqual([]);
    expect((await staged.run([...some, "--pass-gate"])).code).toBe(0);
    expect((await staged.run(["apply", "--targets", "canary", "--yes"])).code).toBe(0);
  });

  test("a signal between the groups starts no further target, and the report says so", async () => {
    const staged = await stage();
    const signal = new AbortController();
    const canary = staged.clusters["canary"]!;
    const when = (): boolean => {
      // The first request after the write reads it again.
      if (writes(canary).length > 0) signal.abort("SIGTERM");
      return false;
    };
    canary.fail({ when });
    const ran = await staged.run(apply, { signal: signal.signal });
    expect(ran.code).toBe(143);
    expect(results(ran)).toEqual({ canary: "applied", "eu-1": "not started", "us-1": "not started" });
    expect(readRows(ran)[0]!.error).toMatchObject({ code: "interrupted" });
    expect(written(staged)).toEqual(["canary"]);
    await expectNextRunToFinish(staged);
  });

  test.for([
    [
      "a group that order does not list",
      "  x: { group: test }",
      '"test", and order lists canary, production',
    ],
    ["a target without a group", "  x: {}", "the target x has no group"],
  ] as const)("%s is an error of osac.yml", async ([, more, message]) => {
    const { run } = await stage({ more });
    const { code, err } = await run(["plan", ...all]);
    expect(code).toBe(3);
    expect(err).toContain(message);
    expect(err).toContain("[bad-order]");
  });
});

describe("saved plans of several targets", () => {
  const saving = ["plan", ...all, "--out", "plans"];

  test("are one file a target, and apply makes exactly their changes", async () => {
    const { run, cwd, clusters } = await stage();
    expect((await run(saving)).code).toBe(0);
    expect((await readdir(join(cwd, "plans"))).toSorted()).toEqual(["canary.json", "eu-1.json", "us-1.json"]);
    const ran = await run(["apply", "--plans", "plans", "--yes", ...json]);
    expect(results(ran)).toEqual({ canary: "applied", "eu-1": "applied", "us-1": "applied" });
    for (const cluster of Object.values(clusters))
      expect(cluster.stored("tenants")).toHaveProperty("sandbox");
  });

  test.for([
    ["canary", { canary: "refused", "eu-1": "not started", "us-1": "not started" }],
    ["eu-1", { canary: "applied", "eu-1": "refused", "us-1": "applied" }],
  ] as const)("a stale plan of %s blocks itself and the groups after it", async ([name, expected]) => {
    const { run, clusters } = await stage();
    await run(saving);
    await clusters[name]!.edit("tenants", (tenants) => ({ ...tenants, sandbox: { description: "by hand" } }));
    const ran = await run(["apply", "--plans", "plans", "--yes", ...json]);
    expect(results(ran)).toEqual(expected);
    expect(ran.code).toBe(4);
  });

  test("a target without a plan fails, and the groups after it do not start", async () => {
    const { run } = await stage();
    await run(["plan", "--targets", "group:production", "--out", "plans"]);
    const ran = await run(["apply", "--plans", "plans", "--yes", ...json]);
    expect(results(ran)).toEqual({ canary: "failed", "eu-1": "not started", "us-1": "not started" });
    expect(readRows(ran)[0]!.error!.message).toMatch(/^--plan plans\/canary\.json does not exist/);
  });
});

function forget(tenants: Record<string, unknown>): void {
  delete tenants["sandbox"];
}
