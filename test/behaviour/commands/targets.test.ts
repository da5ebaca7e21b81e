import { describe, expect, test } from "vitest";
import { folder } from "../../support/folder.ts";
import { osac, type Ran } from "../../support/osac.ts";
import { start } from "../../support/simulated-cluster.ts";
import { commit, git, repository, write } from "../../unit/git/repository.ts";

const tenants = (lines: string): string => `_meta: { type: tenants, config_version: 2 }\n${lines}`;

/** Two clusters, and a directory whose settings name them as targets. */
async function stage(more: Record<string, string> = {}) {
  const [east, west] = [await start(), await start()];
  const files = {
    "osac.yml": [
      "variables: { team: search }",
      "targets:",
      `  eu-east: { cluster: { url: ${east.url} }, layers: [base], guards: { max_deletes: 1 } }`,
      `  eu.west: { cluster: { url: ${west.url} }, layers: [base, west], variables: { team: sales, place: Paris } }`,
    ].join("\n"),
    "base/tenants.yml": tenants('"${var.team}": { description: base }\n'),
    "west/tenants.yml": tenants('west: { description: "${var.place}" }\n'),
    "ca.pem": east.caCert,
    ...more,
  };
  const env = {
    OSAC_CA_CERT: "ca.pem",
    OSAC_TARGET_EU_EAST_USERNAME: "admin",
    OSAC_TARGET_EU_EAST_PASSWORD: "admin",
  };
  const cwd = await folder(files);
  const run = async (argv: readonly string[], given: Record<string, string> = {}): Promise<Ran> =>
    osac(argv, { cwd, env: { ...env, ...given } });
  return { east, west, files, env, cwd, run };
}

const names = ({ out }: Ran): string[] =>
  (JSON.parse(out) as { changes: { name: string }[] }).changes.map(({ name }) => name);

const pinned = ["--config", "osac.yml", "--output", "json"];

describe("a run on one target", () => {
  test("takes its address, layers, variables and login, and the other settings of the file", async () => {
    const { run } = await stage();
    expect(names(await run(["plan", "--target", "eu-east", ...pinned]))).toEqual(["search"]);
    const login = { OSAC_TARGET_EU_WEST_USERNAME: "admin", OSAC_TARGET_EU_WEST_PASSWORD: "admin" };
    expect(names(await run(["plan", "--target", "eu.west", ...pinned], login))).toEqual(["sales", "west"]);
  });

  test("takes the usual variables, too, for a job that holds the login of one cluster", async () => {
    const { run } = await stage();
    const login = { OSAC_USERNAME: "admin", OSAC_PASSWORD: "admin", OSAC_TARGET: "eu.west" };
    expect(names(await run(["plan", ...pinned], login))).toEqual(["sales", "west"]);
  });

  test("takes a flag before a variable of the target, and that before the usual variable", async () => {
    const { run, east } = await stage();
    const argv = ["plan", "--target", "eu-east", ...pinned];
    const wrong = { OSAC_PASSWORD: "wrong", OSAC_URL: "https://127.0.0.1:1" };
    const own = { OSAC_TARGET_EU_EAST_URL: east.url };
    expect((await run(argv, { ...wrong, ...own })).code).toBe(0);
    const elsewhere = { OSAC_TARGET_EU_EAST_URL: "https://127.0.0.1:1" };
    expect((await run(argv, elsewhere)).code).toBe(7);
    expect((await run([...argv, "--url", `${east.url}/`], elsewhere)).code).toBe(0);
  });

  test.for(["--url", "OSAC_URL"])("is refused with the address of another cluster in %s", async (name) => {
    const { run, west } = await stage();
    const argv = ["plan", "--target", "eu-east", "--config", "osac.yml"];
    const { code, err } = name.startsWith("--")
      ? await run([...argv, name, west.url])
      : await run(argv, { [name]: west.url });
    expect(code).toBe(3);
    expect(err).toContain(`${name} is ${west.url}, and the target eu-east is the cluster at`);
    expect(err).toContain("[other-cluster]");
    expect(west.requests).toEqual([]);
  });

  test("takes its login whole from one place: half of one is not completed by half of another", async () => {
    const { run, east } = await stage();
    const usual = { OSAC_USERNAME: "admin", OSAC_PASSWORD: "admin", OSAC_TOKEN: "" };
    const halves: readonly Record<string, string>[] = [
      { OSAC_TARGET_EU_EAST_PASSWORD: "" },
      { OSAC_TARGET_EU_EAST_USERNAME: "" },
    ];
    for (const half of halves) {
      const { code, err } = await run(["plan", "--target", "eu-east", "--config", "osac.yml"], {
        ...usual,
        ...half,
      });
      expect(code).toBe(3);
      expect(err).toMatch(/OSAC_TARGET_EU_EAST_\w+ has no effect alone/);
      expect(err).toMatch(/or OSAC_TARGET_EU_EAST_\w+$/m);
    }
    expect(east.requests).toEqual([]);
    const token = {
      OSAC_TOKEN: "a-token-of-another-cluster",
      OSAC_AUTH: "sigv4",
      OSAC_CLIENT_KEY: "key.pem",
    };
    expect((await run(["plan", "--target", "eu-east", ...pinned], token)).code).toBe(0);
  });

  test("render writes the files of one target", async () => {
    const { run } = await stage();
    expect((await run(["render", "--target", "eu.west", "--out", "plain"])).out).toBe(
      "2 entities in 1 file of plain\n",
    );
  });

  test("a setting of the target overrides that of the file", async () => {
    const { run } = await stage();
    const { out } = await run(["plan", "--target", "eu-east", ...pinned]);
    expect(out).toContain('"guards.max_deletes"');
  });
});

