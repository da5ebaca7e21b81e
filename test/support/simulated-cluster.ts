import { createServer, type RequestListener } from "node:http";
import type { AddressInfo, Server } from "node:net";
import { afterAll, beforeAll, expect, onTestFinished } from "vitest";
import type { Io } from "../../src/commands/io.ts";
import { createCertificates } from "../../src/simulator/certificates.ts";
import {
  startSimulator,
  type Certificates,
  type Simulator,
  type SimulatorOptions,
} from "../../src/simulator/index.ts";
import { folder } from "./folder.ts";
import { osac, type Ran } from "./osac.ts";

let certificates: Certificates;
beforeAll(async () => {
  certificates = await createCertificates();
});

let running: Simulator[] = [];
afterAll(async () => {
  await Promise.all(running.map((simulator) => simulator.stop()));
  running = [];
});

/**
 * Starts a simulated node. All nodes of a test file share their certificates, because making keys is slow.
 */
export async function start(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator({ certificates, ...options });
  running.push(simulator);
  return simulator;
}

/**
 * Starts a simulated node with one user, whose hash has the lowest cost: it answers fast enough for runs with
 * short timeouts.
 */
export async function startQuick(options: SimulatorOptions = {}): Promise<Simulator> {
  const hash = "$2a$04$GQKtIVnVnYbBgSmMQm.duu6xIHFYfridC6T4ndofowdDv.VSFt11m";
  const internalusers = { admin: { reserved: true, backend_roles: ["admin"], hash } };
  return start({ ...options, documents: { internalusers, ...options.documents } });
}

/** Two kinds with one new entity each, so that there are two requests to send. */
const files = {
  "tenants.yml": "_meta: { type: tenants, config_version: 2 }\nsandbox: { description: Sand }\n",
  "roles.yml":
    "_meta: { type: roles, config_version: 2 }\nlogs_reader: { cluster_permissions: [cluster_monitor] }\n",
};

/** Runs a command line beside `files`, as the administrator by default. */
export async function run(
  argv: readonly string[],
  { caCert, url }: { readonly caCert: string; readonly url: string },
  { env = {}, ...given }: Partial<Io> = {},
  more: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const cwd = await folder({ ...files, "ca.pem": caCert, ...more });
  const known = { OSAC_URL: url, OSAC_CA_CERT: "ca.pem", OSAC_USERNAME: "admin", OSAC_PASSWORD: "admin" };
  return osac(argv, { cwd, env: { ...known, ...env }, ...given });
}

/** Expects that the run ended with one error of this code and a hint, and exit code 7. */
export function expectNoAccess({ code, out, err }: Ran, finding: string, words: RegExp): void {
  expect({ code, out }).toEqual({ code: 7, out: "" });
  const withoutPlainHttp = err.replace(/^warning: .*\[plain-http\]\n.*\n/m, "");
  expect(withoutPlainHttp.match(/(?:error|warning): /g)).toEqual(["error: "]);
  expect(err).toContain(`[${finding}]`);
  expect(err).toMatch(words);
  expect(err).toContain("hint: ");
}

/** Requests that wrote something, as the server received them. It answers a probe with 400. */
export function writes({ requests }: Simulator): string[] {
  return requests
    .filter(({ method, status }) => method !== "GET" && status !== 400)
    .map(({ method, path, status }) => `${method} ${path.slice(path.lastIndexOf("/") + 1)} ${status}`);
}

/** Closes a server at the end of the test. */
function stopWithTest(stop: () => unknown): void {
  onTestFinished(async () => void (await stop()));
}

/** Makes a server listen on loopback until the test ends. */
export async function toUrl(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stopWithTest(() => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The address of a server that answers every request in the same way. */
export async function listening(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  stopWithTest(() => server.closeAllConnections());
  return `http://${await toUrl(server)}`;
}
