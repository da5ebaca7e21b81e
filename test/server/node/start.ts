import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { Agent, request } from "undici";
import { type Certificates, createCertificates, renewServer } from "../../../src/simulator/certificates.ts";
import { findJdk, type Jdk, missingForNode } from "./java.ts";
import { type Distribution, prepareNode } from "./prepare.ts";
import { type NodeSettings, nodeSettings } from "./settings.ts";
import type { NodeVersion } from "./versions.ts";

const run = promisify(execFile);

const startTimeoutMs = 180_000;

export interface NodeOptions extends NodeSettings {
  readonly version: NodeVersion;
  /** The security directory the node starts with; by default the one the plugin ships. */
  readonly securityConfigDir?: string;
  /** The JVM's heap, `512m` by default. */
  readonly heap?: string;
  /** More environment variables, for placeholders. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Everything that is needed to call a running server. Certificates and keys are PEM. */
export interface NodeFacts {
  readonly url: string;
  readonly version: string;
  readonly user: string;
  readonly password: string;
  readonly caCert: string;
  readonly adminCert: string;
  readonly adminKey: string;
  readonly clientCert: string;
  readonly clientKey: string;
}

export interface RunningNode extends NodeFacts {
  /** Puts a new certificate, with a new key, in the place of the node's own; gives it back as PEM. */
  renewCertificate(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a real OpenSearch node with the real Security plugin on loopback; resolves when Security is up. */
export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const jdk = findJdk(options.version);
  const missing = missingForNode(options.version);
  if (!jdk || missing) throw new Error(missing);
  const distribution = await prepareNode(options.version, jdk);
  const { node, process } = await start(options, jdk, distribution);
  if (existsSync(distribution.classArchive)) return node;
  await archiveClasses(process, jdk, distribution);
  // A node of Java 25 ends as soon as it has written the archive.
  await node.stop();
  return startNode(options);
}

async function start(
  options: NodeOptions,
  jdk: Jdk,
  distribution: Distribution,
): Promise<{ readonly node: RunningNode; readonly process: ChildProcess }> {
  const certificates = await createCertificates();
  const home = await mkdtemp(join(tmpdir(), `osac-node-${options.version}-`));
  await writeConfig(home, options, distribution, certificates);
  const launched = await launch(home, options, jdk, distribution);
  const stop = async (): Promise<void> => {
    await end(launched);
    await rm(home, { recursive: true, force: true });
  };
  try {
    const scheme = options.tls === false ? "http" : "https";
    const url = await untilUp(launched, home, scheme, certificates.ca.cert);
    const node: RunningNode = {
      url,
      version: options.version,
      // The plugin ships this user with this password.
      user: "admin",
      password: "admin",
      caCert: certificates.ca.cert,
      adminCert: certificates.admin.cert,
      adminKey: certificates.admin.key,
      clientCert: certificates.client.cert,
      clientKey: certificates.client.key,
      renewCertificate: async () => {
        const { cert, key } = await renewServer(certificates);
        const folder = join(home, "config", "certificates");
        await writeFile(join(folder, "node.pem"), cert);
        await writeFile(join(folder, "node.key"), key);
        return cert;
      },
      stop,
    };
    return { node, process: launched };
  } catch (error) {
    const log = await readFile(join(home, "log"), "utf8");
    await stop();
    throw new Error(`OpenSearch ${options.version} did not start; the end of its log:\n${log.slice(-4000)}`, {
      cause: error,
    });
  }
}

async function writeConfig(
  home: string,
  options: NodeOptions,
  distribution: Distribution,
  { ca, server, admin }: Certificates,
): Promise<void> {
  const config = join(home, "config");
  await mkdir(join(config, "certificates"), { recursive: true });
  await mkdir(join(home, "tmp"));
  await cp(options.securityConfigDir ?? distribution.securityConfig, join(config, "opensearch-security"), {
    recursive: true,
  });
  await Promise.all([
    writeFile(join(config, "opensearch.yml"), nodeSettings(options, admin.dn, server.dn)),
    writeFile(join(config, "certificates", "ca.pem"), ca.cert),
    writeFile(join(config, "certificates", "node.pem"), server.cert),
    writeFile(join(config, "certificates", "node.key"), server.key),
    cp(join(import.meta.dirname, "log4j2.properties"), join(config, "log4j2.properties")),
  ]);
}

async function launch(
  home: string,
  options: NodeOptions,
  jdk: Jdk,
  distribution: Distribution,
): Promise<ChildProcess> {
  const log = await open(join(home, "log"), "w");
  const heap = options.heap ?? "512m";
  const java = [
    // A node lives for a minute: compiling its code well takes longer than that gains, half of the time of a start.
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    `-Xms${heap}`,
    `-Xmx${heap}`,
    `-Djava.io.tmpdir=${join(home, "tmp")}`,
    `-Dlog4j2.configurationFile=${join(home, "config", "log4j2.properties")}`,
    "-Dlog4j2.disable.jmx=true",
    "-Dio.netty.noUnsafe=true",
    "-Dio.netty.allocator.numDirectArenas=0",
    "-Dopensearch.set.netty.runtime.available.processors=false",
    classArchiving(distribution),
    ...(jdk.release >= 21
      ? ["--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"]
      : []),
    "-cp",
    distribution.classPath,
    "NodeLauncher",
    home,
    ...distribution.plugins,
  ];
  const { JAVA_TOOL_OPTIONS: _, ...environment } = process.env;
  const node = spawn(join(jdk.home, "bin", "java"), java, {
    cwd: home,
    env: { ...environment, ...options.env },
    // The open standard input keeps the node alive: it ends with this process at the latest.
    stdio: ["pipe", log.fd, log.fd],
  });
  await log.close();
  return node;
}

/** Uses the archive of classes if there is one. Otherwise the node can write it. */
function classArchiving({ classArchive }: Distribution): string {
  return existsSync(classArchive) ? `-XX:SharedArchiveFile=${classArchive}` : "-XX:+RecordDynamicDumpInfo";
}

/**
 * Has a node that is up write the archive of its classes, for the nodes after it. A node could also do that when it
 * ends, but a shared node ends last.
 */
async function archiveClasses(node: ChildProcess, jdk: Jdk, { classArchive }: Distribution): Promise<void> {
  const draft = `${classArchive}-${node.pid}`;
  await run(join(jdk.home, "bin", "jcmd"), [String(node.pid), "VM.cds", "dynamic_dump", draft]);
  await rename(draft, classArchive);
}

/** An open port is not enough: the plugin answers 503 until it has loaded its configuration. */
async function untilUp(node: ChildProcess, home: string, scheme: string, ca: string): Promise<string> {
  const dispatcher = new Agent({ connect: { ca } });
  const deadline = Date.now() + startTimeoutMs;
  try {
    while (node.exitCode === null && Date.now() < deadline) {
      const port = await readFile(join(home, "port"), "utf8").catch(() => undefined);
      const url = `${scheme}://127.0.0.1:${port}`;
      if (port && (await isUp(url, dispatcher))) return url;
      await sleep(200);
    }
    throw new Error(node.exitCode === null ? "it took too long" : `it ended with code ${node.exitCode}`);
  } finally {
    await dispatcher.close();
  }
}

async function isUp(url: string, dispatcher: Agent): Promise<boolean> {
  const { statusCode, body } = await request(`${url}/_plugins/_security/health`, { dispatcher });
  const text = await body.text();
  return statusCode === 200 && text.includes('"UP"');
}

async function end(node: ChildProcess): Promise<void> {
  if (node.exitCode !== null || node.signalCode !== null) return;
  const ended = once(node, "exit");
  // Nobody reads its files any more, and a node of Java 17 that has archived its classes does not end by itself.
  node.kill("SIGKILL");
  await ended;
}
