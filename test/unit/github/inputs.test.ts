import { describe, expect, test } from "vitest";
import { OsacError } from "../../../src/errors.ts";
import { commands } from "../../../src/commands/index.ts";
import {
  makeEnvironment,
  makeFlags,
  readInputs,
  refuseHalfLogin,
  refuseNoUrl,
  type Inputs,
} from "../../../src/github/inputs.ts";
import { options, type OptionName } from "../../../src/settings/options.ts";

const none = readInputs({});

function given(inputs: Partial<Inputs>): Inputs {
  return { ...none, ...inputs };
}

/** The messages of a refusal, with their hints. */
function refusal(act: () => unknown): string[] {
  try {
    act();
  } catch (error) {
    if (!(error instanceof OsacError)) throw error;
    expect(error.reason).toBe("input");
    return error.findings.map(({ message, hint }) => `${message} | ${hint}`);
  }
  return [];
}

function flags(name: string, inputs: Partial<Inputs>, known?: readonly OptionName[]): string[] {
  return makeFlags(given(inputs), { name, options: known ?? (Object.keys(options) as OptionName[]) });
}

const refused = (set: string, empty: string) =>
  `the input ${set} is set, and the input ${empty} is empty: its secret does not exist, or this run may not read it; nothing was written | compare the secret's name in the workflow with the repository's, or the environment's; pull requests of forks and of Dependabot get none`;

describe("the inputs of a step", () => {
  test("have their defaults, trimmed texts and choices in any case", () => {
    expect(none).toMatchObject({
      command: "plan",
      directory: ".",
      url: "",
      comment: "always",
      summary: "true",
      issue: "false",
      "issue-labels": "drift",
      remediation: "report",
      "require-full-list": "true",
      "github-token": "",
    });
    const env = {
      INPUT_COMMAND: " Drift ",
      INPUT_URL: " https://a ",
      "INPUT_ISSUE-LABELS": "a, B",
      INPUT_SUMMARY: "FALSE",
    };
    expect(readInputs(env)).toMatchObject({
      command: "drift",
      url: "https://a",
      "issue-labels": "a, B",
      summary: "false",
    });
  });

  test("are refused together, each with what may be chosen", () => {
    expect(refusal(() => readInputs({ INPUT_COMMAND: "plann", INPUT_COMMENT: "no" }))).toEqual([
      'the input command cannot be "plann"; nothing was written | choose one of validate, plan, apply, drift',
      'the input comment cannot be "no"; nothing was written | choose one of always, changes, never',
    ]);
  });

  test("win over variables of the same settings; a PEM text becomes a file", () => {
    const saved: string[][] = [];
    const save = (name: string, text: string): string => {
      saved.push([name, text]);
      return `/saved/${name}`;
    };
    const inputs = given({
      url: "https://production",
      password: "p",
      "ca-cert": "-----BEGIN CERTIFICATE-----",
      "client-key": "key.pem",
      "max-deletes": "3",
    });
    expect(
      makeEnvironment(inputs, { OSAC_URL: "https://staging", OSAC_TOKEN: "t", PATH: "x" }, save),
    ).toEqual({
      OSAC_URL: "https://production",
      OSAC_TOKEN: "t",
      PATH: "x",
      OSAC_PASSWORD: "p",
      OSAC_CA_CERT: "/saved/ca-cert.pem",
      OSAC_CLIENT_KEY: "key.pem",
      OSAC_REQUIRE_FULL_LIST: "true",
    });
    expect(saved).toEqual([["ca-cert.pem", "-----BEGIN CERTIFICATE-----\n"]]);
  });
});

describe("half a login is refused, for a secret that is not there is an empty text", () => {
  test.for<[Partial<Inputs>, Record<string, string>, string[]]>([
    [{}, {}, []],
    [{ username: "u" }, {}, [refused("username", "password")]],
    [{ username: "u" }, { OSAC_PASSWORD: "" }, [refused("username", "password")]],
    [{ username: "u", password: "p" }, {}, []],
    [{ username: "u" }, { OSAC_PASSWORD: "p" }, []],
    [{ username: "u" }, { OSAC_PASSWORD_FILE: "f" }, []],
    [{ "client-cert": "c" }, { OSAC_PASSWORD: "p" }, [refused("client-cert", "client-key")]],
    [{ "client-cert": "c" }, { OSAC_CLIENT_KEY: "k" }, []],
    [{ "client-cert": "c", "client-key": "k" }, {}, []],
    [
      { username: "u", "client-cert": "c" },
      {},
      [refused("username", "password"), refused("client-cert", "client-key")],
    ],
  ])("%j with %j", ([inputs, env, messages]) => {
    expect(refusal(() => refuseHalfLogin(given(inputs), env))).toEqual(messages);
  });
});