test("osac targets lists name, group, address and labels, for people and as JSON", async () => {
  const cwd = await folder({
    "osac.yml":
      "targets: { a: { group: canary }, b.c: { labels: { region: eu }, cluster: { url: https://b } } }",
  });
  expect((await osac(["targets"], { cwd })).out).toBe("a    canary\nb.c          https://b  region=eu\n");
  const { out } = await osac(["targets", "--output", "json"], { cwd });
  expect((JSON.parse(out) as { targets: unknown }).targets).toEqual([
    { name: "a", group: "canary", labels: {}, url: null },
    { name: "b.c", group: null, labels: { region: "eu" }, url: "https://b" },
  ]);
});

const makeTargets = (names: readonly string[]): string =>
  `targets: { ${names.map((name) => `${name}: { group: g, labels: { environment: e-${name} } }`).join(", ")}, b: {} }`;

test("osac targets lists a matrix with a job for each target, and refuses one that is too large", async () => {
  const cwd = await folder({ "osac.yml": makeTargets(["a"]) });
  const matrix = async (): Promise<Ran> => osac(["targets", "--output", "matrix"], { cwd });
  expect((await matrix()).out).toBe(
    '{"include":[{"target":"a","group":"g","environment":"e-a"},{"target":"b","group":"","environment":"b"}]}\n',
  );
  await write(cwd, { "osac.yml": makeTargets(Array.from({ length: 256 }, (_, index) => `t${index}`)) });
  const { code, err } = await matrix();
  expect(code).toBe(3);
  expect(err).toContain("257 targets are more than the 256 jobs of a matrix [matrix-too-large]");
});

describe("a pull request", () => {
  test("that changes or adds the address of a target gets no login", async () => {
    const { run } = await stage();
    const { code, err } = await run(["plan", "--target", "eu-east"]);
    expect(code).toBe(3);
    expect(err).toContain("OSAC_TARGET_EU_EAST_URL");
    expect(err).toContain("[unpinned-setting]");
  });

  test("is planned with the target of the base, and the change of the address is shown", async () => {
    const { files, env, east } = await stage();
    const path = await repository();
    await commit(path, files);
    const changed = files["osac.yml"].replace(east.url, "https://evil.example");
    await write(path, { "osac.yml": `${changed}\n  new: { cluster: { url: "https://evil.example" } }\n` });
    const run = async (target: string): Promise<Ran> =>
      osac(["plan", "--target", target, "--settings-from", "HEAD", "--output", "json"], { cwd: path, env });
    const { out } = await run("eu-east");
    const { settingChanges } = JSON.parse(out) as { settingChanges: unknown };
    expect(settingChanges).toMatchObject([
      { name: "targets.eu-east", before: east.url, after: "https://evil.example" },
      { name: "targets.new", after: "https://evil.example" },
      { name: "cluster.url", before: east.url, after: "https://evil.example" },
    ]);
    expect((await run("new")).out).toContain("there is no target");
  });
});

