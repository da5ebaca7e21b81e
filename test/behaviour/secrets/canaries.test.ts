import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Io } from "../../../src/commands/io.ts";
import { createCertificates } from "../../../src/simulator/certificates.ts";
import type { Certificates, Fault, Simulator } from "../../../src/simulator/index.ts";
import { folder } from "../../support/folder.ts";
import type { Ran } from "../../support/osac.ts";
import { start } from "../../support/simulated-cluster.ts";
import { all, declared, documents, environment, files, secretFiles, sung } from "./canaries.ts";
import { freshOsac } from "./fresh.ts";

type Caller = "user" | "certificate";

const outputs = (...argv: string[]): string[][] =>
  ["text", "json", "markdown"].map((output) => [...argv, "--output", output]);

/** Command lines that both callers run on the canaries. Each new command or flag needs a line here. */
const runs: readonly (readonly string[])[] = [
  ["validate", "files", "-v", "--strict"],
  ["validate", "files", "--output", "json"],
  ["validate", "files", "--secrets", "opaque"],
  ["validate", "files", "--allow-placeholder", "NOTHING"],
  ["validate", "files", "--output", "github"],
  ...outputs("plan", "files"),
  ...outputs("plan", "files", "-v", "--set-all-passwords"),
  ...outputs("plan", "files", "--secrets", "opaque"),
  ["plan", "files", "--out", "plan.json", "--allow-lockout-risk"],
  ["plan", "files", "--out", "plan.json", "--set-all-passwords", "--set-secret", bindPassword()],
  ...outputs("plan", "files", "--kinds", "roles"),
  ["plan", "files", "-v", "--verify-passwords", "--debug"],
  ["plan", "files", "--prune", "internalusers=all", "--set-secret", bindPassword()],
  ...outputs("drift", "files", "-v"),
  ["drift", "files", "--base", "./older"],
  ["drift", "files", "--metrics", "osac.prom", "--verify-passwords", "--debug"],
  ["status"],
  ["status", "--output", "json"],
  ["export", "out"],
  ["init", "out", "--github"],
  ["export", "out", "--all", "--output", "json"],
  ["apply", "files", "--yes"],
  ...outputs("apply", "files", "--yes", "--allow-lockout-risk"),
  ["apply", "files"],
  [
    "apply",
    "files",
    "--yes",
    "--debug",
    "--audit-log",
    "audit.log",
    "--set-all-passwords",
    "--allow-lockout-risk",
  ],
  ["apply", "files", "--yes", "--kinds", "roles", "--audit-log", "audit.log"],
  ["apply", "files", "--yes", "--kinds", "config", "--allow-lockout-risk"],
  ["apply", "files", "--yes", "--expect-plan", "0".repeat(64)],
  ["status", "--probe-reload"],
  ["cache", "flush", "--yes", "--debug"],
  ["cache", "flush", "--user", "rotated", "--yes"],
  ["certificates", "reload", "http", "--yes", "--output", "json"],
  ["certificates", "reload", "transport", "--yes", "--debug"],
  ["account", "password", "--yes", "--debug"],
  ["account", "password", "--yes", "--output", "json"],
];

function bindPassword(): string {
  return "config/dynamic/authc/ldap/authentication_backend/config/password";
}

/** Backups are files that a run leaves. */
const kept = { OSAC_BACKUP: "backups", OSAC_NEW_PASSWORD: environment.CANARY_PASSWORD };

/** Before 2.13 the server shows the password of an LDAP bind. */
const versions = ["2.11.1", "3.4.0"];

let certificates: Certificates;
beforeAll(async () => {
  certificates = await createCertificates();
});

interface Stage {
  readonly simulator: Simulator;
  readonly cwd: string;
  readonly run: (argv: readonly string[], caller: Caller, given?: Partial<Io>) => Promise<Ran>;
}

async function startStage(version: string): Promise<Stage> {
  const simulator = await start({ certificates, version, documents: documents(version) });
  const desired = Object.entries({ ...files, ...secretFiles }).flatMap(([file, text]) => [
    [`files/${file}`, text],
    [`older/${file}`, text],
  ]);
  const { ca, admin } = certificates;
  const pem = { "ca.pem": ca.cert, "admin.pem": admin.cert, "admin.key": admin.key };
  const cwd = await folder({ ...Object.fromEntries(desired), ...pem });
  const common = { OSAC_URL: simulator.url, OSAC_CA_CERT: "ca.pem", ...environment, ...kept };
  const callers = {
    user: { OSAC_USERNAME: "admin", OSAC_PASSWORD: "admin" },
    certificate: { OSAC_CLIENT_CERT: "admin.pem", OSAC_CLIENT_KEY: "admin.key" },
  };
  const run: Stage["run"] = (argv, caller, given) =>
    freshOsac(argv, { cwd, env: { ...common, ...callers[caller] }, ...given });
  return { simulator, cwd, run };
}

/** Everything that a run leaves: its output, and every file except its inputs. */
async function leftBy({ out, err }: Ran, cwd: string): Promise<string[]> {
  const entries = await readdir(cwd, { recursive: true, withFileTypes: true });
  const written = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !/\/(?:files|older)\/|\.(?:pem|key)$/.test(path));
  return [out, err, ...(await Promise.all(written.map((path) => readFile(path, "utf8"))))];
}

/** Expects that nothing that a run leaves reveals a canary. */
async function expectSilence(ran: Ran, cwd: string): Promise<void> {
  expect((await leftBy(ran, cwd)).flatMap(sung)).toEqual([]);
}

