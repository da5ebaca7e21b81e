import { options, type Option, type OptionName } from "../settings/options.ts";
import { OsacError, failure, makeFinding } from "../errors.ts";
import type { Finding } from "../model/finding.ts";
import { serviceNames } from "../model/service-name.ts";
import type { Environment } from "../model/environment.ts";

/** One input of the Action. */
export interface Input {
  readonly describe: string;
  readonly default?: string;
  /** The setting of the input. Other settings come from the environment of the step, or osac.yml. */
  readonly option?: OptionName;
  /** True if the input takes a PEM text from a secret, or the path of a file. */
  readonly isPem?: true;
  readonly choices?: readonly string[];
}

/** All inputs; `action.yml` and the README list them from here. */
export const inputs = {
  command: {
    describe: "the command to run",
    default: "plan",
    choices: ["validate", "plan", "apply", "drift"],
  },
  directory: { describe: "the directory of files", default: "." },
  config: { describe: "the settings file, instead of osac.yml in the directory", option: "config" },
  "settings-from": {
    describe:
      "read the settings file at this git reference; when absent, the base commit of a pull request into the default branch",
    option: "settingsFrom",
  },
  url: { describe: "the address of the cluster", option: "url" },
  auth: {
    describe:
      "oidc: log in with the ID token of the job, which needs id-token: write; sigv4: sign each request for IAM (Amazon OpenSearch Service) with the AWS session of the job; otherwise the next inputs log in",
    choices: ["oidc", "sigv4"],
  },
  "oidc-audience": {
    describe: "the audience of that token: required_audience of the cluster's login domain",
  },
  "aws-region": {
    describe: "sigv4: the region of the domain, if neither its host name nor AWS_REGION has it",
    option: "awsRegion",
  },
  "aws-host": {
    describe: "sigv4: the host name of the domain, if the url is that of a tunnel to it",
    option: "awsHost",
  },
  service: {
    describe:
      "the managed service that runs the cluster, if the name of its host does not show it: amazon, aiven, digitalocean or instaclustr",
    option: "service",
    choices: serviceNames,
  },
  username: { describe: "the user to log in as", option: "username" },
  password: { describe: "the user's password, from a secret", option: "password" },
  token: { describe: "a bearer token instead of a user, from a secret", option: "token" },
  "client-cert": {
    describe: "the client certificate: PEM, or the path of a file",
    option: "clientCert",
    isPem: true,
  },
  "client-key": {
    describe: "its key, from a secret: PEM, or the path of a file",
    option: "clientKey",
    isPem: true,
  },
  "ca-cert": {
    describe: "the certificate authority to trust: PEM, or the path of a file",
    option: "caCert",
    isPem: true,
  },
  "plan-file": { describe: "plan: where to save the plan; apply: the saved plan to apply" },
  "expect-plan": { describe: "apply only if the plan has this id", option: "expectPlan" },
  "max-deletes": {
    describe: "the most deletions and revocations of permissions in one run",
    option: "maxDeletes",
  },
  "allow-delete": {
    describe: "KIND/NAME that may be deleted beyond the limits, one per line",
    option: "allowDelete",
  },
  "allow-escalation": {
    describe: "WORD/WHO of escalations that are meant, one per line; osac.yml takes them with a reason",
    option: "allowEscalation",
  },
  secrets: {
    describe:
      "plan: opaque looks up no placeholder, so that the job needs no user's password; the plan's id is the same",
    option: "secrets",
    choices: ["resolve", "opaque"],
  },
  "set-password": {
    describe: "users whose passwords are written even if they may be unchanged, one per line",
    option: "setPassword",
  },
  "set-all-passwords": {
    describe: "write every user's password even if it may be unchanged",
    option: "setAllPasswords",
    choices: ["true", "false"],
  },
  "set-secret": {
    describe: "paths of redacted secrets that are written even if they may be unchanged, one per line",
    option: "setSecret",
  },
  "verify-passwords": {
    describe:
      "log in once as each user whose password cannot be compared otherwise; the server counts failed logins",
    option: "verifyPasswords",
    choices: ["true", "false"],
  },
  "require-full-list": {
    describe: "refuse a plan whose changes cannot all be listed in a comment",
    option: "requireFullList",
    default: "true",
    choices: ["true", "false"],
  },
  base: {
    describe: "drift: the files as last applied, to report which side changed: a git reference",
    option: "base",
  },
  "fail-on": {
    describe:
      "drift: what counts: a list of live, files, both, unknown, skipped, unmanaged, escalation; +unmanaged adds to the default, -files takes away",
    option: "failOn",
  },
  "fail-on-changes": {
    describe: "fail where something differs; when absent, drift does and plan does not",
    choices: ["true", "false"],
  },
  comment: {
    describe: "when to comment on the pull request",
    default: "always",
    choices: ["always", "changes", "never"],
  },
  "comment-label": { describe: "a label that keeps the comments of several clusters apart" },
  summary: { describe: "write the job summary", default: "true", choices: ["true", "false"] },
  "report-file": { describe: "where to write the report as JSON, instead of a temporary file" },
  "markdown-file": { describe: "where to write the report as Markdown, instead of a temporary file" },
  issue: {
    describe: "drift: keep an issue while there is drift",
    default: "false",
    choices: ["true", "false"],
  },
  "issue-labels": {
    describe: "labels of a new issue, separated by commas; created when missing",
    default: "drift",
  },
  remediation: {
    describe: "drift: report it only, or revert it, which applies the files with all guards",
    default: "report",
    choices: ["report", "revert"],
  },
  "github-token": {
    describe: "the token that writes the comment and the issue",
    default: "${{ github.token }}",
  },
} as const satisfies Readonly<Record<string, Input>>;