describe("bad targets are errors with what to type", () => {
  const cases: readonly [string, string, readonly string[], string][] = [
    ["no target", "", [], "[no-target] hint: pass --target eu-east, or --targets all; there are eu-east"],
    ["an unknown target", "", ["--target", "eu-est"], "[unknown-target] hint: did you mean eu-east?"],
    [
      "a target where there are none",
      "none",
      ["--target", "a"],
      "pass a directory whose osac.yml declares targets",
    ],
    ["a name twice", "  eu-east: {}\n", ["--target", "eu-east"], "[yaml-duplicate-key]"],
    ["two names with the same variables", "  eu-west: {}\n", ["--target", "eu-east"], "[bad-target]"],
    ["a name that is no part of a variable", "  eu/x: {}\n", ["--target", "eu-east"], '"eu/x" [bad-target]'],
    ["an unknown setting", "  a: { clustr: {} }\n", ["--target", "a"], "did you mean cluster?"],
    ["a wrong value", "  a: { strict: 3 }\n", ["--target", "a"], "targets.a.strict: expected true or false"],
  ];

  test.for(cases)("%s", async ([, line, argv, message]) => {
    const { files, run, cwd } = await stage();
    await write(cwd, { "osac.yml": line === "none" ? "strict: false\n" : `${files["osac.yml"]}\n${line}` });
    const { code, err } = await run(["plan", ...argv, "--config", "osac.yml"]);
    expect(code).toBe(3);
    expect(err.replaceAll(/\s+/g, " ")).toContain(message);
  });
});

describe("targets in a file of their own", () => {
  const own = {
    "osac.yml": "order: [canary, production]\ntargets: osac.targets.yml\n",
    "osac.targets.yml":
      'canary: { group: canary, cluster: { url: "https://canary.example.org:9200" } }\neu: { group: production, layers: [base] }\n',
    "base/tenants.yml": "_meta: { type: tenants, config_version: 2 }\nsearch: {}\n",
  };

  test("are the targets of osac.yml", async () => {
    const cwd = await folder(own);
    expect(await osac(["targets"], { cwd })).toMatchObject({
      code: 0,
      out: "canary  canary      https://canary.example.org:9200\neu      production\n",
    });
    expect(await osac(["validate", "--target", "eu"], { cwd })).toMatchObject({ code: 0, err: "" });
  });

  test("have the places of their file in messages", async () => {
    const cwd = await folder({ ...own, "osac.targets.yml": "eu: { gruop: x }\nus: { group: canary }\n" });
    const { code, err } = await osac(["targets"], { cwd });
    expect(code).toBe(3);
    expect(err).toMatch(/osac\.targets\.yml:1:\d+: .*gruop/);
  });

  test("come from the commit of --settings-from, and what the files change in them is shown", async () => {
    const cwd = await folder(own);
    await git(cwd, "init", "--quiet", "--initial-branch=main");
    await commit(cwd, {});
    await commit(cwd, {
      "osac.targets.yml": own["osac.targets.yml"].replace("canary.example", "evil.example"),
    });
    const { out } = await osac(["targets", "--settings-from", "HEAD~1"], { cwd });
    expect(out).toContain("https://canary.example.org:9200");
    const validated = await osac(["validate", "--target", "eu", "--settings-from", "HEAD~1"], { cwd });
    expect(validated.out).toContain(
      "targets.canary: https://canary.example.org:9200 → https://evil.example.org:9200",
    );
  });

  test("without a review of it, the file gives no address to a login", async () => {
    const cwd = await folder(own);
    const env = { OSAC_TARGET_CANARY_USERNAME: "admin", OSAC_TARGET_CANARY_PASSWORD: "admin" };
    const { code, err } = await osac(["plan", "--target", "canary"], { cwd, env });
    expect(code).toBe(3);
    expect(err).toMatch(/osac\.targets\.yml:1:\d+: .*cluster\.url controls the login/);
  });

  test.for([
    ["other.yml", "name the file osac.targets.yml"],
    ["../osac.targets.yml", "name the file osac.targets.yml"],
    ["osac.more.yml", "there is no file osac.more.yml beside osac.yml"],
  ])("%s is refused with what to type", async ([name, words]) => {
    const { code, err } = await osac(["targets"], {
      cwd: await folder({ "osac.yml": `targets: ${name}\n` }),
    });
    expect(code).toBe(3);
    expect(err).toContain("osac.yml:1:1: ");
    expect(err).toContain(words);
  });
});

