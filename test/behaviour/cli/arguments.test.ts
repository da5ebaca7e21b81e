import { execFileSync, spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { commands } from "../../../src/commands/index.ts";
import { options, type Option } from "../../../src/settings/options.ts";
import { exitCodes } from "../../../src/exit-codes.ts";
import { folder } from "../../support/folder.ts";
import { osac } from "../../support/osac.ts";

const tenants = '_meta:\n  type: "tenants"\n  config_version: 2\nteam:\n  description: "x"\n';

const hasFish = spawnSync("fish", ["--version"]).status === 0;

describe("help", () => {
  test("the version is one line", async () => {
    expect(await osac(["--version"])).toEqual({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      err: "",
    });
  });

  test("help names every command and every exit code", async () => {
    const { code, out } = await osac(["--help"]);
    expect(code).toBe(0);
    for (const { name } of commands) expect(out).toContain(`osac ${name}`);
    for (const { code: exit, meaning } of Object.values(exitCodes))
      expect(out).toContain(`${exit}  ${meaning}`);
  });

  test.for(commands)(
    "the help of $name names its flags and their variables",
    async ({ name, options: names }) => {
      const { out } = await osac([...name.split(" "), "--help"]);
      for (const option of names.map((one): Option<unknown> => options[one])) {
        if (!option.flag) continue;
        expect(out).toContain(`--${option.flag} `);
        if (option.env) expect(out).toContain(option.env);
      }
    },
  );

  test("the help of a command begins with its own flags, and ends with those of the login", async () => {
    const { out } = await osac(["plan", "--help"]);
    const headings = Array.from(out.matchAll(/^(\S.*):$/gm), ([, heading]) => heading);
    expect(headings).toEqual([
      "Arguments",
      "Options",
      "Guards",
      "Placeholders and passwords",
      "Several targets",
      "Options of every command",
      "Cluster and login",
    ]);
  });

  test("no command at all shows the help as an error", async () => {
    const { code, out, err } = await osac([]);
    expect({ code, out }).toEqual({ code: 3, out: "" });
    expect(err).toContain("Commands:");
    expect(err).toContain("error: missing command");
  });

  test.for([["-h"], ["help"]])("%j is --help", async (argv) => {
    expect(await osac(argv)).toEqual(await osac(["--help"]));
  });

  test("-V is --version", async () => {
    expect(await osac(["-V"])).toEqual(await osac(["--version"]));
  });

  test.for(commands)("the help of $name is told by -h, and by help before its name", async ({ name }) => {
    const words = name.split(" ");
    const help = await osac([...words, "--help"]);
    expect(help.out).toContain(`osac ${name}`);
    expect(await osac([...words, "-h"])).toEqual(help);
    expect(await osac(["help", ...words])).toEqual(help);
  });

  test.skipIf(process.platform === "win32")("bash completes with the script that is printed", async () => {
    const { out: script } = await osac(["completion", "bash"]);
    const path = await folder({ script });
    const complete = `osac() { printf '%s\\n' plan prune; }; source ${path}/script; COMP_LINE='osac pl'; COMP_POINT=7; _osac; echo "\${COMPREPLY[*]}"`;
    expect(execFileSync("bash", ["-c", complete], { encoding: "utf8" })).toBe("plan\n");
  });

  test.skipIf(!hasFish)(
    "the script for fish offers the choices of a flag, and files where there are none",
    async () => {
      const { out: script } = await osac(["completion", "fish"]);
      const path = await folder({ script, "settings.yml": "" });
      const complete = (line: string, ...answers: string[]): string[] => {
        const answer = `function osac; printf '%s\\n' ${answers.join(" ")}; end`;
        const asked = `${answer}; source script; complete -C ${JSON.stringify(line)}`;
        return execFileSync("fish", ["-c", asked], { encoding: "utf8", cwd: path }).trim().split("\n");
      };
      expect(complete("osac plan --output ", "text", "json")).toEqual(["json", "text"]);
      expect(complete("osac plan --config set")).toEqual(["settings.yml"]);
      expect(complete("osac plan ", "-h", "--help")).toContain("settings.yml");
    },
  );

  test("completion prints a script for each shell, and the scripts' questions are answered", async () => {
    for (const shell of [[], ["bash"], ["zsh"], ["fish"]])
      expect((await osac(["completion", ...shell])).out).toContain("osac --get-yargs-completions");
    const { code, out } = await osac(["--get-yargs-completions", "osac", "validate", "--str"]);
    expect({ code, lines: out.split("\n") }).toEqual({
      code: 0,
      lines: expect.arrayContaining(["--strict"]),
    });
    for (const [words, completed] of [
      [["certificates", ""], "reload"],
      [["certificates", "reload", ""], "http"],
      [["c"], "cache"],
      [["plan", "--output", ""], "markdown"],
      [["plan", "--kinds", "ro"], "rolesmapping"],
      [["plan", "--ver"], "--verify-passwords"],
      [["help", "pl"], "plan"],
    ] as const) {
      const { out: answers } = await osac(["--get-yargs-completions", "osac", ...words]);
      expect(answers.split("\n").map((line) => line.split(":")[0])).toContain(completed);
    }
    // Without an answer the shell completes names of files.
    for (const flag of ["--ca-cert", "--config", "--audit-log"]) {
      const { out: answers } = await osac(["--get-yargs-completions", "osac", "apply", flag, ""]);
      expect({ flag, answers: answers.trim() }).toEqual({ flag, answers: "" });
    }
  });
});

describe("what is not understood is refused with a way out", () => {
  test.for<[string[], string, string?]>([
    [["validte"], 'unexpected argument "validte" [unexpected-argument]', "did you mean osac validate?"],
    [["frobnicate"], 'unexpected argument "frobnicate"', "osac --help lists the commands"],
    [["validate", "a", "b"], 'unexpected argument "b"', "usage: osac validate [dir]"],
    [["access", "wo"], 'unexpected argument "wo"', "did you mean osac access who?"],
    [["access", "frobnicate"], 'unexpected argument "frobnicate"', "osac access --help lists the commands"],
    [["help", "plan", "extra"], 'unexpected argument "extra"', "usage: osac plan [dir]"],
    [["help", "access", "cna"], 'unexpected argument "cna"', "did you mean osac access can?"],
    [["validate", "--", "a", "b"], 'unexpected argument "b"'],
    [["validate", ""], "the directory's name is empty [empty-value]"],
    [["status", "somewhere"], "somewhere does not exist"],
    [["help", "plna"], 'unexpected argument "plna"', "did you mean osac plan?"],
    [["completion", "tcsh"], 'shell: expected bash or zsh or fish, found "tcsh"'],
    [["cache"], "missing command [missing-command]", "osac cache flush"],
    [["cache", "flsh"], 'unexpected argument "flsh"', "did you mean osac cache flush?"],
    [["cahce", "flush"], 'unexpected argument "cahce"', "did you mean osac cache flush?"],
    [["cache", "flush", "all"], 'unexpected argument "all"'],
    [
      ["certificates", "reload"],
      "layer is missing: http or transport [missing-argument]",
      "osac certificates reload <layer>",
    ],
    [["certificates", "reload", "https"], 'layer: expected http or transport, found "https"'],
    [["certificates", "reload", "http", "b"], 'unexpected argument "b"'],
    [
      ["plan", "--user", "x"],
      "--user does not apply to this command [misplaced-flag]",
      "it belongs to cache flush",
    ],
    [["validate", "--strct"], "unknown flag --strct [unknown-flag]", "did you mean --strict?"],
    [["validate", "--x.y", "z"], "unknown flag --x.y", "osac validate --help lists the flags"],
    [["validate", "-q"], "unknown flag -q", "osac validate --help lists the flags"],
    [["plan", "--cert", "x"], "unknown flag --cert", "did you mean --client-cert?"],
    [
      ["plan", "-cert", "x"],
      "unknown flag -cert",
      "flags begin with two dashes: did you mean --client-cert?",
    ],
    [["plan", "-icl"], "unknown flag -icl", "flags begin with two dashes; osac plan --help lists the flags"],
    [["validate", "--dir", "x"], "unknown flag --dir"],
    [["validate", "--_", "x"], "unknown flag --_"],
    [["validate", "--$0", "x"], "unknown flag --$0"],
    [["validate", "--__proto__", "x"], "unknown flag --__proto__"],
    [["validate", "--no-output"], "unknown flag --no-output"],
    [["validate", "--no-strict=true"], "unknown flag --no-strict"],
    [["plan", "--no-url"], "unknown flag --no-url"],
    [["plan", "--detailedExitcode"], "unknown flag --detailedExitcode", "did you mean --detailed-exitcode?"],
    [["plan", "--password", "x"], "unknown flag --password", "use --password-file or OSAC_PASSWORD"],
    [["validate", "--url", "https://a"], "--url does not apply to this command", "it belongs to plan"],
    [["validate", "--version"], "unknown flag --version"],
    [
      ["validate", "--kinds"],
      "--kinds needs a value [missing-value]",
      "limit the run to these resource types",
    ],
    [["plan", "--url", "--strict"], "--url needs a value"],
    [["validate", "--kinds="], "--kinds: the value is empty"],
    [["validate", "--kinds", ""], "--kinds: the value is empty"],
    [["validate", "--strict=maybe"], '--strict: expected true or false, found "maybe"'],
    [["validate", "--output", "text", "--output", "json"], "--output is given 2 times [repeated-flag]"],
    [
      ["validate", "--output", "markdown"],
      '--output: expected one of text, json, github, junit, found "markdown"',
    ],
    [["drift", "--output", "github"], '--output: expected one of text, json, markdown, found "github"'],
    [["validate", "--kinds", "roles,role"], 'found "role"', 'did you mean "roles"?'],
    [["validate", "--config", "nowhere.yml"], '--config: there is no file "nowhere.yml" [no-settings-file]'],
    [["plan", "--timeout", "soon"], '--timeout: expected a number of seconds from 0.1 to 3600, found "soon"'],
    [["plan", "--timeout", "0"], '--timeout: expected a number of seconds from 0.1 to 3600, found "0"'],
    [["plan", "--timeout", "0x10"], "--timeout: expected a number of seconds"],
    [["plan", "--timeout", "1", "--timeout", "2"], "--timeout is given 2 times"],
    [["status", "--cert-days", "1.5"], '--cert-days: expected a number of days from 0 to 36500, found "1.5"'],
    [["plan", "--url", "localhost:9200"], "--url: expected a url such as https://localhost:9200"],
    [["plan", "--url", "https://a/path?query"], "--url: a url must not carry a user, a password or a query"],
    [["plan", "--prune", "roles"], '--prune: expected roles=never, roles=removed, roles=all, found "roles"'],
    [
      ["plan", "--prune", "roles=yes"],
      '--prune: expected roles=never, roles=removed, roles=all, found "roles=yes"',
    ],
    [["plan", "--prune", "role=all"], 'found "role"', 'did you mean "roles"?'],
    [["plan", "--prune", "roles=all", "--prune", "roles=never"], "--prune: expected roles only once"],
    [
      ["plan", "--api-prefix", "_plugins"],
      "--api-prefix: expected one of _plugins/_security, _opendistro/_security",
    ],
    [
      ["plan", "--max-deletes", "abc"],
      '--max-deletes: expected a number of deletions from 0 to 1000000, found "abc"',
    ],
    [
      ["plan", "--max-deletes=-1"],
      '--max-deletes: expected a number of deletions from 0 to 1000000, found "-1"',
    ],
    [["plan", "--max-deletes", "-1"], "--max-deletes"],
    [
      ["plan", "--max-delete-share", "150%"],
      '--max-delete-share: expected a share from 0% to 100%, such as 20%, found "150%"',
    ],
    [["apply", "--max-delete-share", "0.2"], "--max-delete-share: expected a share from 0% to 100%"],
    [["plan", "--max-delete-share", "-1%"], "--max-delete-share"],
    [
      ["plan", "--allow-delete", "old_reader"],
      '--allow-delete: expected KIND/NAME, such as roles/old_reader, found "old_reader"',
    ],
    [["plan", "--allow-delete", "role/old"], "--allow-delete: expected one of", 'did you mean "roles"?'],
    [
      ["plan", "--allow-delete", "roles/old_*"],
      '--allow-delete: expected one name, and no pattern, found "roles/old_*"',
      "name each",
    ],
    [
      ["drift", "--max-deletes", "1"],
      "--max-deletes does not apply to this command",
      "it belongs to plan, apply",
    ],
    [
      ["drift", "--fail-on", "all"],
      '--fail-on: expected one of live, files, both, unknown, skipped, unmanaged, escalation, found "all"',
    ],
  ])("%j", async ([argv, message, hint = ""]) => {
    const { code, out, err } = await osac(argv);
    expect({ code, out }).toEqual({ code: 3, out: "" });
    expect(err).toContain(message);
    expect(err).toContain(hint);
    expect(err).not.toContain("    at ");
  });

  test("a password in a url is refused and not repeated", async () => {
    for (const url of ["https://me:geheim@host:9200", "me:geheim@host", "https://geheim@host"]) {
      const { code, out, err } = await osac(["plan", "--url", url]);
      expect(code).toBe(3);
      expect(err).toContain("a url must not carry a user, a password or a query [bad-url]");
      expect(out + err).not.toContain("geheim");
    }
  });

  test("every wrong value is said at once", async () => {
    const { err } = await osac(["plan", "--timeout", "x", "--prune", "y"], { env: { OSAC_URL: "z" } });
    expect(err).toMatch(/--timeout: .*\n[^]*--prune: .*\n|--prune: .*\n[^]*--timeout: /);
    expect(err).toContain("OSAC_URL: ");
  });
});

describe("a directory may be named like a command", () => {
  test("the command is the first word, in text and in json, also where flags stand before it", async () => {
    const cwd = await folder({ "plan/tenants.yml": tenants, "help/tenants.yml": tenants });
    for (const directory of ["plan", "help"]) {
      expect(await osac(["validate", directory], { cwd })).toMatchObject({ code: 0 });
      const { out } = await osac(["--strict", "validate", "--output", "json", directory], { cwd });
      expect(JSON.parse(out)).toMatchObject({ command: "validate", exitCode: 0 });
    }
  });

  test.for([
    ["apply", "plan", "--output", "json"],
    ["--output", "json", "apply", "--timeout", "5", "plan"],
    ["apply", "--output=json", "--", "plan"],
    ["apply", "--config", "plan", "validate", "--output", "json"],
    ["apply", "--output", "json", "cache", "flush"],
  ])("%j fails as apply", async (argv) => {
    const { out } = await osac(argv, { cwd: await folder({}) });
    expect(JSON.parse(out)).toMatchObject({ command: "apply", exitCode: 3 });
  });

  test("the value of another flag asks for no output", async () => {
    const { out, err } = await osac(["validate", "--config=--output", "--kinds", "json"]);
    expect({ out, err }).toEqual({ out: "", err: expect.stringContaining("error: ") });
  });
});

test("switches can be turned off, and said twice", async () => {
  const cwd = await folder({ "tenants.yml": tenants });
  expect(await osac(["validate", "--no-strict", "-v", "-v", "--strict=false"], { cwd })).toMatchObject({
    code: 0,
  });
});

test("with --output json every failure is one document", async () => {
  for (const argv of [
    ["validate", "--output", "json", "--bogus"],
    ["validate", "--output=json", "a", "b"],
    ["validate", "--output", "json", "--kinds", "x"],
    ["plan", "--output", "json", "--timeout", "x"],
    ["plan", "--output", "json", "--url", "https://127.0.0.1:1"],
    ["validate", "nowhere", "--output", "json"],
    ["--output", "json"],
  ]) {
    const { code, out } = await osac(argv);
    const document = JSON.parse(out);
    expect(document).toMatchObject({
      version: 1,
      exitCode: code,
      command: argv[0] === "--output" ? null : argv[0],
    });
    expect(document.summary.errors).toBe(document.findings.length);
    expect(document.findings[0]).toMatchObject({ severity: "error", code: expect.any(String) });
    expect(code).not.toBe(0);
  }
});

/** The commands that would connect to a server on this machine. */
function asksCluster(argv: readonly string[]): boolean {
  return commands.some(({ name }) => name !== "validate" && argv.includes(name));
}

test("whatever is typed, it is understood or refused, and never a fault", async () => {
  const cwd = await folder({ "tenants.yml": tenants });
  const flags = Object.values(options).flatMap(({ flag }: Option<unknown>) =>
    flag ? [`--${flag}`, `--no-${flag}`] : [],
  );
  const words = [
    "validate",
    "completion",
    ".",
    "-",
    "--",
    "-v",
    "json",
    "text",
    "roles",
    "1",
    "",
    "=",
    "NaN",
    "--__proto__",
    "__proto__",
  ];
  const token = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...words) },
    { weight: 4, arbitrary: fc.constantFrom(...flags) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constantFrom(...flags), fc.string()).map(([flag, value]) => `${flag}=${value}`),
    },
    { weight: 1, arbitrary: fc.string().map((text) => `--${text}`) },
    { weight: 1, arbitrary: fc.string() },
  );
  const argvs = fc
    .array(token, { maxLength: 6 })
    .filter((argv) => !argv.some((one) => one.startsWith("--get-yargs")));

  await fc.assert(
    fc.asyncProperty(
      argvs.filter((argv) => !asksCluster(argv)),
      async (argv) => {
        const { code, err } = await osac(["validate", ...argv], { cwd });
        expect([0, 3]).toContain(code);
        expect(err).not.toContain("internal error");
      },
    ),
    { numRuns: 500 },
  );
});

test("a flag that does not exist never ends in success", async () => {
  const cwd = await folder({ "tenants.yml": tenants });
  const known = new Set(
    Object.values(options).flatMap(({ flag }: Option<unknown>) => (flag ? [flag, `no-${flag}`] : [])),
  );
  const flag = fc
    .stringMatching(/^[a-zA-Z$_][\w.$-]{0,12}$/)
    .filter((name) => !known.has(name) && name !== "help");
  await fc.assert(
    fc.asyncProperty(flag, fc.constantFrom([], ["true"], ["x"]), async (name, value) => {
      expect((await osac(["validate", `--${name}`, ...value], { cwd })).code).toBe(3);
      expect((await osac([`--${name}=1`, "validate", ...value], { cwd })).code).toBe(3);
    }),
    { numRuns: 200 },
  );
});