test("the canaries would be heard", () => {
  for (const canary of all) {
    expect(sung(`"${canary}"`)).not.toEqual([]);
    expect(sung(encodeURIComponent(canary))).not.toEqual([]);
    for (const before of ["", "a", "ab"])
      expect(sung(Buffer.from(`${before}${canary}!`).toString("base64"))).not.toEqual([]);
  }
});

describe.for(versions)("against %s", (version) => {
  const lines = runs.flatMap((argv) => [
    { line: argv.join(" "), caller: "user" as const, argv },
    { line: argv.join(" "), caller: "certificate" as const, argv },
  ]);

  test.for(lines)("osac $line, as $caller", async ({ caller, argv }) => {
    const stage = await startStage(version);
    const ran = await stage.run(argv, caller);
    expect(ran.out + ran.err).not.toBe("");
    expect(ran.code).not.toBe(1);
    await expectSilence(ran, stage.cwd);
  });
});

/** The files change whom the configuration believes. */
const allowed = ["--allow-escalation", "login-authority/config/config"];

test.for(["text", "json", "markdown"])("a plan that is stale shows none of them, as %s", async (output) => {
  const stage = await startStage("3.4.0");
  const flags = ["--set-all-passwords", "--set-secret", bindPassword(), ...allowed];
  const saved = await stage.run(["plan", "files", "--out", "plan.json", ...flags], "certificate");
  expect(saved).toMatchObject({ code: 0 });
  await stage.simulator.edit("internalusers", (users) => {
    for (const name of ["rotated", "kept"])
      users[name] = { ...(users[name] as {}), description: declared.join(" ") };
  });
  const argv = ["apply", "files", "--plan", "plan.json", "--yes", "--audit-log", "audit.log"];
  const ran = await stage.run([...argv, "--output", output], "certificate");
  expect(ran.code).toBe(4);
  await expectSilence(ran, stage.cwd);
});

test("a reviewed plan that is applied, and rolled back with --debug, shows none of them", async () => {
  const stage = await startStage("3.4.0");
  await stage.run(["plan", "files", "--out", "plan.json", "--set-all-passwords", ...allowed], "certificate");
  const argv = ["apply", "files", "--plan", "plan.json", "--yes", "--debug", "--audit-log", "audit.log"];
  const ran = await stage.run(argv, "certificate");
  expect(ran.code).not.toBe(1);
  await expectSilence(ran, stage.cwd);
});

test("osac rollback knows no files, and shows nothing of what the backup left out", async () => {
  const stage = await startStage("3.4.0");
  await stage.run(["apply", "files", "--yes", ...allowed], "certificate");
  const [backup = ""] = await readdir(join(stage.cwd, "backups"));
  for (const output of ["text", "json", "markdown"]) {
    const argv = ["rollback", `backups/${backup}`, "--yes", "--max-delete-share", "100%", "--output", output];
    const { code, out, err } = await stage.run(argv, "certificate");
    expect(code).not.toBe(1);
    expect(sung(out + err).filter((text) => text.includes("zzCanaryOld"))).toEqual([]);
  }
});

/** The answer of a careless server or proxy: everything that it received, and everything that it holds. */
const echoes: Readonly<Record<string, string>> = {
  "its own words": JSON.stringify({ status: "BAD_REQUEST", message: `cannot take ${declared.join(", ")}` }),
  "a quoted document": JSON.stringify({
    message: `cannot parse ${JSON.stringify({ documents: documents("3.4.0"), files })}`,
  }),
  details: JSON.stringify({ reason: declared.join(" "), details: { keys: declared.join(",") } }),
  "a source": JSON.stringify({ error: { reason: `[Source: (String)"${JSON.stringify(files)}"; line: 1]` } }),
  Base64: JSON.stringify({ message: Buffer.from(declared.join("; ")).toString("base64") }),
  text: declared.join(" "),
};

const faults = Object.entries(echoes).flatMap(([name, body]) =>
  (name === "text" ? [400, 403, 409, 500, 503] : [400, 500]).map((status) => ({ name, status, body })),
);

function repeated(fault: Fault): Fault[] {
  return Array.from({ length: 8 }, () => fault);
}

describe("a server that echoes", () => {
  test.for(faults)("$name with $status to a write", async ({ status, body }) => {
    const stage = await startStage("3.4.0");
    stage.simulator.fail(...repeated({ status, body, when: ({ method }) => method === "PATCH" }));
    await expectSilence(await stage.run(["apply", "files", "--yes"], "certificate"), stage.cwd);
  });

  test.for(faults)("$name with $status to a read", async ({ status, body }) => {
    const stage = await startStage("3.4.0");
    stage.simulator.fail(...repeated({ status, body, when: ({ path }) => path.endsWith("/roles") }));
    await expectSilence(await stage.run(["plan", "files", "--output", "json"], "user"), stage.cwd);
  });
});

describe("a fault of the program", () => {
  test.for(["text", "json"])("that quotes secrets is told without them, as %s", async (output) => {
    const stage = await startStage("3.4.0");
    const broken = {
      isTerminal: false,
      write: (text: string) => {
        if (text.includes("internal-error")) return;
        throw new Error(`cannot write ${declared.join(" ")}`);
      },
    };
    const ran = await stage.run(["plan", "files", "--output", output], "user", { stdout: broken });
    expect(ran.code).toBe(1);
    expect(ran.err).toContain("cannot write ***");
    await expectSilence(ran, stage.cwd);
  });
});
