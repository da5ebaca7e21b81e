import { describe, expect, test } from "vitest";
import type { Json } from "../../../src/model/value.ts";
import type { Simulator, SimulatorOptions } from "../../../src/simulator/index.ts";
import { start } from "../../support/simulated-cluster.ts";
import { desk, makeFile, type Desk } from "./saved.ts";

const password = "Correct-Horse_7-Battery";
/** The hash of that password, and the hash of another. */
const hash = "$2a$04$HCkkHOq.SvEsCoXI3QKMauPBOh/vemYrdpbakPsEV.pxwLF2mp0Ya";
const otherHash = "$2a$04$GQKtIVnVnYbBgSmMQm.duu6xIHFYfridC6T4ndofowdDv.VSFt11m";

const admin = { reserved: true, backend_roles: ["admin"], hash: otherHash };
const basic = (type = "intern", challenge = true) => ({
  order: 0,
  http_authenticator: { type: "basic", challenge },
  authentication_backend: { type },
});

const declared = (name: string): string => `${name}: { password: "\${env.PASSWORD}" }`;

/** A cluster with these users and their hashes, and files that declare one password for all of them. */
async function stage(
  users: Readonly<Record<string, string>>,
  dynamic: { [name: string]: Json } = {},
  options: SimulatorOptions = {},
): Promise<{ simulator: Simulator; own: Desk }> {
  const hashes = Object.entries(users).map(([name, value]) => [name, { hash: value }]);
  const simulator = await start({
    ...options,
    documents: {
      internalusers: { admin, ...(Object.fromEntries(hashes) as { [name: string]: Json }) },
      config: { config: { dynamic: { authc: { basic: basic() }, ...dynamic } } },
      ...options.documents,
    },
  });
  const files = {
    "internal_users.yml": makeFile("internalusers", Object.keys(users).map(declared).join("\n")),
  };
  return { simulator, own: await desk(simulator, files, { PASSWORD: password }) };
}

const many = (count: number, value: string): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`user${index}`, value]));

/** The number of failed logins that the server received. */
const failures = ({ requests }: Simulator): number => requests.filter(({ status }) => status === 401).length;

interface Shown {
  readonly changes: readonly { readonly name: string }[];
  readonly notCompared: readonly { readonly name: string }[];
  readonly findings: readonly { readonly code: string; readonly message: string }[];
}

async function planned({ osac }: Desk, ...flags: string[]): Promise<Shown> {
  const { code, out, err } = await osac([
    "plan",
    "security",
    "--verify-passwords",
    "--output",
    "json",
    ...flags,
  ]);
  expect(err).toBe("");
  expect(code).toBe(0);
  return JSON.parse(out) as Shown;
}

const isLogin = ({ path }: { readonly path: string }): boolean => path.endsWith("/authinfo");
const names = (listed: readonly { readonly name: string }[]): string[] => listed.map(({ name }) => name);
const findMessage = ({ findings }: Shown, code: string): string | undefined =>
  findings.find((finding) => finding.code === code)?.message;

test("a password that logs in is no change, another is sent, and each is tried once", async () => {
  const { simulator, own } = await stage({ right: hash, wrong: otherHash });

  const plan = await planned(own);
  expect(names(plan.changes)).toEqual(["wrong"]);
  expect(plan.notCompared).toEqual([]);
  expect(findMessage(plan, "logged-in-as-users")).toBe(
    "--verify-passwords logged in once as right, wrong: 1 right, 1 wrong, 0 unknown",
  );
  expect(failures(simulator)).toBe(1);

  expect(await own.osac(["apply", "security", "--verify-passwords", "--yes"])).toMatchObject({ code: 0 });
  expect((await planned(own)).changes).toEqual([]);
});

test("nobody is tried without being asked for, or where hashes can be seen", async () => {
  const { simulator, own } = await stage({ right: hash, wrong: otherHash });
  const certificate = { OSAC_CLIENT_CERT: "admin.pem", OSAC_CLIENT_KEY: "admin.key" };

  const { out } = await own.osac(["plan", "security"]);
  expect(out).toContain("not compared: 2 passwords (right, wrong)");
  const seen = await own.osac(["plan", "security", "--verify-passwords"], { env: certificate });
  expect(seen.out).toContain("~ wrong");
  expect(failures(simulator)).toBe(0);
});

test("whoever is the server's own, ignored, or sent in any case is not tried", async () => {
  const { simulator, own } = await stage({ ignored: otherHash, forced: otherHash });
  await own.write(
    "internal_users.yml",
    makeFile("internalusers", ["admin", "ignored", "forced"].map(declared).join("\n")),
  );
  await own.write("osac.yml", "ignore: [{kind: internalusers, name: ignored, field: hash, reason: its own}]");

  const plan = await planned(own, "--set-password", "forced");
  expect(names(plan.changes)).toEqual(["forced"]);
  expect(failures(simulator)).toBe(0);
});