type InputName = keyof typeof inputs;

/** The inputs of a step with defaults; empty if not set. */
export type Inputs = Readonly<Record<InputName, string>>;

const all = Object.entries(inputs) as [InputName, Input][];

/** Reads the inputs from the runner's variables: upper case, with hyphens. Only osac checks choices. */
export function readInputs(env: Environment): Inputs {
  const problems: Finding[] = [];
  const entries = all.map(([name, input]) => [name, readInput(name, input, env, problems)]);
  if (problems.length > 0) throw new OsacError("input", problems);
  return Object.fromEntries(entries) as Inputs;
}

function readInput(name: string, input: Input, env: Environment, problems: Finding[]): string {
  const { default: usual = "", choices } = input;
  const given = env[`INPUT_${name.toUpperCase()}`]?.trim() ?? "";
  const value = given === "" && !usual.startsWith("${{") ? usual : given;
  if (!choices || value === "") return value;
  // Booleans are those of YAML 1.2, in any of its cases.
  const known = choices.find((choice) => choice === value.toLowerCase());
  if (known === undefined) problems.push(badInputFinding(name, value, choices));
  return known ?? value;
}

function badInputFinding(name: string, value: string, choices: readonly string[]): Finding {
  const message = `the input ${name} cannot be ${JSON.stringify(value)}; nothing was written`;
  return makeFinding("bad-input", { message, hint: `choose one of ${choices.join(", ")}` });
}

/** Makes the environment of the run: secrets, and the connection for commands other than `validate`. */
export function makeEnvironment(
  given: Inputs,
  env: Environment,
  saveAs: (name: string, text: string) => string,
): Record<string, string | undefined> {
  const set = all.flatMap(([name, { option, isPem }]) => {
    const variable = isFlag(name) || option === undefined ? undefined : options[option].env;
    const value = given[name];
    if (variable === undefined || value === "") return [];
    return [[variable, isPem && value.includes("-----BEGIN ") ? saveAs(`${name}.pem`, `${value}\n`) : value]];
  });
  const signs = given.auth === "sigv4" ? { OSAC_AUTH: "sigv4" } : {};
  return { ...env, ...Object.fromEntries(set), ...signs };
}

/**
 * Refuses a login with only one half: the runner passes an empty text for a secret that does not exist or
 * that the run may not read. Variables of the step's environment count as well.
 */
export function refuseHalfLogin(given: Inputs, env: Environment): void {
  const has = (name: InputName, ...variables: string[]): boolean =>
    given[name] !== "" || variables.some((variable) => (env[variable] ?? "") !== "");
  const password = has("password", "OSAC_PASSWORD", "OSAC_PASSWORD_FILE");
  const key = has("client-key", "OSAC_CLIENT_KEY");
  const missing = [
    ...(given.username !== "" && !password ? [["username", "password"] as const] : []),
    ...(given["client-cert"] !== "" && !key ? [["client-cert", "client-key"] as const] : []),
  ];
  const findings = missing.map(([set, empty]): Finding =>
    makeFinding("missing-secret", {
      message: `the input ${set} is set, and the input ${empty} is empty: its secret does not exist, or this run may not read it; nothing was written`,
      hint: "compare the secret's name in the workflow with the repository's, or the environment's; pull requests of forks and of Dependabot get none",
    }),
  );
  if (findings.length > 0) throw new OsacError("input", findings);
}

/** Inputs that become flags: they decide what is planned or written, so no command may ignore them. */
const flagInputs: readonly InputName[] = [
  "config",
  "settings-from",
  "expect-plan",
  "max-deletes",
  "allow-delete",
  "allow-escalation",
  "secrets",
  "set-password",
  "set-all-passwords",
  "set-secret",
  "verify-passwords",
  "base",
  "fail-on",
];

function isFlag(name: InputName): boolean {
  return flagInputs.includes(name);
}

/**
 * Refuses a step without the address of the cluster: if its variable is not set, the files would choose the
 * cluster. A settings file that was chosen outside of the files may name it.
 */
export function refuseNoUrl({ url, config, "settings-from": reference }: Inputs, env: Environment): void {
  if (url !== "" || env["OSAC_URL"] || config !== "" || reference !== "") return;
  throw failure("input", "no-url", "the input url is empty; osac contacted no cluster", {
    hint: "set it, or the variable that it is read from (url: ${{ vars.OPENSEARCH_URL }}: Settings › Secrets and variables › Actions › Variables)",
  });
}

/** Makes the flags of a command from the inputs, and refuses an input that the command would ignore. */
export function makeFlags(
  given: Inputs,
  { name, options: known }: { readonly name: string; readonly options: readonly OptionName[] },
): string[] {
  const ignored = (input: string): OsacError =>
    failure("input", "ignored-input", `the input ${input} means nothing to ${name}; nothing was written`, {
      hint: "leave it out, or set it in the step that it is for",
    });
  const flags = flagInputs.flatMap((input) => {
    const option = (inputs[input] as Input).option!;
    if (given[input] === "") return [];
    if (!known.includes(option)) throw ignored(input);
    const { flag, type }: Option<unknown> = options[option];
    const texts = type.isRepeatable ? splitLines(given[input]) : [given[input]];
    return texts.map((text) => `--${flag}=${text}`);
  });
  if (name !== "drift" && given.issue === "true") throw ignored("issue");
  if (name !== "drift" && given.remediation === "revert") throw ignored("remediation");
  const file = given["plan-file"];
  if (file !== "" && name !== "plan" && name !== "apply") throw ignored("plan-file");
  return [...flags, ...(file === "" ? [] : [`--${name === "plan" ? "out" : "plan"}=${file}`])];
}

function splitLines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
