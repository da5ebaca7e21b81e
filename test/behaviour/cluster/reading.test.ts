import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { explainForbidden } from "../../../src/cluster/write-access.ts";
import type { Fault } from "../../../src/simulator/index.ts";
import { startProxy } from "../../support/proxy.ts";
import { run, start, writes } from "../../support/simulated-cluster.ts";

const roles: Fault["when"] = ({ method, path }) => method === "GET" && path.endsWith("/api/roles");

test.for<Fault>([
  { status: 503 },
  { status: 502 },
  { status: 429, headers: { "retry-after": "0" } },
  { connection: "reset" },
])("a read that meets %j is sent again", async (fault) => {
  const simulator = await start();
  simulator.fail({ ...fault, when: roles }, { ...fault, when: roles });
  expect(await run(["plan"], simulator)).toMatchObject({ code: 0 });
  expect(simulator.requests.filter((request) => roles(request))).toHaveLength(3);
});

test("a read whose answer breaks off is begun anew", async () => {
  const simulator = await start();
  simulator.fail({ connection: "half", when: roles });
  expect(await run(["plan"], simulator)).toMatchObject({ code: 0 });
});

test("a read is not sent again for ever", async () => {
  const simulator = await start();
  simulator.fail(...Array.from({ length: 9 }, (): Fault => ({ status: 503, when: roles })));
  const { code, err } = await run(["plan"], simulator);
  expect(code).toBe(7);
  expect(err).toMatch(/GET roles answered 503.*\[read-failed\]/);
  expect(simulator.requests.filter((request) => roles(request))).toHaveLength(4);
});

test("a plan sends one request a kind, four more, and one for each kind that decides who gains what", async () => {
  const simulator = await start();
  await run(["plan"], simulator);
  expect(simulator.requests.length).toBeLessThanOrEqual(3 + 4 + 2);
  expect(simulator.requests.every(({ method }) => method === "GET")).toBe(true);
});

test("--insecure takes any certificate, and says every time what that means", async () => {
  const simulator = await start();
  const { code, err } = await run(["plan", "--insecure"], simulator, { env: { OSAC_CA_CERT: "" } });
  expect(code).toBe(0);
  expect(err).toMatch(/^warning: the certificate of .* is not checked \(--insecure\) \[insecure\]$/m);
});

test("a failed connection with --output json is one document", async () => {
  const simulator = await start();
  const closed = { ...simulator, url: "https://127.0.0.1:1" };
  const { code, out, err } = await run(["plan", "--output", "json"], closed);
  expect({ code, err }).toEqual({ code: 7, err: "" });
  expect(JSON.parse(out)).toMatchObject({ exitCode: 7, findings: [{ code: "unreachable" }] });
});

test.for(["https_proxy", "HTTPS_PROXY"])("%s leads through a proxy", async (name) => {
  const [simulator, proxy] = [await start(), await startProxy()];
  expect(await run(["plan"], simulator, { env: { [name]: proxy.url } })).toMatchObject({ code: 0 });
  expect(proxy.targets.length).toBeGreaterThan(0);
  expect(new Set(proxy.targets)).toEqual(new Set([new URL(simulator.url).host]));
});

test.for(["socks5://u:secret@proxy", "http://u:secret@pro xy"])(
  "%s is no proxy, which is said without its value",
  async (https_proxy) => {
    const { code, err } = await run(["plan"], await start(), { env: { https_proxy } });

    expect(code).toBe(3);
    expect(err).toMatch(/^error: https_proxy: expected the url of a proxy/);
    expect(err).not.toContain("secret");
  },
);

test("no_proxy names the hosts to which the way is direct", async () => {
  const [simulator, proxy] = [await start(), await startProxy()];
  const env = { https_proxy: proxy.url, no_proxy: "127.0.0.1" };
  expect(await run(["plan"], simulator, { env })).toMatchObject({ code: 0 });
  expect(proxy.targets).toEqual([]);
});

test("a proxy that is not there is told from a server that is not there", async () => {
  const simulator = await start();
  const env = { https_proxy: "http://127.0.0.1:1" };
  const { code, err } = await run(["plan"], simulator, { env });
  expect(code).toBe(7);
  expect(err).toMatch(/proxy/);
});

