import { mkdir, readFile, readdir, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import planSchema from "../../../schemas/plan.schema.json" with { type: "json" };
import schema from "../../../schemas/saved-plan.schema.json" with { type: "json" };
import type { SavedPlan } from "../../../src/model/saved-plan.ts";
import type { Simulator } from "../../../src/simulator/index.ts";
import { start, writes } from "../../support/simulated-cluster.ts";
import { desk, makeFile, forge, type Desk } from "./saved.ts";

const files = {
  "tenants.yml": makeFile("tenants", "sandbox: { description: Sand }\ncalm: { description: Quiet }"),
  "roles.yml": makeFile(
    "roles",
    "reader: { cluster_permissions: [cluster_monitor] }\nwriter: { description: W }",
  ),
};

const calm = { tenants: { calm: { description: "Quiet" } } };

async function stage(): Promise<Desk & { readonly simulator: Awaited<ReturnType<typeof start>> }> {
  const simulator = await start({ documents: calm });
  return { simulator, ...(await desk(simulator, files)) };
}

describe("a saved plan", () => {
  test("fits the published schema, and is its owner's alone", async () => {
    const { cwd, plan } = await stage();
    const fits = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);

    const saved = await plan("--set-all-passwords", "--expires", "0.5", "--kinds", "roles,tenants");

    fits(saved);
    expect(fits.errors ?? []).toEqual([]);
    expect(saved.cluster).toMatchObject({ name: "simulated", version: "3.4.0" });
    expect(saved.choices).toEqual({
      kinds: ["roles,tenants"],
      "password-cost": ["4"],
      "set-all-passwords": ["true"],
    });
    expect(Date.parse(saved.expiresAt) - Date.parse(saved.createdAt)).toBe(1_800_000);
    expect(saved.changes.map(({ action, kind, name }) => `${action} ${kind}/${name}`)).toEqual([
      "create roles/reader",
      "create roles/writer",
      "create tenants/sandbox",
    ]);
    expect((await stat(join(cwd, "plan.json"))).mode & 0o777).toBe(0o600);
    expect((await readdir(cwd)).toSorted()).toEqual([
      "admin.key",
      "admin.pem",
      "ca.pem",
      "plan.json",
      "security",
    ]);
  });

  test("says in text, Markdown and JSON where it is, how long, and how to apply it", async () => {
    const { osac } = await stage();
    const argv = ["plan", "security", "--out", "plan.json"];

    const text = await osac(argv);
    expect(text.out).toMatch(
      /^Plan id [0-9a-f]{32}, saved in plan\.json, valid until \d{4}-\d\d-\d\d \d\d:\d\d UTC\nTo apply exactly this: osac apply security --plan plan\.json\n$/m,
    );
    const markdown = await osac([...argv, "--output", "markdown"]);
    expect(markdown.out).toMatch(
      /^Plan id `[0-9a-f]{64}`, saved in plan\.json, .*:\n\n {4}osac apply security --plan plan\.json\n$/m,
    );
    const json = JSON.parse((await osac([...argv, "--output", "json"])).out) as {
      planId: string;
      saved: object;
    };
    expect(json.saved).toEqual({ file: "plan.json", expiresAt: expect.stringMatching(/Z$/) });
    fitsPlanSchema(json);
  });

  test("has one id, whatever the time, the order in the files and the machine", async () => {
    const { plan, write } = await stage();
    const first = await plan();
    await write(
      "tenants.yml",
      makeFile("tenants", "calm: { description: Quiet }\nsandbox: { description: Sand }"),
    );
    const second = await plan("--expires", "48");
    expect(second.id).toBe(first.id);
    expect(second.checksum).not.toBe(first.checksum);
  });

  test("takes the place of an older one, also behind a link, and leaves it where it cannot be written", async () => {
    const { cwd, osac, plan } = await stage();
    await writeFile(join(cwd, "older.json"), '{"filesDigest": "old"}', { mode: 0o644 });
    await symlink("older.json", join(cwd, "plan.json"));

    const { id } = await plan();
    expect(JSON.parse(await readFile(join(cwd, "older.json"), "utf8"))).toMatchObject({ id });
    expect((await stat(join(cwd, "older.json"))).mode & 0o777).toBe(0o600);

    await mkdir(join(cwd, "folder"));
    for (const [out, words] of [
      ["folder", "not a file"],
      ["/dev/null", "not a file"],
      ["nowhere/plan.json", "directory does not exist"],
      ["ca.pem/plan.json", "directory does not exist"],
    ] as const) {
      const ran = await osac(["plan", "security", "--out", out]);
      expect(ran.code).toBe(3);
      expect(ran.err).toContain("[unwritable-file]");
      expect(ran.err).toContain(words);
    }
  });

  test("leaves a file that is no plan as it is, and takes an empty one", async () => {
    const { cwd, osac, plan } = await stage();
    const roles = await readFile(join(cwd, "security", "roles.yml"), "utf8");
    const { code, err } = await osac(["plan", "security", "--out", "security/roles.yml"]);
    expect(code).toBe(3);
    expect(err).toMatch(/^error: --out security\/roles.yml: .* is no saved plan.*\[unwritable-file\]/m);
    expect(await readFile(join(cwd, "security", "roles.yml"), "utf8")).toBe(roles);

    await writeFile(join(cwd, "plan.json"), "");
    expect((await plan()).id).toBeDefined();
  });

  test("is not written where the plan has errors, and that is said", async () => {
    const { cwd, osac, write } = await stage();
    await write("roles_mapping.yml", makeFile("rolesmapping", "nobody: { users: [ann] }"));
    const { code, err } = await osac(["plan", "security", "--out", "plan.json"]);
    expect(code).toBe(3);
    expect(err).toContain("plan.json was not written");
    expect(err).toContain("[plan-not-saved]");
    expect(await readdir(cwd)).not.toContain("plan.json");
  });

  test("needs the UUID of the cluster, and says what gives it", async () => {
    const { osac, simulator } = await stage();
    simulator.fail({ status: 403, body: "{}", when: ({ path }) => path === "/" });
    const { code, err } = await osac(["plan", "security", "--out", "plan.json"]);
    expect(code).toBe(7);
    expect(err).toMatch(/a plan cannot be saved.*\[no-cluster-uuid\]\n {2}hint: .*cluster:monitor\/main/);
  });

  test("a plan without changes can be saved, and its apply writes nothing", async () => {
    const { osac, apply, plan, simulator } = await stage();
    await osac(["apply", "security", "--yes"]);
    const { changes } = await plan();
    expect(changes).toEqual([]);
    const before = writes(simulator);
    expect(await apply()).toMatchObject({ code: 0, out: expect.stringContaining("Already applied:") });
    expect(writes(simulator)).toEqual(before);
  });
});