test("validate reports a variable of all targets that no file of any target uses, with its place", async () => {
  const cwd = await folder({
    "osac.yml":
      "variables: { team: search, typo: x }\ntargets:\n  a: { layers: [a] }\n  b: { layers: [b] }\n",
    "a/tenants.yml": '_meta: { type: tenants, config_version: 2 }\n"${var.team}": {}\n',
    "b/tenants.yml": "_meta: { type: tenants, config_version: 2 }\nother: {}\n",
  });
  const { code, out } = await osac(["validate", "--target", "b"], { cwd });
  expect(code).toBe(3);
  expect(out).toMatch(
    /osac\.yml:1:28: error: no file of any target uses \$\{var\.typo\} \[unused-variable\]/,
  );
  expect(out).not.toContain("var.team");
});

test.for(["all", "group:canary", "region=eu", "a,b"])("--target %s names --targets", async (selection) => {
  const cwd = await folder({ "osac.yml": "targets: { a: {}, b: {} }\n" });
  const { code, err } = await osac(["plan", "--target", selection], { cwd });
  expect(code).toBe(3);
  expect(err).toContain(`for several targets, pass --targets ${selection}`);
});

test("a target twice is an error with its place, and what to do", async () => {
  const cwd = await folder({ "osac.yml": "targets:\n  a: {}\n  a: {}\n" });
  const { code, err } = await osac(["plan", "--targets", "all"], { cwd });
  expect(code).toBe(3);
  expect(err).toContain('osac.yml:3:3: error: the key "a" is here a second time');
  expect(err).toContain("rename it if it is another target");
});

describe("an address with a login", () => {
  const places: Record<string, Record<string, string>> = {
    "of a target": { "osac.yml": 'targets: { a: { cluster: { url: "https://ann:geheim@h" } } }\n' },
    "with a key": { "osac.yml": 'targets: { a: { cluster: { url: "https://h?key=geheim" } } }\n' },
    "of all": { "osac.yml": 'cluster: { url: "https://ann:geheim@h" }\ntargets: { a: {} }\n' },
    "in the place of a map": { "osac.yml": 'targets: { a: { cluster: "https://ann:geheim@h" } }\n' },
    "in a file of its own": {
      "osac.yml": "targets: osac.targets.yml\n",
      "osac.targets.yml": 'a: { cluster: { url: "https://ann:geheim@h" } }\n',
    },
  };

  const argvs = [
    ["targets"],
    ["targets", "--output", "json"],
    ["validate", "--target", "a"],
    ["plan", "--targets", "all", "--config", "osac.yml", "--output", "json"],
    ["compare", "a", "a"],
    ["render", "--target", "a", "--out", "out"],
  ];

  test.for(Object.entries(places))("%s is refused by every command, and not shown", async ([, files]) => {
    const cwd = await folder(files);
    for (const argv of argvs) {
      const { code, out, err } = await osac(argv, { cwd });
      expect(code).toBe(3);
      expect(out + err).toMatch(/osac(?:\.targets)?\.yml/);
      expect(out + err).not.toContain("geheim");
    }
  });

  test("that a pull request adds is not shown as a change", async () => {
    const cwd = await folder({});
    await git(cwd, "init", "--quiet", "--initial-branch=main");
    await commit(cwd, { "osac.yml": 'targets: { a: { cluster: { url: "https://h" } } }\n' });
    await commit(cwd, places["of a target"]!);
    const argv = ["validate", "--target", "a", "--settings-from", "HEAD~1"];
    const { code, out, err } = await osac(argv, { cwd });
    expect({ code, text: out + err }).toEqual({ code: 3, text: expect.not.stringContaining("geheim") });
  });
});
