import { describe, expect, test } from "vitest";
import { folder } from "../../support/folder.ts";
import { osac } from "../../support/osac.ts";

const meta = (type: string) => `_meta:\n  type: "${type}"\n  config_version: 2\n`;

/** One error in roles.yml, one warning in roles_mapping.yml. */
const faulty = {
  "live/roles.yml": `${meta("roles")}logs:\n  cluster_permission: [cluster_monitor]\n`,
  "live/roles_mapping.yml": `${meta("rolesmapping")}nobody_knows_it:\n  users: [a]\n`,
  "live/notes.txt": "",
};

describe("text", () => {
  test("what is wrong is listed with its place and counted", async () => {
    const { code, out, err } = await osac(["validate", "live"], { cwd: await folder(faulty) });
    expect({ code, err }).toEqual({ code: 3, err: "" });
    expect(out).toMatch(
      /^live\/roles\.yml:5:3: error: roles\/logs: unknown field "cluster_permission".* \[unknown-field\]\n  hint: /,
    );
    expect(out).toMatch(/\nlive\/roles_mapping\.yml:4:1: warning: rolesmapping\/nobody_knows_it: /);
    expect(out).toMatch(/\n\n2 files, 2 entities: 1 error, 1 warning\n$/);
  });

  test("what is right is one line", async () => {
    const cwd = await folder({
      "tenants.yml": `${meta("tenants")}team: {}\n`,
      "nodes_dn.yml": meta("nodesdn"),
    });
    expect(await osac(["validate"], { cwd })).toEqual({
      code: 0,
      out: "2 files, 1 entity: no problems found\n",
      err: "",
    });
  });

  test("other files are listed only when asked for", async () => {
    const cwd = await folder(faulty);
    expect((await osac(["validate", "live"], { cwd })).out).not.toContain("notes.txt");
    expect((await osac(["validate", "live", "-v"], { cwd })).out).toContain("ignored: notes.txt\n");
  });
});

test("json is one document", async () => {
  const { code, out } = await osac(["validate", "live", "--output", "json"], { cwd: await folder(faulty) });
  expect(code).toBe(3);
  expect(JSON.parse(out)).toMatchObject({
    version: 1,
    command: "validate",
    exitCode: 3,
    summary: { files: 2, entities: 2, errors: 1, warnings: 1, notices: 0 },
    findings: [
      {
        code: "unknown-field",
        severity: "error",
        at: { file: "live/roles.yml", line: 5, column: 3 },
        kind: "roles",
        name: "logs",
      },
      { severity: "warning", at: { file: "live/roles_mapping.yml", line: 4, column: 1 } },
    ],
  });
});

test("github gets one annotation a finding", async () => {
  const { out } = await osac(["validate", "live", "--output", "github"], { cwd: await folder(faulty) });
  expect(
    out
      .trimEnd()
      .split("\n")
      .map((line) => line.replace(/::.*? (.*?)::.*/, "$1")),
  ).toEqual([
    "file=live/roles.yml,line=5,col=3,title=unknown-field",
    expect.stringContaining("file=live/roles_mapping.yml,line=4,col=1,title="),
  ]);
});

describe("limits", () => {
  test("other kinds are left out", async () => {
    const cwd = await folder(faulty);
    expect(await osac(["validate", "live", "--kinds", "rolesmapping"], { cwd })).toMatchObject({
      code: 0,
      out: expect.stringMatching(/\n1 file, 1 entity: 1 warning\n$/),
    });
  });

  test("strict makes warnings errors, also from the environment and from osac.yml", async () => {
    const cwd = await folder({ ...faulty, "strict.yml": "strict: true\n" });
    const argv = ["validate", "live", "--kinds", "rolesmapping"];
    expect((await osac([...argv, "--strict"], { cwd })).out).toMatch(/: 1 error\n$/);
    expect((await osac(argv, { cwd, env: { OSAC_STRICT: "true" } })).code).toBe(3);
    expect((await osac([...argv, "--config", "strict.yml"], { cwd })).code).toBe(3);
  });
});

test("a directory that is missing, empty or a file is refused", async () => {
  const cwd = await folder({ "empty/notes.txt": "", file: "" });
  for (const directory of ["nowhere", "empty", "file"]) {
    const { code, out } = await osac(["validate", directory], { cwd });
    expect(code).toBe(3);
    expect(out).toMatch(/^error: .*\n(  hint: .*\n)?\n0 files, 0 entities: 1 error\n$/);
  }
});

test("a signal ends a reading command with its own code, and json says so", async () => {
  for (const [name, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    const ran = await osac(["validate", "--output", "json"], {
      signal: AbortSignal.abort(name),
      cwd: await folder(faulty),
    });
    expect(ran.code).toBe(code);
    expect(JSON.parse(ran.out)).toMatchObject({ exitCode: code, findings: [{ code: "interrupted" }] });
  }
});

test("a fault of the program asks to be reported, with its stack", async () => {
  const env = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new TypeError("broken");
      },
    },
  );
  const { code, err } = await osac(["validate"], { env, cwd: await folder(faulty) });
  expect(code).toBe(1);
  expect(err).toMatch(
    /^error: internal error: broken \[internal-error\]\n  hint: .*report.*\nTypeError: broken\n    at /,
  );
});

function file(type: string, entities: object): string {
  return JSON.stringify({ _meta: { type, config_version: 2 }, ...entities });
}

test.for(["constructor", "__proto__", "toString", "hasOwnProperty"])(
  "%s, which every object of the program has, is a name like any other",
  async (name) => {
    const permission = {
      index_patterns: ["a"],
      allowed_actions: [name],
      dls: `{"${name}": {"${name}": 1}}`,
      [name]: 1,
    };
    const roles = { r: { cluster_permissions: [name], index_permissions: [permission], [name]: 1 } };
    const domain = {
      http_authenticator: { type: name, challenge: true },
      authentication_backend: { type: name },
    };
    const config = { config: { dynamic: { authc: { [name]: domain } } } };
    const cwd = await folder({
      "roles.yml": file("roles", roles),
      "config.yml": file("config", config),
      "roles_mapping.yml": file("rolesmapping", { [name]: { users: [name] } }),
    });
    const asked = [["validate"], ["access", "can", "anonymous", "search", "index:a"]];
    for (const argv of asked) {
      const { out, err } = await osac(argv, { cwd });
      expect(err).not.toContain("[internal-error]");
      expect(out).not.toContain("native code");
    }
    const switched = await osac(["validate"], { cwd, env: { OSAC_STRICT: name } });
    expect(switched.err).toContain("[bad-value]");
  },
);
