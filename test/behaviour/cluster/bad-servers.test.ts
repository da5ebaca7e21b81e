import { createServer as createHttpsServer } from "node:https";
import { createServer as createTcpServer } from "node:net";
import { beforeAll, describe, expect, test } from "vitest";
import { createCertificates } from "../../../src/simulator/certificates.ts";
import type { Fault, Simulator } from "../../../src/simulator/index.ts";
import { toUrl, expectNoAccess, listening, run, start, writes } from "../../support/simulated-cluster.ts";

const commands = [["plan"], ["apply", "--yes"], ["drift"]];

describe.for(commands)("%s", (argv) => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await start();
  });

  test("a closed port", async () => {
    const closed = { ...simulator, url: "https://127.0.0.1:1" };
    expectNoAccess(await run(argv, closed), "unreachable", /nothing listens there/);
  });

  test("an unknown host", async () => {
    const unknown = { ...simulator, url: "https://no-such-host.invalid:9200" };
    expectNoAccess(await run(argv, unknown), "unreachable", /name/);
  });

  test("http on a port that speaks https", async () => {
    const plain = { ...simulator, url: simulator.url.replace("https:", "http:") };
    expectNoAccess(await run(argv, plain), "not-http", /https:\/\/ or http:\/\//);
  });

  test("https on a port that speaks http", async () => {
    const plain = await start({ tls: false });
    const secure = { ...plain, url: plain.url.replace("http:", "https:") };
    expectNoAccess(await run(argv, secure), "not-http", /https:\/\/ or http:\/\//);
    expect(writes(plain)).toEqual([]);
  });

  test("a certificate of another authority", async () => {
    const { ca } = await createCertificates();
    expectNoAccess(await run(argv, { ...simulator, caCert: ca.cert }), "untrusted-certificate", /--ca-cert/);
  });

  test("a certificate that has expired", async () => {
    const validTo = new Date(Date.now() - 60_000);
    const expired = await start({ certificates: { server: { validTo, hosts: ["127.0.0.1"] } } });
    const day = validTo.toISOString().slice(0, 10);
    const message = new RegExp(`has expired: that of CN=\\S+ expired on ${day}`);
    expectNoAccess(await run(argv, expired), "certificate-expired", message);
  });

  test("a certificate for another host", async () => {
    const other = await start({ certificates: { server: { hosts: ["search.example.com"] } } });
    expectNoAccess(await run(argv, other), "wrong-host", /another host: it is for (?:DNS|IP)/);
  });

  test("a certificate that is not valid yet", async () => {
    const validFrom = new Date(Date.now() + 3_600_000);
    const early = await start({ certificates: { server: { validFrom, hosts: ["127.0.0.1"] } } });
    const day = validFrom.toISOString().slice(0, 10);
    const message = new RegExp(`not valid yet: that of CN=\\S+ is valid from ${day} on`);
    expectNoAccess(await run(argv, early), "untrusted-certificate", message);
  });

  test("a client's certificate where a server's belongs", async () => {
    const client = await start({ certificates: { server: { hosts: [] } } });
    expectNoAccess(await run(argv, client), "untrusted-certificate", /not one for servers/);
  });

  test("a server of another time", async () => {
    const { server } = simulator.certificates;
    const old = createHttpsServer({
      ...server,
      minVersion: "TLSv1",
      maxVersion: "TLSv1.1",
      ciphers: "DEFAULT@SECLEVEL=0",
    });
    const url = `https://${await toUrl(old)}`;
    expectNoAccess(await run(argv, { ...simulator, url }), "tls-failed", /TLS 1\.2/);
  });

  test.for(["TLSv1.2", "TLSv1.3"] as const)("%s that asks for a client certificate", async (maxVersion) => {
    const { server, ca } = simulator.certificates;
    const strict = createHttpsServer({ ...server, ca: ca.cert, requestCert: true, maxVersion });
    const url = `https://${await toUrl(strict)}`;
    const { code, out, err } = await run(argv, { ...simulator, url });
    expect({ code, out }).toEqual({ code: 7, out: "" });
    expect(err).toMatch(/client certificate/);
  });

  test("a wrong password", async () => {
    const env = { OSAC_PASSWORD: "not-the-password" };
    const ran = await run(argv, simulator, { env });
    expectNoAccess(ran, "unauthenticated", /refused the login \(401\): user "admin"/);
    expect(ran.err).not.toContain("not-the-password");
  });

  test("a certificate and a key that do not belong together", async () => {
    const { admin } = await createCertificates();
    const env = { OSAC_CLIENT_CERT: "admin.pem", OSAC_CLIENT_KEY: "admin.key" };
    const pem = { "admin.pem": simulator.adminCert, "admin.key": admin.key };
    expectNoAccess(await run(argv, simulator, { env }, pem), "client-certificate", /belong together/);
  });

  test("a server that hangs", async () => {
    const fault: Fault = { connection: "hang" };
    simulator.fail(fault, fault);
    expectNoAccess(await run([...argv, "--timeout", "1"], simulator), "timeout", /--timeout/);
  });

  test("a page where JSON is expected", async () => {
    const page = await listening((_, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<html>Welcome</html>");
    });
    expectNoAccess(await run(argv, { ...simulator, url: page }), "not-opensearch", /not as OpenSearch does/);
  });

  test("a redirect, whose query may be a ticket", async () => {
    const gate = await listening((_, response) => {
      response.writeHead(302, { location: "https://login.example.org/start?ticket=f00" }).end();
    });
    const ran = await run(argv, { ...simulator, url: gate });
    expectNoAccess(ran, "not-opensearch", /302, a redirect to https:\/\/login\.example\.org\/start \[/);
  });

  test("a load balancer that does not reach the cluster", async () => {
    const gate = await listening((_, response) => {
      response.writeHead(504, { "content-type": "text/html", "retry-after": "0" }).end("<html>504</html>");
    });
    expectNoAccess(await run(argv, { ...simulator, url: gate }), "not-opensearch", /try again later/);
  });

  test("an answer that comes drop by drop, for ever", async () => {
    const leak = await listening((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const drops = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(drops));
    });
    const ran = await run([...argv, "--timeout", "0.5"], { ...simulator, url: leak });
    expectNoAccess(ran, "timeout", /did not answer in time/);
  });

  test("a port that speaks neither", async () => {
    const other = createTcpServer((socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n"));
    const address = await toUrl(other);
    for (const scheme of ["http", "https"])
      expectNoAccess(
        await run(argv, { ...simulator, url: `${scheme}://${address}` }),
        "not-http",
        /REST port/,
      );
  });

  test("a page of one kind alone", async () => {
    const page = { status: 200, body: "<html>Welcome</html>" };
    simulator.fail({ ...page, when: ({ path }) => path.endsWith("/api/roles") });
    expectNoAccess(await run(argv, simulator), "not-opensearch", /no JSON object/);
  });

  test("a node without a configuration", async () => {
    const body = "OpenSearch Security not initialized.";
    const faults = Array.from({ length: 8 }, () => ({ status: 503, body }));
    const empty = await start();
    empty.fail(...faults);
    expectNoAccess(await run(argv, empty), "not-initialized", /not initialized/);
  });

  test("OpenSearch without the plugin", async () => {
    const bare = await listening(({ url }, response) => {
      response.setHeader("content-type", "application/json");
      if (url === "/") response.end('{"cluster_name":"bare","version":{"number":"3.4.0"}}');
      else response.writeHead(400).end('{"error":"no handler found for uri [/x] and method [GET]"}');
    });
    expectNoAccess(await run(argv, { ...simulator, url: bare }), "no-security-plugin", /--api-prefix/);
  });

  test("another server", async () => {
    const other = await listening((_, response) => {
      response.writeHead(200, { "content-type": "application/json" }).end('{"name":"other"}');
    });
    expectNoAccess(await run(argv, { ...simulator, url: other }), "no-security-plugin", /Security plugin/);
  });

  test("an answer that always breaks off", async () => {
    const broken = await start();
    broken.fail(...Array.from({ length: 40 }, (): Fault => ({ connection: "half" })));
    const { code, out, err } = await run(argv, broken);
    expect({ code, out }).toEqual({ code: 7, out: "" });
    expect(err).toMatch(/\[(?:broken-answer|not-http)\]/);
  });

  test("osac writes nothing meanwhile", () => {
    expect(writes(simulator)).toEqual([]);
  });
});

test("an answer without an end", async () => {
  const flood = await listening((_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const mebibyte = Buffer.alloc(1024 * 1024, " ");
    const pour = (): void => void (!response.destroyed && response.write(mebibyte, pour));
    pour();
  });
  const ran = await run(["plan"], { caCert: "", url: flood }, { env: { OSAC_CA_CERT: "" } });
  expectNoAccess(ran, "not-opensearch", /its answer has more than 2 MB/);
});
