import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync, readdirSync, statSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import packageJson from "../../../package.json" with { type: "json" };
import { dumpYaml } from "../../../src/files/yaml/dump.ts";
import { type Shape, entityShape } from "../../../src/schema/shape.ts";
import { allKinds } from "../../../src/kinds/index.ts";
import type { Json } from "../../../src/model/value.ts";
import { masterIdentity } from "../../../src/simulator/amazon/edge.ts";
import { startSimulator } from "../../../src/simulator/index.ts";
import { startProxy } from "../../support/proxy.ts";
import { buildForTests } from "../../support/build.ts";
import { folder } from "../../support/folder.ts";
import { osac } from "../../support/osac.ts";

const root = join(import.meta.dirname, "../../..");
const built = buildForTests();
const cli = join(built, "bin/osac.js");

const meta = '_meta:\n  type: "roles"\n  config_version: 2\n';

/** The URL of a server that accepts connections and does not respond, until the test ends. */
async function muteServer(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A directory whose report is much larger than a pipe. */
/** Five files, because osac reports at most a thousand findings about one. */
const loud = () =>
  folder(
    Object.fromEntries(
      Array.from({ length: 5 }, (_, file) => [
        `roles/${file}.yml`,
        meta +
          Array.from({ length: 1_000 }, (__, index) => `role_${file}_${index}:\n  no_such_field: 1\n`).join(
            "",
          ),
      ]),
    ),
  );

test("the version is answered without loading a parser or a command", async () => {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(process.execPath, [cli, "--version"], { env: { ...env, NODE_DEBUG: "esm" } });
  const [out, trace] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(out).toBe(`${packageJson.version}\n`);
  expect(trace).toContain("osac.js");
  expect(trace).not.toMatch(/command-line-/);
});

/** Code that only signed requests, or only a run over several targets, need: comments of the bundle name it. */
const aws =
  /^\/\/ node_modules\/@(?:aws-sdk|smithy)\/|^\/\/ src\/cluster\/sigv4\/(?:open-signer|send-signed|signing)\.ts$/m;
const fleet =
  /^\/\/ src\/(?:commands|report)\/fleet\/|^\/\/ src\/settings\/(?:select-targets|target-stages)\.ts$/m;

/** The chunks of the bundle with such code. */
function listChunks(code: RegExp): string[] {
  const folder = join(built, "bin");
  return readdirSync(folder).filter(
    (name) => name.endsWith(".js") && code.test(readFileSync(join(folder, name), "utf8")),
  );
}

/** Runs the command line, and returns its exit code and the chunks with such code that it has loaded. */
async function runAndTrace(
  argv: readonly string[],
  given: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<{ readonly code: number; readonly err: string; readonly loaded: string[] }> {
  const env = {
    PATH: process.env["PATH"],
    NODE_DEBUG: "esm",
    AWS_EC2_METADATA_DISABLED: "true",
    ...given.env,
  };
  const child = spawn(process.execPath, [cli, ...argv], { cwd: given.cwd ?? root, env });
  child.stdout.resume();
  const [err, [code]] = await Promise.all([text(child.stderr), once(child, "close")]);
  return {
    code: code as number,
    err,
    loaded: [aws, fleet].flatMap(listChunks).filter((chunk) => err.includes(chunk)),
  };
}

test("the code of AWS is loaded for signatures, that of fleets for several targets, and for nothing else", async () => {
  const [simulator, domain] = [await startSimulator(), await startSimulator({ service: "amazon" })];
  onTestFinished(() => Promise.all([simulator.stop(), domain.stop()]).then(() => undefined));
  const cwd = await folder({
    "roles.yml": `${meta}mine: { cluster_permissions: [cluster_monitor] }\n`,
    "usual.pem": simulator.caCert,
    "domain.pem": domain.caCert,
  });
  for (const code of [aws, fleet]) expect(listChunks(code).length).toBeGreaterThan(0);
  expect((await runAndTrace(["--version"])).loaded).toEqual([]);
  const login = { OSAC_USERNAME: simulator.user, OSAC_PASSWORD: simulator.password };
  const usual = { OSAC_URL: simulator.url, OSAC_CA_CERT: "usual.pem", ...login };
  expect(await runAndTrace(["plan"], { cwd, env: usual })).toMatchObject({ code: 0, loaded: [] });
  const signed = {
    OSAC_URL: domain.url,
    OSAC_CA_CERT: "domain.pem",
    OSAC_AUTH: "sigv4",
    OSAC_AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: masterIdentity.accessKeyId,
    AWS_SECRET_ACCESS_KEY: masterIdentity.secretAccessKey,
  };
  const { code, loaded } = await runAndTrace(["plan"], { cwd, env: signed });
  expect(code).toBe(0);
  expect(loaded).toContainEqual(expect.stringMatching(/^signing-/));
  const targets = await folder({ "osac.yml": "targets: { a: {} }\n", "tenants.yml": "{}\n" });
  const validated = await runAndTrace(["validate", "--targets", "all"], { cwd: targets });
  expect(validated.loaded).toContainEqual(expect.stringMatching(/^run-fleet-/));
});

test.each(allKinds)("the validator made beforehand for $name says what the schema says", async (kind) => {
  const name = kind.isSingle ? "config" : "it";
  const content = { _meta: { type: kind.name, config_version: 2 }, [name]: misshapen(entityShape(kind)) };
  const cwd = await folder({ [kind.file]: dumpYaml(content) });
  const argv = ["validate", "--output", "json"];
  const [bundled, compiled] = [
    spawnSync(process.execPath, [cli, ...argv], { cwd, encoding: "utf8" }),
    await osac(argv, { cwd }),
  ];
  expect(bundled.stdout).toBe(compiled.out);
  expect(JSON.parse(bundled.stdout).findings).toContainEqual(
    expect.objectContaining({ code: "unknown-field" }),
  );
});

/** A value that matches no shape: unknown fields, and nested lists instead of other values. */
function misshapen({ properties, additionalProperties }: Shape): Json {
  const fields = {
    ...properties,
    ...(typeof additionalProperties === "object" && { entry: additionalProperties }),
  };
  if (Object.keys(fields).length === 0) return [[[]]];
  const wrong = Object.entries(fields).map(([name, field]) => [name, misshapen(field)]);
  return { ...Object.fromEntries(wrong), no_such_field: 1 };
}

test("what was bundled does all that its parts do: settings, proxy, threads, saved plans, backups", async () => {
  const [simulator, proxy] = [await startSimulator(), await startProxy()];
  onTestFinished(() => simulator.stop());
  const users = Array.from({ length: 4 }, (_, index) => `u${index}: { password: "\${env.NEW_PASSWORD}" }\n`);
  const cwd = await folder({
    "roles.yml": `${meta}mine: { cluster_permissions: [cluster_monitor] }\n`,
    "internal_users.yml": `_meta: { type: internalusers, config_version: 2 }\n${users.join("")}`,
    "osac.yml": `cluster: { url: "${simulator.url}", ca_cert: ca.pem }\n`,
    "ca.pem": simulator.caCert,
  });
  const env = {
    PATH: process.env["PATH"],
    HTTPS_PROXY: proxy.url,
    OSAC_USERNAME: "admin",
    OSAC_PASSWORD: "admin",
    OSAC_BACKUP: "kept",
    OSAC_CONFIG: "osac.yml",
    NEW_PASSWORD: "Sturdy-Horse_7-Batteries",
  };
  const bundled = async (...argv: string[]): Promise<readonly [number | null, string]> => {
    const child = spawn(process.execPath, [cli, ...argv], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    const [out, err, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close"),
    ]);
    return [code as number | null, out + err];
  };
  const done = [0, expect.any(String)];
  expect(await bundled("plan", "--out", "saved.json")).toEqual([0, expect.stringContaining("5 to create")]);
  expect(await bundled("apply", "--plan", "saved.json", "--yes")).toEqual(done);
  expect(await bundled("drift")).toEqual(done);
  expect(await bundled("status")).toEqual(done);
  expect(await bundled("export", "again", "--url", simulator.url, "--ca-cert", "ca.pem")).toEqual(done);
  const backup = join("kept", readdirSync(join(cwd, "kept"))[0]!);
  expect(await bundled("rollback", backup, "--yes", "--max-delete-share", "100%")).toEqual(done);
  expect(await bundled("plan")).toEqual([0, expect.stringContaining("5 to create")]);
  expect(proxy.targets.length).toBeGreaterThan(0);
});

test("a large document arrives whole on a slow pipe, and the exit code with it", async () => {
  const child = spawn(process.execPath, [cli, "validate", "--output", "json"], { cwd: await loud() });
  const closed = once(child, "close");
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) {
    chunks.push(chunk as Buffer);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const document = JSON.parse(Buffer.concat(chunks).toString());
  expect(document.summary.errors).toBe(5_000);
  expect(await closed).toEqual([3, null]);
});

test("a reader that has seen enough is no error", async () => {
  const child = spawn(process.execPath, [cli, "validate"], { cwd: await loud() });
  const [err, closed] = [text(child.stderr), once(child, "close")];
  child.stdout.destroy();
  expect(await err).toBe("");
  expect(await closed).toEqual([3, null]);
});

test.skipIf(!existsSync("/dev/full"))("a disk that is full is no success", async () => {
  const full = openSync("/dev/full", "w");
  onTestFinished(() => closeSync(full));
  const cwd = await folder({ "roles.yml": meta });
  const child = spawn(process.execPath, [cli, "validate"], { cwd, stdio: ["ignore", full, "pipe"] });
  const [err, closed] = [text(child.stderr!), once(child, "close")];
  expect(await closed).toEqual([3, null]);
  expect(await err).toContain("error: the output cannot be written (ENOSPC)");
});

test("Ctrl-C ends a command that waits, with 130 and one json document", async () => {
  const cwd = await folder({ "roles.yml": meta });
  // The warning about the variable shows that the command starts. Then it waits for the password.
  const env = { ...process.env, OSAC_FROBNICATE: "1" };
  const argv = [cli, "plan", "--output", "json", "--username", "u", "--password-file", "-"];
  const child = spawn(process.execPath, argv, { cwd, env });
  const [out, closed] = [text(child.stdout), once(child, "close")];
  await once(child.stderr, "data");
  child.kill("SIGINT");
  expect(await closed).toEqual([130, null]);
  expect(JSON.parse(await out)).toMatchObject({
    command: "plan",
    exitCode: 130,
    findings: [{ code: "interrupted" }],
  });
});

test("a signal that comes while many files are judged is heard before they are done", async () => {
  const cwd = await loud();
  // The process itself sends the signal when it starts to find places in the files, so that no clock decides. A second
  // signal would end it at once.
  const hook = `import fs from "node:fs";
    import { syncBuiltinESMExports } from "node:module";
    const read = fs.readFileSync;
    let isSent = false;
    fs.readFileSync = (path, ...more) => {
      if (!isSent && String(path).endsWith("roles/0.yml")) {
        isSent = true;
        process.kill(process.pid, "SIGTERM");
      }
      return read(path, ...more);
    };
    syncBuiltinESMExports();`;
  const argv = ["--import", `data:text/javascript,${encodeURIComponent(hook)}`, cli, "validate"];
  const child = spawn(process.execPath, argv, { cwd });
  const [out, err, closed] = [text(child.stdout), text(child.stderr), once(child, "close")];
  expect(await closed).toEqual([143, null]);
  expect(await out).toBe("");
  expect(await err).toContain("interrupted by SIGTERM");
});

test("a crash that nobody awaited is told without the secrets in it, and ends with 1", async () => {
  const cwd = await folder({
    "internal_users.yml":
      "_meta: {type: internalusers, config_version: 2}\nit: {hash: zz-canary-in-the-file}\n",
    "roles.yml": meta,
  });
  // No command awaits this error, like one in the timer of a library, while osac waits for a server that does
  // not respond.
  const late = `let ticks = 0;
    const timer = setInterval(() => {
      if (process.getActiveResourcesInfo().includes("TCPSocketWrap")) ticks += 1;
      if (ticks < 5) return;
      clearInterval(timer);
      throw new Error("cannot use zz-canary-in-the-file");
    }, 100)`;
  const hook = `data:text/javascript,${encodeURIComponent(late)}`;
  const url = await muteServer();
  const argv = ["--import", hook, cli, "plan", "--url", url];
  const child = spawn(process.execPath, argv, { cwd });
  const [err, closed] = [text(child.stderr), once(child, "close")];
  expect(await closed).toEqual([1, null]);
  expect(await err).toMatch(/internal error: cannot use \*\*\* \[internal-error\]/);
  expect(await err).not.toContain("canary");
});

test("wrong files end a plan at once, though the server that was asked meanwhile says nothing", async () => {
  const url = await muteServer();
  const cwd = await folder({ "roles.yml": `${meta}r: [\n` });
  const child = spawn(process.execPath, [cli, "plan", "--url", url], { cwd });
  const [err, closed] = [text(child.stderr), once(child, "close")];
  expect(await closed).toEqual([3, null]);
  expect(await err).toContain("[yaml-syntax]");
  // If the process did not exit itself, it would wait ten seconds for the connection.
}, 9_000);

test("a crash that cannot even be told ends with 1, and not never", async () => {
  const cwd = await folder({ "roles.yml": meta });
  const mute = `process.stderr.write = () => { throw new Error("mute"); };
    setTimeout(() => { throw new Error("late"); }, 1)`;
  const hook = `data:text/javascript,${encodeURIComponent(mute)}`;
  const argv = ["--import", hook, cli, "plan", "--username", "u", "--password-file", "-"];
  const child = spawn(process.execPath, argv, { cwd });
  expect(await once(child, "close")).toEqual([1, null]);
});

test("a run that is killed before a write is answered leaves a line of it in the audit log", async () => {
  const simulator = await startSimulator();
  onTestFinished(() => simulator.stop());
  const arrived = new Promise<void>((resolve) => {
    simulator.fail({
      connection: "hang",
      when: ({ method }) => {
        if (method === "PATCH") resolve();
        return method === "PATCH";
      },
    });
  });
  const cwd = await folder({
    "roles.yml": `${meta}reader: { cluster_permissions: [cluster_monitor] }\n`,
    "ca.pem": simulator.caCert,
  });
  const env = {
    OSAC_URL: simulator.url,
    OSAC_CA_CERT: "ca.pem",
    OSAC_USERNAME: "admin",
    OSAC_PASSWORD: "admin",
  };
  const argv = [cli, "apply", "--yes", "--audit-log", "audit.jsonl", "--backup", "backups"];
  const child = spawn(process.execPath, argv, { cwd, env });
  const closed = once(child, "close");
  await arrived;
  child.kill("SIGKILL");
  await closed;
  const lines = readFileSync(join(cwd, "audit.jsonl"), "utf8").trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { kind: "roles", name: "reader", action: "create", result: "sent" },
  ]);
});

test.each(["000", "077"])(
  "an export with hashes is its owner's alone, whatever the umask: %s",
  async (umask) => {
    const simulator = await startSimulator();
    onTestFinished(() => simulator.stop());
    const { url, adminCert, adminKey, caCert } = simulator;
    const cwd = await folder({ "ca.pem": caCert, "admin.pem": adminCert, "admin.key": adminKey });
    const flags = [
      "--url",
      url,
      "--ca-cert",
      "ca.pem",
      "--client-cert",
      "admin.pem",
      "--client-key",
      "admin.key",
    ];
    const script = `umask ${umask}; exec "$@"`;
    const argv = [process.execPath, cli, "export", "out", "--with-hashes", "--all", ...flags];
    const child = spawn("sh", ["-c", script, "sh", ...argv], { cwd, stdio: "ignore" });
    expect(await once(child, "close")).toEqual([0, null]);
    expect(statSync(join(cwd, "out/internal_users.yml")).mode & 0o777).toBe(0o600);
  },
);