test("a step that names no cluster is refused, for its files would choose one", () => {
  const message =
    "the input url is empty; osac contacted no cluster | set it, or the variable that it is read from (url: ${{ vars.OPENSEARCH_URL }}: Settings › Secrets and variables › Actions › Variables)";
  expect(refusal(() => refuseNoUrl(none, {}))).toEqual([message]);
  expect(refusal(() => refuseNoUrl(none, { OSAC_URL: "" }))).toEqual([message]);
  expect(refusal(() => refuseNoUrl(none, { OSAC_URL: "https://a" }))).toEqual([]);
  for (const name of ["url", "config", "settings-from"] as const)
    expect(refusal(() => refuseNoUrl(given({ [name]: "x" }), {}))).toEqual([]);
});

/** How osac gets each input that is one of its options. A flag wins over variables, and no command ignores it. */
test("each input that decides what is planned or written is a flag; the others are variables of the run", () => {
  const usual = makeEnvironment(none, {}, () => "path");
  const ways = Object.keys(none).map((name) => {
    const one = { [name]: "x" };
    const flag = flags("plan", one)[0];
    const added = makeEnvironment(given(one), {}, () => "path");
    const variable = Object.keys(added).find((key) => added[key] !== usual[key]);
    return [name, flag ?? variable ?? "the step"].join(": ");
  });
  expect(ways.filter((way) => !way.endsWith(": the step"))).toEqual([
    "config: --config=x",
    "settings-from: --settings-from=x",
    "url: OSAC_URL",
    "aws-region: OSAC_AWS_REGION",
    "aws-host: OSAC_AWS_HOST",
    "service: OSAC_SERVICE",
    "username: OSAC_USERNAME",
    "password: OSAC_PASSWORD",
    "token: OSAC_TOKEN",
    "client-cert: OSAC_CLIENT_CERT",
    "client-key: OSAC_CLIENT_KEY",
    "ca-cert: OSAC_CA_CERT",
    "plan-file: --out=x",
    "expect-plan: --expect-plan=x",
    "max-deletes: --max-deletes=x",
    "allow-delete: --allow-delete=x",
    "allow-escalation: --allow-escalation=x",
    "secrets: --secrets=x",
    "set-password: --set-password=x",
    "set-all-passwords: --set-all-passwords=x",
    "set-secret: --set-secret=x",
    "verify-passwords: --verify-passwords=x",
    "require-full-list: OSAC_REQUIRE_FULL_LIST",
    "base: --base=x",
    "fail-on: --fail-on=x",
  ]);
});

describe("the flags of a step", () => {
  test("are those of its inputs, one for each line of a list", () => {
    expect(
      flags("plan", {
        config: "c.yml",
        "max-deletes": "3",
        "allow-delete": " roles/a \n\n roles/b\n",
        "set-all-passwords": "true",
        "fail-on": "+unmanaged",
      }),
    ).toEqual([
      "--config=c.yml",
      "--max-deletes=3",
      "--allow-delete=roles/a",
      "--allow-delete=roles/b",
      "--set-all-passwords=true",
      "--fail-on=+unmanaged",
    ]);
  });

  test("name the saved plan as the command does", () => {
    expect(flags("plan", { "plan-file": "p.json" })).toEqual(["--out=p.json"]);
    expect(flags("apply", { "plan-file": "p.json" })).toEqual(["--plan=p.json"]);
    expect(flags("drift", { issue: "true", remediation: "revert" })).toEqual([]);
  });

  test.for<[string, Partial<Inputs>, string]>([
    ["plan", { issue: "true" }, "issue"],
    ["apply", { remediation: "revert" }, "remediation"],
    ["drift", { "plan-file": "p.json" }, "plan-file"],
    ["validate", { "plan-file": "p.json" }, "plan-file"],
    ["validate", { "max-deletes": "3" }, "max-deletes"],
    ["drift", { "expect-plan": "a" }, "expect-plan"],
  ])("%s refuses %j, which it would ignore", ([name, inputs, input]) => {
    const { options: known } = commands.find((one) => one.name === name)!;
    expect(refusal(() => flags(name, inputs, known))).toEqual([
      `the input ${input} means nothing to ${name}; nothing was written | leave it out, or set it in the step that it is for`,
    ]);
  });
});