describe("apply --plan", () => {
  test("writes exactly the plan, once", async () => {
    const { apply, plan, simulator } = await stage();
    const { id } = await plan();

    const first = await apply();
    expect(first).toMatchObject({ code: 0, err: expect.not.stringContaining("error") });
    expect(first.out).toContain(`Plan id ${id.slice(0, 32)}\n`);
    expect(writes(simulator)).toEqual(["PATCH tenants 200", "PATCH roles 200"]);

    const again = await apply();
    expect(again).toMatchObject({ code: 0, err: "" });
    expect(again.out).toContain(
      `Already applied: plan ${id.slice(0, 32)} has nothing left to do, the cluster holds its 3 changes.`,
    );
    expect(writes(simulator)).toHaveLength(2);
    const json = JSON.parse((await apply("--output", "json")).out) as object;
    expect(json).toMatchObject({ exitCode: 0, review: { planId: id, applied: 3, stale: 0 }, changes: [] });
    fitsPlanSchema(json);
  });

  test("makes the rest of a plan that came half way", async () => {
    const { apply, plan, simulator } = await stage();
    await plan();
    simulator.fail({
      status: 429,
      when: ({ method, path }) => method === "PATCH" && path.endsWith("/roles"),
    });
    // The probe before the first write needs a fault as well. This one is for the probe.
    const half = await apply();
    const rest = await apply();
    expect([half.code, rest.code]).toEqual([expect.any(Number), 0]);
    expect(simulator.stored("roles")).toMatchObject({ reader: {}, writer: {} });
  });

  test("says how much of a plan is there already", async () => {
    const { apply, plan, simulator } = await stage();
    await plan();
    await simulator.edit("tenants", (tenants) => void (tenants["sandbox"] = { description: "Sand" }));
    const { code, err } = await apply();
    expect(code).toBe(0);
    expect(err).toContain("1 of the 3 reviewed changes is already made [partly-applied]");
    expect(writes(simulator)).toEqual(["PATCH roles 200"]);
  });

  test("asks where somebody can be asked, and nowhere else", async () => {
    const { osac, plan, simulator } = await stage();
    await plan();
    const argv = ["apply", "security", "--plan", "plan.json"];
    expect(await osac(argv)).toMatchObject({ code: 3, err: expect.stringContaining("[no-confirmation]") });
    expect(await osac(argv, { stdin: typed("n\n") })).toMatchObject({ code: 0 });
    expect(writes(simulator)).toEqual([]);
    expect(await osac(argv, { stdin: typed("y\n") })).toMatchObject({ code: 0 });
    expect(writes(simulator)).toHaveLength(2);
  });

  test("looks again after the question", async () => {
    const { osac, plan, simulator } = await stage();
    const { id } = await plan();
    const stdin = typed(async () => {
      await simulator.edit("roles", (roles) => void (roles["reader"] = { description: "by hand" }));
      return "y\n";
    });
    const { code, out, err } = await osac(["apply", "security", "--plan", "plan.json"], { stdin });
    expect(code).toBe(4);
    expect(err).toContain(
      "roles/reader: it changed in the cluster after the plan was made; nothing was written",
    );
    expect(out).toMatch(
      /Changed in the cluster since the plan was made:\nroles\n {2}\+ reader\n {6}description {2}by hand/,
    );
    expect(out).toContain(`of plan ${id.slice(0, 32)} can no longer be made`);
    expect(writes(simulator)).toEqual([]);
  });

  test("looks again after everything that takes time, right before the first write", async () => {
    const { apply, plan, simulator } = await stage();
    await plan();
    moveAt(simulator, "GET", "/permissionsinfo");
    expect(await apply()).toMatchObject({ code: 4, err: expect.stringContaining("[changed-meanwhile]") });
    expect(writes(simulator)).toEqual([]);
  });

  test("stops where something moves under way", async () => {
    for (const by of ["plan", "id"]) {
      const { osac, plan, simulator } = await stage();
      const { id } = await plan();
      moveAt(simulator, "PATCH", "/tenants");
      const held = by === "plan" ? ["--plan", "plan.json"] : ["--expect-plan", id];
      const { code, out, err } = await osac(["apply", "security", "--yes", ...held]);
      expect(code).toBe(6);
      expect(err).toContain("[changed-meanwhile]");
      expect(out).toMatch(/done +create tenants\/sandbox/);
      expect(simulator.stored("roles")["reader"]).toEqual({ description: "by hand" });
      expect(writes(simulator)).toEqual(["PATCH tenants 200"]);
    }
  });

  test("leaves a difference elsewhere alone, even one that could not be written, and says how many there are", async () => {
    const { apply, plan, simulator, write, osac } = await stage();
    await write("internal_users.yml", makeFile("internalusers", 'ann: { password: "${env.ANN}" }'));
    await osac(["apply", "security", "--yes"], { env: { ANN: "Anns-Pass-2025" } });
    await simulator.edit("roles", (roles) => void delete roles["reader"]);
    const before = writes(simulator).length;
    await plan();
    await simulator.edit("internalusers", (users) => void delete users["ann"]);
    await simulator.edit("tenants", (tenants) => void (tenants["calm"] = { description: "by hand" }));

    const { code, err } = await apply();
    expect(code).toBe(0);
    expect(err).toContain(
      "2 other differences are left alone: they are not in the reviewed plan [other-differences]",
    );
    expect(err).not.toContain("error");
    expect(writes(simulator).slice(before)).toEqual(["PATCH roles 200"]);
    expect(simulator.stored("tenants")["calm"]).toEqual({ description: "by hand" });
  });

  test("makes the choices of the plan again, and not those of the environment", async () => {
    const { apply, osac, simulator, write } = await stage();
    await write("roles.yml", makeFile("roles", "reader: { cluster_permissions: [cluster_monitor] }"));
    await simulator.edit("tenants", (tenants) => void (tenants["old"] = { description: "Old" }));
    const flags = [
      "--prune",
      "tenants=all",
      "--kinds",
      "tenants",
      "--allow-delete",
      "tenants/old",
      "--allow-delete",
      "tenants/admin_tenant",
    ];
    expect(await osac(["plan", "security", "--out", "plan.json", ...flags])).toMatchObject({ code: 0 });

    const { code, err } = await osac(["apply", "security", "--plan", "plan.json", "--yes"], {
      env: { OSAC_KINDS: "roles" },
    });
    expect(err).not.toContain("error");
    expect(code).toBe(0);
    expect(Object.keys(simulator.stored("tenants"))).toEqual(["_meta", "calm", "sandbox"]);
    expect(simulator.stored("roles")).not.toHaveProperty("reader");
    expect(await apply("--strict")).toMatchObject({ code: 0, err: "" });
  });

  test("is caught out where osac.yml makes something else of it", async () => {
    const { apply, plan, simulator, write } = await stage();
    await simulator.edit("tenants", (tenants) => void (tenants["old"] = { description: "Old" }));
    await write(
      "osac.yml",
      "prune: { tenants: all }\nguards: { max_delete_share: 100%, allow_delete: [tenants/old] }\n",
    );
    const { changes } = await plan("--kinds", "tenants");
    expect(changes.map(({ name }) => name)).toEqual(["old", "sandbox"]);
    await write("osac.yml", "prune: { tenants: never }\n");

    const { code, err } = await apply();
    expect(code).toBe(4);
    expect(err).toContain("the settings file differs from that of the plan: prune, guards.max_delete_share");
    expect(err).toContain("[other-settings]");
    expect(writes(simulator)).toEqual([]);
  });

  test("guards what it applies: by the limits of the run, else by those of the plan", async () => {
    const { apply, osac, plan, simulator } = await stage();
    await simulator.edit("tenants", (tenants) => void (tenants["old"] = { description: "Old" }));
    await plan("--prune", "tenants=all", "--max-delete-share", "100%");
    expect(await apply("--max-deletes", "0")).toMatchObject({
      code: 5,
      err: expect.stringContaining("nothing was written"),
    });
    const strict = { env: { OSAC_MAX_DELETE_SHARE: "0%" } };
    expect(await osac(["apply", "security", "--plan", "plan.json", "--yes"], strict)).toMatchObject({
      code: 5,
    });
    expect(writes(simulator)).toEqual([]);
    expect(await apply()).toMatchObject({ code: 0 });
    expect(simulator.stored("tenants")).not.toHaveProperty("old");
  });
});