describe("trials end", () => {
  test("osac stops trying passwords before a listener that takes ten failures blocks the address", async () => {
    const listeners = { auth_failure_listeners: { ips: { type: "ip", allowed_tries: 10 } } };
    const { simulator, own } = await stage(many(12, otherHash), listeners);

    const plan = await planned(own);
    expect(failures(simulator)).toBe(4);
    expect(plan.changes).toHaveLength(4);
    expect(plan.notCompared).toHaveLength(8);
    expect(findMessage(plan, "passwords-not-verified")).toMatch(
      /^--verify-passwords leaves 8 of 12 passwords not compared: more than 4 failed logins could block/,
    );
    expect((await own.osac(["status"])).code).toBe(0);
  });

  test("osac stops trying passwords at the first answer that tells nothing", async () => {
    const { simulator, own } = await stage(many(9, hash));
    simulator.fail({ status: 429, body: "Too many requests", when: isLogin });

    const plan = await planned(own);
    expect(simulator.requests.filter(isLogin)).toHaveLength(4);
    expect(plan.notCompared).toHaveLength(6);
    expect(findMessage(plan, "passwords-not-verified")).toContain(
      "the server answered 429: Too many requests",
    );
  });

  test.for([
    ["a cut connection", { connection: "reset" }, "cannot talk to"],
    [
      "a blocked address",
      { status: 401, body: "Authentication finally failed" },
      "it has blocked this address",
    ],
    ["a login as somebody else", { status: 200, body: '{"user_name":"anybody"}' }, "somebody else's"],
  ] as const)("with %s, which is not asked again", async ([, fault, words]) => {
    const { simulator, own } = await stage({ it: hash });
    simulator.fail({ ...fault, when: isLogin });

    const plan = await planned(own);
    expect(simulator.requests.filter(isLogin)).toHaveLength(1);
    expect(plan.changes).toEqual([]);
    expect(names(plan.notCompared)).toEqual(["it"]);
    expect(findMessage(plan, "passwords-not-verified")).toContain(words);
  });

  test.for([
    [
      "a listener would block the user soon",
      { auth_failure_listeners: { users: { type: "username", allowed_tries: 2 } } },
      "a single failed login could block",
    ],
    [
      "any password would do",
      { authc: { basic: basic(), any: { ...basic("noop"), order: 1 } } },
      "lets in any password",
    ],
    [
      "the server keeps one of two domains, and nobody knows which",
      { authc: { basic: basic(), twin: basic() } },
      "is sure to look at the passwords",
    ],
  ] as const)("before they begin where %s", async ([, dynamic, words]) => {
    const { simulator, own } = await stage({ it: otherHash }, dynamic);

    const plan = await planned(own);
    expect(simulator.requests.some(isLogin)).toBe(false);
    expect(names(plan.notCompared)).toEqual(["it"]);
    expect(findMessage(plan, "passwords-not-verified")).toContain(words);
  });
});

test("a refused password counts as wrong, whatever the last domain asks for instead", async () => {
  const { simulator, own } = await stage({ it: otherHash });
  const headers = { "www-authenticate": 'X-Security-IdP realm="OpenSearch Security"' };
  simulator.fail({ status: 401, headers, when: isLogin });

  expect(names((await planned(own)).changes)).toEqual(["it"]);
});

test("drift with a base does not try anybody twice, and says which side changed", async () => {
  const { simulator, own } = await stage({ it: otherHash, other: otherHash });
  await own.osac(["validate", "security"]);
  const base = await desk(simulator, { "internal_users.yml": makeFile("internalusers", declared("it")) });

  const { code, out } = await own.osac([
    "drift",
    "security",
    "--verify-passwords",
    "--base",
    `${base.cwd}/security`,
    "--output",
    "json",
  ]);
  expect(code).toBe(2);
  expect((JSON.parse(out) as { changes: object[] }).changes).toMatchObject([
    { name: "it", cause: "live" },
    { name: "other", cause: "files" },
  ]);
  expect(failures(simulator)).toBe(2);
});

test("a reviewed plan tries again, and ends when the passwords are right", async () => {
  const { own } = await stage({ it: otherHash });
  expect(await own.plan("--verify-passwords")).toMatchObject({ choices: { "verify-passwords": ["true"] } });

  expect(await own.apply()).toMatchObject({ code: 0 });
  const again = await own.apply();
  expect(again).toMatchObject({ code: 0 });
  expect(again.out + again.err).toContain("Already applied");
});

test("a plan without secrets cannot verify any", async () => {
  const { own } = await stage({ it: hash });
  const { code, err } = await own.osac(["plan", "security", "--verify-passwords", "--secrets", "opaque"]);
  expect(code).toBe(3);
  expect(err).toContain("--verify-passwords has no effect with --secrets opaque [ignored-flag]");
});

test("a report that compared no password names the ways to compare and to send, and the first ten of many", async () => {
  const users = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`user_${index}`, hash]));
  const { own } = await stage(users);
  const { out } = await own.osac(["plan", "security"]);
  expect(out).toMatch(/^not compared: 12 passwords \(user_0, .*user_9 and 2 more\)$/m);
  expect(out).toContain("pass --verify-passwords, or log in with the admin certificate");
  expect(out).toContain("pass --set-password NAME");
  const sent = await own.osac(["plan", "security"], { env: { OSAC_SET_PASSWORD: "user_3\nuser_5" } });
  expect(sent.out).toContain("Plan: 0 to create, 2 to update");
});

test("who has tried the passwords is not told to try them", async () => {
  const { own } = await stage({ left: hash });
  const shown = async (...flags: string[]): Promise<string> =>
    (await own.osac(["plan", "security", "--secrets", "opaque", ...flags])).out;
  expect(await shown()).toContain("pass --verify-passwords");
  const tried = await own.osac(["plan", "security", "--verify-passwords"], { env: { PASSWORD: undefined } });
  expect(tried.out).toContain("to compare: set the variables that the files name for them");
  expect(tried.out).not.toContain("pass --verify-passwords");
});