test("the proxy of http:// addresses is none for https://", async () => {
  const [simulator, proxy] = [await start(), await startProxy()];
  expect(await run(["plan"], simulator, { env: { http_proxy: proxy.url } })).toMatchObject({ code: 0 });
  expect(proxy.targets).toEqual([]);
});

test("a proxy may be named without a scheme", async () => {
  const [simulator, proxy] = [await start(), await startProxy()];
  const env = { https_proxy: proxy.url.replace("http://", "") };
  expect(await run(["plan"], simulator, { env })).toMatchObject({ code: 0 });
  expect(proxy.targets.length).toBeGreaterThan(0);
});

test.for([
  ["403 Forbidden", /the proxy answered 403 \[proxy-refused\]/],
  [
    "407 Proxy Authentication Required",
    /\(407\) \[proxy-refused\]\n {2}hint: .*USER:PASSWORD@HOST:PORT, with %40 for @$/m,
  ],
] as const)("a proxy that refuses is said to: %s", async ([answer, words]) => {
  const [simulator, proxy] = [await start(), await startProxy(answer)];
  const { code, err } = await run(["plan"], simulator, { env: { https_proxy: proxy.url } });
  expect(code).toBe(7);
  expect(err).toMatch(words);
});

test("a proxy that says nothing is not waited for for ever", async () => {
  const [simulator, proxy] = [await start(), await startProxy("")];
  const { code, err } = await run(["plan", "--timeout", "1"], simulator, { env: { https_proxy: proxy.url } });
  expect(code).toBe(7);
  expect(err).toContain("[timeout]");
});

test("a proxy that hangs up is asked a few times, and not for ever", async () => {
  const [simulator, proxy] = [await start(), await startProxy({ hangsUp: true })];
  const { code, err } = await run(["plan"], simulator, { env: { https_proxy: proxy.url } });
  expect(code).toBe(7);
  expect(err).toMatch(/the connection was cut .*\n.*the proxy that https_proxy names/);
  // Two reads at once, each four times; the first that fails ends the run.
  expect(proxy.targets.length).toBeLessThanOrEqual(2 * 4);
});

test("files that hold no certificate, or no key, are told before anything is sent", async () => {
  const simulator = await start();
  const sent = simulator.requests.length;
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "canary" },
  });
  const garbage = "-----BEGIN CERTIFICATE-----\ngarbage\n-----END CERTIFICATE-----\n";
  const files = {
    "admin.pem": simulator.adminCert,
    "admin.key": simulator.adminKey,
    garbage,
    locked: privateKey,
  };
  const said = async (env: Record<string, string>): Promise<string> => {
    const { code, err } = await run(["plan"], simulator, { env }, files);
    expect(code).toBe(3);
    return err.split("\n")[0]!;
  };
  expect(await said({ OSAC_CA_CERT: "admin.key" })).toMatch(/OSAC_CA_CERT .*no certificate .*\[not-pem\]/);
  expect(await said({ OSAC_CA_CERT: "garbage" })).toMatch(/cannot be read \[not-pem\]/);
  const cert = { OSAC_CLIENT_CERT: "admin.pem" };
  expect(await said({ ...cert, OSAC_CLIENT_KEY: "admin.pem" })).toMatch(
    /OSAC_CLIENT_KEY .*no private key .*\[not-pem\]/,
  );
  expect(await said({ ...cert, OSAC_CLIENT_KEY: "locked" })).toMatch(
    /OSAC_CLIENT_KEY .*passphrase.* \[encrypted-key\]/,
  );
  expect(simulator.requests).toHaveLength(sent);
});

test("a kind that cannot be read is no reason to stop, all kinds together are", async () => {
  const simulator = await start({ users: { guest: { password: "guest" } } });
  const env = { OSAC_USERNAME: "guest", OSAC_PASSWORD: "guest" };
  const { code, err } = await run(["plan"], simulator, { env });
  expect(code).toBe(7);
  expect(err.match(/\[no-read-access\]/g)).toHaveLength(2);
  expect(writes(simulator)).toEqual([]);
});

test("a role that shall only read is not told that it has no access", () => {
  const text = '{"status":"FORBIDDEN","message":"No permission to access REST API: User plan"}';
  const found = explainForbidden("roles", { status: 403, text, body: JSON.parse(text), headers: {} });
  expect(found).toMatchObject({
    reason: "the server does not let the caller write it",
    hint: expect.stringMatching(/roles_enabled .*endpoints_disabled .*PATCH/),
  });
});
