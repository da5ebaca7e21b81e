import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { osac } from "../support/osac.ts";
import { keptFolder } from "../support/folder.ts";
import { masterIdentity } from "../../src/simulator/amazon/edge.ts";
import { startSimulator, type Certificates, type Simulator } from "../../src/simulator/index.ts";

/**
 * What a reader of a page has before the first command: nothing, the example files, these applied and committed, or a domain of
 * Amazon OpenSearch Service and the credentials of its master.
 */
export type Start = "empty" | "files" | "applied" | "domain";

/** A reader of a page: a folder, an environment, and a simulated cluster at the address that the pages name. */
export interface Session {
  readonly cwd: string;
  readonly env: Record<string, string>;
  readonly clusterUrl: string;
  /** The address in the page. */
  readonly shownUrl: string;
  lastCode: number;
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, "..", "..");

/** The address in the pages. */
const shownUrl = "https://localhost:9200";

/** Git commits alike wherever and whenever the pages are made. */
const gitEnvironment = {
  GIT_AUTHOR_DATE: "2026-11-25T08:00:00Z",
  GIT_COMMITTER_DATE: "2026-11-25T08:00:00Z",
  GIT_AUTHOR_NAME: "docs",
  GIT_AUTHOR_EMAIL: "docs@example.org",
  GIT_COMMITTER_NAME: "docs",
  GIT_COMMITTER_EMAIL: "docs@example.org",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
};

/** The address of the domain in the pages. Its host name has the region, which that of the simulator lacks. */
const shownDomain = "https://search-logs-abc.us-east-1.es.amazonaws.com";

/** The credentials of the master of a simulated domain. */
const awsEnvironment = {
  AWS_ACCESS_KEY_ID: masterIdentity.accessKeyId,
  AWS_SECRET_ACCESS_KEY: masterIdentity.secretAccessKey,
  AWS_EC2_METADATA_DISABLED: "true",
};

const startCommands: Readonly<Record<Start, readonly string[]>> = {
  domain: [],
  empty: [],
  files: [],
  applied: [
    "git init -q -b main .",
    "printf '*.pem\\n' > .gitignore",
    "git add .",
    "git commit -qm 'Logs'",
    "osac apply security --yes",
  ],
};

/** Keys take a second to make, and serve all sessions. */
let certificates: Certificates | undefined;

export async function openSession(start: Start): Promise<Session> {
  const isDomain = start === "domain";
  const simulator = await startSimulator({
    ...(certificates && { certificates }),
    ...(isDomain && { service: "amazon" }),
  });
  certificates = simulator.certificates;
  const cwd = await keptFolder({ "root-ca.pem": simulator.caCert });
  // The AWS SDK reads the environment of the process.
  if (isDomain) Object.assign(process.env, awsEnvironment);
  const session: Session = {
    cwd,
    env: {
      PATH: process.env.PATH ?? "",
      HOME: await keptFolder({}),
      ...gitEnvironment,
      ...makeLogins(simulator, cwd)[start],
    },
    clusterUrl: simulator.url,
    shownUrl: isDomain ? shownDomain : shownUrl,
    lastCode: 0,
    stop: () => simulator.stop(),
  };
  if (start === "files" || start === "applied")
    await cp(join(root, "examples/minimal"), join(cwd, "security"), { recursive: true });
  for (const command of startCommands[start]) {
    const printed = await runCommand(session, command);
    if (session.lastCode !== 0) throw new Error(`${command}: ${printed}`);
  }
  return session;
}

/** What the environment of a reader has of the cluster. */
function makeLogins(
  { url, user, password }: Simulator,
  cwd: string,
): Readonly<Record<Start, Readonly<Record<string, string>>>> {
  const OSAC_CA_CERT = join(cwd, "root-ca.pem");
  const login = {
    OSAC_URL: url,
    // A target takes no other address than its own from `OSAC_URL`.
    OSAC_TARGET_CANARY_URL: url,
    OSAC_CA_CERT,
    OSAC_USERNAME: user,
    OSAC_PASSWORD: password,
    SHIPPER_PASSWORD: "Ships-2025-logs!",
  };
  const domain = { OSAC_CA_CERT, OSAC_AWS_REGION: "us-east-1", OSAC_AUTH: "sigv4" };
  return { empty: {}, files: login, applied: login, domain };
}

