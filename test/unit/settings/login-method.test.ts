import { describe, expect, test } from "vitest";
import { folder } from "../../support/folder.ts";
import { listRefusals, readRun } from "./run-settings.ts";

const alone = (name: string, hint: string): string =>
  `[incomplete-login] ${name} has no effect alone | ${hint}`;
const twice = (one: string, other: string, what = "two ways to log in"): string =>
  `[conflicting-logins] ${one} and ${other} are ${what} | keep one of them`;

describe("half a login is refused, with what is missing", () => {
  test.for<[string, string]>([
    ["OSAC_USERNAME", "pass the password with --password-file or OSAC_PASSWORD"],
    ["OSAC_PASSWORD", "pass the user with --username or OSAC_USERNAME"],
    ["OSAC_PASSWORD_FILE", "pass the user with --username or OSAC_USERNAME"],
    ["OSAC_AWS_REGION", "sign the requests with --auth sigv4 or OSAC_AUTH"],
    ["OSAC_AWS_HOST", "sign the requests with --auth sigv4 or OSAC_AUTH"],
    ["OSAC_CLIENT_CERT", "pass its key with --client-key or OSAC_CLIENT_KEY"],
    ["OSAC_CLIENT_KEY", "pass its certificate with --client-cert or OSAC_CLIENT_CERT"],
    ["OSAC_RECOVERY_CERT", "pass its key with --recovery-key or OSAC_RECOVERY_KEY"],
    ["OSAC_RECOVERY_KEY", "pass its certificate with --recovery-cert or OSAC_RECOVERY_CERT"],
  ])("%s", async ([name, hint]) => {
    expect(await listRefusals(await folder({}), { env: { [name]: "eu-central-1" } })).toEqual([
      alone(name, hint),
    ]);
  });

  test("that of a target names its own variables, that of a file its line", async () => {
    const cwd = await folder({ "osac.yml": "cluster: { client_key: k }\ntargets: { eu-1: {} }\n" });
    const given = { flags: { target: ["eu-1"] }, env: { OSAC_TARGET_EU_1_PASSWORD: "p" }, isAttended: true };
    expect(await listRefusals(cwd, given)).toEqual([
      alone("OSAC_TARGET_EU_1_PASSWORD", "pass the user with --username or OSAC_TARGET_EU_1_USERNAME"),
      alone(
        "cluster.client_key",
        "pass its certificate with --client-cert or OSAC_TARGET_EU_1_CLIENT_CERT",
      ).replace("] ", "] osac.yml:1:12: "),
    ]);
  });
});

describe("two logins of one place are refused", () => {
  const user = { OSAC_USERNAME: "u", OSAC_PASSWORD: "p" };

  test.for<[Record<string, string>, string[]]>([
    [{ ...user, OSAC_TOKEN: "t" }, [twice("OSAC_USERNAME", "OSAC_TOKEN")]],
    [{ ...user, OSAC_TOKEN_FILE: "t" }, [twice("OSAC_USERNAME", "OSAC_TOKEN_FILE")]],
    [{ ...user, OSAC_AUTH: "sigv4" }, [twice("OSAC_AUTH", "OSAC_USERNAME")]],
    [{ OSAC_TOKEN: "t", OSAC_AUTH: "sigv4" }, [twice("OSAC_AUTH", "OSAC_TOKEN")]],
    [{ ...user, OSAC_PASSWORD_FILE: "f" }, [twice("OSAC_PASSWORD", "OSAC_PASSWORD_FILE")]],
    [{ OSAC_TOKEN: "t", OSAC_TOKEN_FILE: "f" }, [twice("OSAC_TOKEN", "OSAC_TOKEN_FILE")]],
    [
      { OSAC_NEW_PASSWORD: "n", OSAC_NEW_PASSWORD_FILE: "f" },
      [twice("OSAC_NEW_PASSWORD", "OSAC_NEW_PASSWORD_FILE", "two new passwords")],
    ],
    [
      { OSAC_SUBJECT_PASSWORD: "n", OSAC_SUBJECT_PASSWORD_FILE: "f" },
      [twice("OSAC_SUBJECT_PASSWORD", "OSAC_SUBJECT_PASSWORD_FILE", "two passwords of the subject")],
    ],
  ])("%j", async ([env, errors]) => {
    expect(await listRefusals(await folder({}), { env })).toEqual(errors);
  });
});

describe("of two logins the one of the stronger place counts", () => {
  const filed = "cluster: { username: u, password_file: /p }\n";
  const all = { username: "username", password: "password", token: "token", auth: "auth" } as const;

  test.for<[string, string, Record<string, string[]>, Record<string, string>, string]>([
    ["a token of the environment before a user of the file", filed, {}, { OSAC_TOKEN: "t" }, "token"],
    ["a signature of the environment before a user of the file", filed, {}, { OSAC_AUTH: "sigv4" }, "auth"],
    [
      "a user of the environment before a signature of the file",
      "cluster: { auth: sigv4 }\n",
      {},
      { OSAC_USERNAME: "u", OSAC_PASSWORD: "p" },
      "username password",
    ],
    [
      "a signature typed before a token of the environment",
      "",
      { auth: ["sigv4"] },
      { OSAC_TOKEN: "t" },
      "auth",
    ],
    [
      "a token of the environment before a signature of the file",
      "cluster: { auth: sigv4 }\n",
      {},
      { OSAC_TOKEN: "t" },
      "token",
    ],
    [
      "a user typed with a password of the environment before a token of it",
      "",
      { username: ["u"] },
      { OSAC_PASSWORD: "p", OSAC_TOKEN: "t" },
      "username password",
    ],
  ])("%s", async ([, text, flags, env, login]) => {
    const { settings } = await readRun(await folder({ "osac.yml": text }), { flags, env, isAttended: true });
    const given = Object.keys(all).filter((name) => settings[name as keyof typeof all] !== undefined);
    expect(given.join(" ")).toBe(login);
  });
});
