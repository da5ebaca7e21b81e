import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WrittenFile } from "../../../src/storage/write-files.ts";
import type { PlanDocument } from "../../../src/report/plan-json.ts";
import { osac } from "../../support/osac.ts";
import type { RunningNode } from "../node/start.ts";

/** The document that a command printed, and its progress. */
export interface Run extends PlanDocument {
  readonly files: readonly WrittenFile[];
  readonly progress: string;
}

/** Runs a command line against the cluster, as one caller. */
export type Runner = (argv: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Run>;

export interface Runners {
  readonly asUser: Runner;
  readonly asCertificate: Runner;
  /** Forgets the certificates. */
  close(): Promise<void>;
}

/** Lets the user `admin` and the admin certificate run commands in this process. */
export async function openRunners(node: RunningNode): Promise<Runners> {
  const folder = await mkdtemp(join(tmpdir(), "osac-certificates-"));
  const pem = { ca: node.caCert, cert: node.adminCert, key: node.adminKey };
  for (const [name, text] of Object.entries(pem)) await writeFile(join(folder, name), text);
  const server = {
    OSAC_URL: node.url,
    OSAC_CA_CERT: join(folder, "ca"),
    OSAC_TIMEOUT: "60",
    // A test's directory says what shall be, and not how to come there from a fresh node.
    OSAC_MAX_DELETES: "1000",
    OSAC_MAX_DELETE_SHARE: "100%",
  };
  const user = { OSAC_USERNAME: node.user, OSAC_PASSWORD: node.password };
  const certificate = { OSAC_CLIENT_CERT: join(folder, "cert"), OSAC_CLIENT_KEY: join(folder, "key") };
  return {
    asUser: runner({ ...server, ...user }),
    asCertificate: runner({ ...server, ...certificate }),
    close: () => rm(folder, { recursive: true }),
  };
}

/** Runs commands, and lets `apply` gain what its plan gains: the directories are about other things. */
function runner(caller: Readonly<Record<string, string>>): Runner {
  const run: Runner = async (argv, env = {}) => {
    const { out, err } = await osac([...argv, "--output", "json"], { env: { ...env, ...caller } });
    return { ...(JSON.parse(out) as Run), progress: err };
  };
  return async (argv, env) => {
    const [command, ...rest] = argv;
    if (command !== "apply") return run(argv, env);
    const planned = await run(["plan", ...rest.filter((word) => word !== "--yes")], env);
    return run([...argv, ...approve(planned)], env);
  };
}

function approve({ escalations = [] }: Run): string[] {
  return escalations.flatMap(({ names }) => names).flatMap((name) => ["--allow-escalation", name]);
}

/** Everything that must be nothing when files and cluster agree, in words. */
export function disagreement({ changes, findings }: Run): string[] {
  return [...changes.map(({ action, kind, name }) => `${action} ${kind}/${name}`), ...listErrors(findings)];
}

function listErrors(findings: Run["findings"]): string[] {
  return findings
    .filter(({ severity }) => severity === "error")
    .map(({ code, kind, name, message }) => `${kind}/${name}: ${message} [${code}]`);
}

/** The codes of the errors, each once. */
export function errorCodes({ findings }: Run): string[] {
  return [...new Set(findings.flatMap(({ code, severity }) => (severity === "error" ? [code] : [])))];
}
