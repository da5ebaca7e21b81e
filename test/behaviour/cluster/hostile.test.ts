import { createServer as createTcpServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import type { Fault } from "../../../src/simulator/index.ts";
import { toUrl, expectNoAccess, listening, run, start, writes } from "../../support/simulated-cluster.ts";

const isWrite: Fault["when"] = ({ method }) => method === "PUT" || method === "DELETE";
const readsRoles: Fault["when"] = ({ method, path }) => method === "GET" && path.endsWith("/api/roles");

test("a proxy that says more than that it has connected is asked a few times, and not for ever", async () => {
  let connections = 0;
  const proxy = await toUrl(
    createTcpServer((socket: Socket) => {
      connections += 1;
      socket.on("error", () => {});
      socket.once("data", () => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"));
    }),
  );
  const behind = { url: "http://127.0.0.1:9", caCert: "" };
  const ran = await run(["plan"], behind, { env: { http_proxy: `http://${proxy}`, OSAC_CA_CERT: "" } });
  expectNoAccess(ran, "not-http", /the proxy that http_proxy names/);
  expect(connections).toBeLessThanOrEqual(2 * 4);
});

test.for([200, 429, 503])("an answer of %d that drips for ever is not waited for", async (status) => {
  let requests = 0;
  const url = await listening((_, response) => {
    requests += 1;
    response.writeHead(status);
    const dripping = setInterval(() => response.write(" "), 100);
    response.on("close", () => clearInterval(dripping));
  });
  const ran = await run(["plan", "--timeout", "1"], { url, caCert: "" }, { env: { OSAC_CA_CERT: "" } });
  expectNoAccess(ran, "timeout", /did not answer in time/);
  expect(requests).toBeLessThanOrEqual(2);
});

test("hints before an answer are no answer", async () => {
  const url = await listening((request, response) => {
    response.writeProcessing();
    response.writeEarlyHints({ link: "</style.css>; rel=preload" });
    const isRoot = request.url === "/";
    const isKind = /\/api\/(?!account)/.test(request.url!);
    response.setHeader("content-type", "application/json");
    response.end(isRoot ? '{"version": {"number": "3.4.0"}}' : isKind ? "{}" : '{"is_admin": false}');
  });
  const { code, out } = await run(["plan"], { url, caCert: "" }, { env: { OSAC_CA_CERT: "" } });
  expect(code).toBe(0);
  expect(out).toContain("2 to create");
});

test("hints for ever are not waited for", async () => {
  const url = await listening((_, response) => {
    const hinting = setInterval(() => response.writeProcessing(), 100);
    response.on("close", () => clearInterval(hinting));
  });
  const ran = await run(["plan", "--timeout", "1"], { url, caCert: "" }, { env: { OSAC_CA_CERT: "" } });
  expectNoAccess(ran, "timeout", /did not answer in time/);
});

test.for(["", "none", "\u001B[31m", `3.${"9".repeat(400)}.0`])(
  "a version that reads %j is not known",
  async (number) => {
    const simulator = await start();
    const body = JSON.stringify({ version: { number }, cluster_name: "c", cluster_uuid: "u" });
    const headers = { "x-opensearch-version": "OpenSearch/3" };
    simulator.fail({ status: 200, body, headers, when: ({ path }) => path === "/" });
    simulator.fail({ status: 404, body: "", when: ({ path }) => path === "/_nodes/http" });
    const { code, err } = await run(["plan"], simulator);
    expect(code).toBe(0);
    expect(err).toContain("[version-unknown]");
  },
);

test.for([
  ["cache", "flush", "--yes"],
  ["certificates", "reload", "http", "--yes"],
])("a page with status 200 is no proof that %j was done", async (argv) => {
  const simulator = await start();
  simulator.fail({ status: 200, body: "<html>Please log in</html>", when: isWrite });
  const { code, out, err } = await run(argv, simulator);
  expect({ code, out }).toEqual({ code: 6, out: "" });
  expect(err).toContain("this is not an answer of the plugin");
});

test("status does not call a kind readable whose answer is a page", async () => {
  const simulator = await start();
  simulator.fail({ status: 200, body: "<html>Please log in</html>", when: readsRoles });
  const { out } = await run(["status"], simulator);
  expect(out).toMatch(/^roles +no +yes$/m);
  expect(out).toMatch(/roles: .*answered 200: <html>/);
});

test("an entity that is none does not keep status from telling of the others", async () => {
  const simulator = await start();
  simulator.fail({ status: 200, body: '{"config": null, "odd": []}', when: readsRoles });
  expect(await run(["status"], simulator)).toMatchObject({ code: 0 });
});

test.for(["http://user:PROXY%SECRET@127.0.0.1:1", "http://a%:41SECRET@127.0.0.1:1"])(
  "a percent sign in the login of a proxy has to be written as a code, which is said without it: %s",
  async (https_proxy) => {
    const { code, err } = await run(["plan"], await start(), { env: { https_proxy } });
    expect(code).toBe(3);
    expect(err).toMatch(/https_proxy: expected the url of a proxy, .*%25 for %/);
    expect(err).not.toContain("SECRET");
  },
);

test.for([
  ["apply", "--yes"],
  ["cache", "flush", "--yes"],
  ["certificates", "reload", "http", "--yes"],
  ["account", "password", "--yes"],
])("Ctrl-C before %j has begun to write ends it at once, and nothing is written", async (argv) => {
  const simulator = await start();
  const stopping = new AbortController();
  const hold: Fault = {
    delayMs: 500,
    when: ({ path }) => {
      setTimeout(() => stopping.abort("SIGINT"), 50);
      return path === "/";
    },
  };
  simulator.fail(hold);
  const env = { OSAC_NEW_PASSWORD: "Sturdy-Horse_7-Batteries" };
  const { code, err } = await run(argv, simulator, { env, signal: stopping.signal });
  expect(code).toBe(130);
  expect(err).toContain("interrupted by SIGINT, before anything was written to the cluster");
  // Requests of the run continue in this process, which does not end with the run.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(writes(simulator)).toEqual([]);
});

test("answers that are large together are refused before they are parsed", async () => {
  const large = JSON.stringify({ r: { description: "x".repeat(13 * 2 ** 20) } });
  const url = await listening(({ url: path }, response) => {
    response.setHeader("content-type", "application/json");
    response.end(path?.includes("/api/") ? large : '{"version": {"number": "3.4.0"}, "is_admin": true}');
  });
  const ran = await run(["plan"], { url, caCert: "" }, { env: { OSAC_CA_CERT: "" } });
  expectNoAccess(ran, "not-opensearch", /its answers have more than 24 MB together/);
});

test.for([
  ["[", "]"],
  ['{"a":', "}"],
] as const)("an answer of many %s is refused", async ([open, close]) => {
  const deep = `{"r":${open.repeat(100_000)}1${close.repeat(100_000)}}`;
  const simulator = await start();
  simulator.fail({ status: 200, body: deep, when: readsRoles });
  const ran = await run(["plan"], simulator);
  expectNoAccess(ran, "not-opensearch", /more than 100 lists and maps in one another/);
});

test.for([
  ["[", "]"],
  ['{"a":', "}"],
] as const)("a saved plan and a backup of many %s are refused", async ([open, close]) => {
  const deep = (start: string, end: string): string =>
    `${start}${open.repeat(100_000)}1${close.repeat(100_000)}${end}`;
  const simulator = await start();
  const more = {
    "plan.json": deep('{"version":1,"changes":', "}"),
    "whole.json": deep('{"changes":[{"before":', "}]}"),
    "backup.json": deep('{"version":1,"documents":', "}"),
  };
  for (const argv of [
    ["apply", "--yes", "--plan", "plan.json"],
    ["apply", "--yes", "--plan", "whole.json"],
    ["rollback", "--yes", "backup.json"],
  ]) {
    const { code, err } = await run(argv, simulator, {}, more);
    expect(code, err.slice(0, 500)).toBe(3);
    expect(err).toMatch(/more than 100 lists and maps in one another \[(?:not-a-saved-plan|no-backup)\]/);
  }
  expect(writes(simulator)).toEqual([]);
});