async function planned(): Promise<Awaited<ReturnType<typeof stage>> & { readonly saved: SavedPlan }> {
  const set = await stage();
  return { ...set, saved: await set.plan() };
}

describe("before anything is compared", () => {
  test.for<[string, string, RegExp]>([
    ["is missing", "", /does not exist/],
    ["is no JSON", "{", /it is no JSON document/],
    ["is a number", "5", /it is no JSON document/],
    ["is of a later format", '{"version": 2}', /its format is 2, and this version of osac reads 1/],
    ["is something else", '{"name": "package"}', /must have required property/],
  ])("a file that %s is refused as bad input", async ([, text, words]) => {
    const { apply, cwd, simulator } = await stage();
    if (text !== "") await writeFile(join(cwd, "plan.json"), text);
    const { code, err } = await apply();
    expect(code).toBe(3);
    expect(err).toMatch(words);
    expect(simulator.requests).toEqual([]);
  });

  test("a plan that was edited is refused, whatever was edited", async () => {
    const { apply, cwd, saved, simulator } = await planned();
    const [first, ...rest] = saved.changes;
    const edits: Partial<SavedPlan>[] = [
      { id: "0".repeat(64) },
      { expiresAt: "2999-01-01T00:00:00.000Z" },
      { choices: { prune: ["roles=all"] } },
      { tool: "9.9.9" },
      { filesDigest: "0".repeat(64) },
      { changes: rest },
      { changes: [{ ...first!, after: { description: "more" } }, ...rest] },
      { changes: [{ ...first!, fingerprint: "0".repeat(64) }, ...rest] },
      { checksum: "0".repeat(64) },
    ];
    for (const edit of edits) {
      await writeFile(join(cwd, "plan.json"), JSON.stringify({ ...saved, ...edit }));
      const { code, err } = await apply();
      expect([code, edit]).toEqual([4, edit]);
      expect(err).toContain("[plan-edited]");
    }
    expect(writes(simulator)).toEqual([]);
    // White space does not count as an edit.
    await writeFile(join(cwd, "plan.json"), JSON.stringify(saved));
    expect(await apply()).toMatchObject({ code: 0 });
  });

  test("an expired plan is refused, to the second", async () => {
    const desk = await planned();
    const at = (ms: number): Promise<void> =>
      forge(desk, desk.saved, { expiresAt: new Date(Date.now() + ms).toISOString() });
    await at(-1000);
    const { code, err } = await desk.apply();
    expect(code).toBe(4);
    expect(err).toMatch(/the saved plan expired at .*Z; nothing was written \[plan-expired\]/);
    await at(30_000);
    expect(await desk.apply()).toMatchObject({ code: 0 });
  });

  test("another cluster of the same name is told by its UUID", async () => {
    const { cwd, osac, saved } = await planned();
    const other = await start({ documents: calm });
    await writeFile(join(cwd, "other.pem"), other.caCert);
    const env = { OSAC_URL: other.url, OSAC_CA_CERT: "other.pem" };
    const { code, err } = await osac(["apply", "security", "--plan", "plan.json", "--yes"], { env });
    expect(code).toBe(4);
    expect(err).toMatch(
      /made for the cluster simulated \((\S+)\), and osac is connected to simulated \((?!\1)\S+\); nothing was written \[other-cluster\]/,
    );
    expect(err).toContain(saved.cluster.uuid);
    expect(writes(other)).toEqual([]);
  });

  test("a cluster that hides its UUID may be any", async () => {
    const { apply, simulator } = await planned();
    simulator.fail({ status: 403, body: "{}", when: ({ path }) => path === "/" });
    expect(await apply()).toMatchObject({ code: 7, err: expect.stringContaining("[no-cluster-uuid]") });
    expect(writes(simulator)).toEqual([]);
  });

  test("other files are refused; line ends and whatever is not read are not looked at", async () => {
    const { apply, simulator, write } = await planned();
    await write("roles.yml", `${files["roles.yml"]}# a comment\n`);
    await write("readme.md", "new");
    expect(await apply()).toMatchObject({ code: 4, err: expect.stringContaining("[other-files]") });

    await write("roles.yml", files["roles.yml"].replaceAll("\n", "\r\n"));
    await write("tenants.yml", `\uFEFF${files["tenants.yml"]}`);
    expect(writes(simulator)).toEqual([]);
    expect(await apply()).toMatchObject({ code: 0 });
  });

  test("everything that is wrong is said at once", async () => {
    const desk = await planned();
    const uuid = "another-uuid";
    await forge(desk, desk.saved, {
      expiresAt: "2020-01-01T00:00:00.000Z",
      cluster: { ...desk.saved.cluster, name: "another", uuid },
      filesDigest: "0".repeat(64),
    });
    const text = await readFile(join(desk.cwd, "plan.json"), "utf8");
    await writeFile(join(desk.cwd, "plan.json"), text.replace('"tool":"', '"tool":"1'));
    const { code, err } = await desk.apply();
    expect(code).toBe(4);
    expect(err.match(/\[[a-z-]+\]/g)).toEqual(
      ["[other-files]", "[other-cluster]", "[plan-edited]", "[plan-expired]"].toSorted(
        (a, b) => err.indexOf(a) - err.indexOf(b),
      ),
    );
    const json = JSON.parse((await desk.apply("--output", "json")).out) as {
      exitCode: number;
      findings: object[];
    };
    expect(json).toMatchObject({ exitCode: 4 });
    expect(json.findings).toHaveLength(4);
  });
});