/** Runs one line as a shell would, and returns what it prints: `osac` in this process, all else in a shell. */
export async function runCommand(session: Session, line: string): Promise<string> {
  const printed: string[] = [];
  for (const part of line.replaceAll(session.shownUrl, session.clusterUrl).split(" && ")) {
    printed.push(await runPart(session, part.trim()));
    if (session.lastCode !== 0) break;
  }
  return withoutNoise(session, printed.join(""));
}

async function runPart(session: Session, command: string): Promise<string> {
  if (command === "echo $?") return `${session.lastCode}\n`;
  const [, name, value] = /^export (\w+)=([^ ]*)/.exec(command) ?? [];
  if (name !== undefined) {
    session.env[name] = value!.replaceAll(/^(['"])(.*)\1$/g, "$2");
    session.lastCode = 0;
    return "";
  }
  return command.startsWith("osac ") ? runOsac(session, command) : runShell(session, command);
}

async function runOsac(session: Session, command: string): Promise<string> {
  const words = Array.from(
    command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g),
    ([, one, two, plain]) => one ?? two ?? plain!,
  );
  const printed: string[] = [];
  const stream = { write: (text: string) => void printed.push(text), isTerminal: false };
  const { cwd, env } = session;
  // The reader keeps backups where osac puts them.
  const own = { ...env, OSAC_BACKUP: undefined };
  const { code } = await osac(words.slice(1), { cwd, env: own, stdout: stream, stderr: stream });
  session.lastCode = code;
  return printed.join("");
}

async function runShell(session: Session, command: string): Promise<string> {
  const child = spawn("sh", ["-c", command], { cwd: session.cwd, env: session.env });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => printed.push(text));
  const [code] = (await once(child, "close")) as [number | null];
  session.lastCode = code ?? 1;
  return printed.join("");
}

/** Writes the file that a page shows. */
export async function writeShownFile({ cwd }: Session, file: string, text: string): Promise<void> {
  await mkdir(dirname(join(cwd, file)), { recursive: true });
  await writeFile(join(cwd, file), text);
}

/** Makes the change that a page shows: lines with `-` and without a sign are there, lines with `+` and without one come in their place. */
export async function changeShownFile({ cwd }: Session, file: string, diff: string): Promise<void> {
  const lines = diff.split("\n").slice(0, -1);
  const side = (sign: string) =>
    lines
      .filter((line) => !line.startsWith(sign))
      .map((line) => `${line.slice(1)}\n`)
      .join("");
  const text = await readFile(join(cwd, file), "utf8");
  const parts = text.split(side("+"));
  if (parts.length !== 2) throw new Error(`${file} does not have once:\n${side("+")}It has:\n${text}`);
  await writeFile(join(cwd, file), parts.join(side("-")));
}

/** The text without what differs between two runs: times, ids, ports and folders. */
function withoutNoise({ cwd, env, clusterUrl, shownUrl: shown }: Session, text: string): string {
  return (
    text
      .replaceAll(cwd, "/home/me/opensearch")
      .replaceAll(env["HOME"]!, "/home/me")
      .replaceAll(clusterUrl, shown)
      .replaceAll(/\b127\.0\.0\.1:\d+/g, "localhost:9200")
      .replaceAll(/\d+\.\d s\b/g, "0.3 s")
      .replaceAll(/(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g, "2b6a4c81f0d30fb1".repeat(4))
      .replaceAll(/(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])/g, "2b6a4c81f0d30fb1".repeat(2))
      // After these words even a hash of digits or of letters alone is one.
      .replaceAll(/(?<=\b(?:declared until|commit) )[0-9a-f]{7,12}\b/g, "9f3c2ab")
      .replaceAll(/\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{40}\b/g, "9f3c2ab17e".repeat(4))
      .replaceAll(/\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,12}\b/g, "9f3c2ab")
      .replaceAll(/(?<=· |\/)[\w-]{22}(?=$|\/)/gm, "aVrkdPURRVWMuhUhRXZVEA")
      .replaceAll(/\d{8}T\d{6}Z-\w+\.json/g, "20261125T081244Z-f40107c1.json")
      .replaceAll(/until \d{4}-\d\d-\d\d \d\d:\d\d UTC/g, "until 2026-11-26 08:12 UTC")
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "2026-11-25T08:12:44Z")
      .replaceAll(/\d{4}-\d\d-\d\d +\d+ days left/g, "2027-11-25    364 days left")
  );
}