describe("a flag that would be ignored is refused", () => {
  test.for<[string[], string]>([
    [["--plan", "plan.json", "--expect-plan", "0".repeat(64)], "--expect-plan does not apply with --plan"],
    [["--plan", "plan.json", "--prune", "roles=all"], "--prune does not apply with --plan"],
    [["--plan", "plan.json", "--kinds", "roles"], "--kinds does not apply with --plan"],
    [["--plan", "plan.json", "--set-password", "ann"], "--set-password does not apply with --plan"],
    [["--plan", "plan.json", "--set-all-passwords"], "--set-all-passwords does not apply with --plan"],
    [["--plan", "plan.json", "--set-secret", "config/x"], "--set-secret does not apply with --plan"],
    [["--plan", "plan.json", "--password-cost", "4"], "--password-cost does not apply with --plan"],
    [
      ["--plan", "plan.json", "--password-algorithm", "bcrypt"],
      "--password-algorithm does not apply with --plan",
    ],
    [["--plan", "plan.json", "--allow-delete", "roles/a"], "--allow-delete does not apply with --plan"],
    [["--out", "plan.json"], "--out does not apply to this command"],
    [["--expires", "3"], "--expires does not apply to this command"],
  ])("apply %j", async ([flags, words]) => {
    const { osac, simulator } = await stage();
    const { code, err } = await osac(["apply", "security", "--yes", ...flags]);
    expect(code).toBe(3);
    expect(err).toContain(words);
    expect(simulator.requests).toEqual([]);
  });

  test.for<[string[], string]>([
    [["plan", "--expires", "3"], "--expires has no effect without --out"],
    [["plan", "--plan", "plan.json"], "--plan does not apply to this command"],
    [["plan", "--expect-plan", "0".repeat(64)], "--expect-plan does not apply to this command"],
    [["drift", "--out", "plan.json"], "--out does not apply to this command"],
    [["plan", "--out", "plan.json", "--expires", "0"], "a number of hours from 0.01 to 8760"],
    [["plan", "--out", "plan.json", "--expires", "1d"], "a number of hours from 0.01 to 8760"],
    [["plan", "--out", ""], "the value is empty"],
    [["apply", "--plan", ""], "the value is empty"],
  ])("%j", async ([[command, ...flags], words]) => {
    const { osac } = await stage();
    const { code, err } = await osac([command!, "security", ...flags]);
    expect(code).toBe(3);
    expect(err).toContain(words);
  });

  test("a variable is not a flag: it may be set for every run", async () => {
    const { apply, osac } = await stage();
    const env = { OSAC_EXPIRES: "3", OSAC_KINDS: "roles,tenants" };
    expect(await osac(["plan", "security"], { env })).toMatchObject({ code: 0, err: "" });
    await osac(["plan", "security", "--out", "plan.json"], { env });
    expect(await apply()).toMatchObject({ code: 0 });
  });

  test("a choice of a plan that this version does not know is refused", async () => {
    const desk = await stage();
    const saved = await desk.plan();
    await forge(desk, saved, { choices: { sorcery: ["on"] } });
    const { code, err } = await desk.apply();
    expect(code).toBe(3);
    expect(err).toContain(
      "plan.json was made with --sorcery, which this version of osac does not know [unknown-choice]",
    );
  });
});

/** Changes a role as another client at this request: the probe of the access, or the first write. */
function moveAt(simulator: Simulator, asked: string, end: string): void {
  simulator.fail({
    delayMs: 50,
    when: ({ method, path }) => {
      if (method !== asked || !path.endsWith(end)) return false;
      void simulator.edit("roles", (roles) => void (roles["reader"] = { description: "by hand" }));
      return true;
    },
  });
}

function fitsPlanSchema(document: object): void {
  const fits = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(planSchema);
  fits(document);
  expect(fits.errors ?? []).toEqual([]);
}

/** A terminal where the user types this. */
function typed(
  text: string | (() => Promise<string>),
): AsyncIterable<string> & { readonly isTerminal: boolean } {
  const lines = async function* (): AsyncGenerator<string> {
    yield typeof text === "string" ? text : await text();
  };
  return Object.assign(lines(), { isTerminal: true });
}
