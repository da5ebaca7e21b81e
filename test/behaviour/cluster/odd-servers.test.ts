import { beforeAll, describe, expect, test } from "vitest";
import { createCertificates } from "../../../src/simulator/certificates.ts";
import type { Simulator } from "../../../src/simulator/index.ts";
import type { ServerResponse } from "node:http";
import { startReverseProxy } from "../../support/reverse-proxy.ts";
import { expectNoAccess, run, start, startQuick, writes } from "../../support/simulated-cluster.ts";

const commands = [["plan"], ["apply", "--yes"], ["drift"], ["status"], ["export", "live"]];

/** A login domain of the demo configuration, with a field that only newer servers show. */
const config = `_meta: { type: config, config_version: 2 }
config:
  dynamic:
    authc:
      basic_internal_auth_domain:
        order: 4
        http_authenticator: { type: basic, challenge: true }
        authentication_backend: { type: intern }
    kibana: { multitenancy_enabled: true, server_username: kibanaserver }
`;

describe("the version", () => {
  test("is what the nodes say, whatever the first page says for old clients", async () => {
    const [honest, other] = [
      await start({ version: "2.19.4" }),
      await start({ version: "2.19.4", overridesMainVersion: true }),
    ];
    expect(await plannedBy(other)).toBe(await plannedBy(honest));
    expect(await plannedBy(other)).toContain("2.19.4");
  });

  test("is said to be unknown, and taken for the oldest, where only an impossible one is told", async () => {
    const simulator = await start({ version: "2.19.4", overridesMainVersion: true });
    const url = await withoutNodes(simulator);
    const { code, err } = await run(["plan"], { ...simulator, url });
    expect(code).toBe(0);
    expect(err).toMatch(
      /the oldest supported, 2\.10, is assumed \[version-unknown\]\n.*cluster:monitor\/nodes\/info/,
    );
  });

  test("is what the first page says, if it can be, where the nodes may not be asked", async () => {
    const simulator = await start({ version: "2.19.4" });
    const { code, out, err } = await run(["plan"], { ...simulator, url: await withoutNodes(simulator) });
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("(2.19.4)");
  });

  test("is the lowest of all nodes in the middle of an upgrade, which is said", async () => {
    const simulator = await start({ version: "3.4.0", otherVersions: ["2.19.4", "3.4.0"] });
    for (const command of ["plan", "status"]) {
      const { code, out, err } = await run([command], simulator);
      expect(code).toBe(0);
      expect(out).toContain("(2.19.4)");
      expect(err).toContain("different versions, 2.19.4 and 3.4.0; 2.19.4 is assumed [mixed-versions]");
    }
  });

  test.for([
    ["7.10.2", /7\.10\.2, which is no version of OpenSearch/],
    ["2.9.0", /OpenSearch 2\.9\.0 is too old/],
  ] as const)("%s of the nodes is refused", async ([version, words]) => {
    const simulator = await start({ version: "2.19.4", overridesMainVersion: true });
    const url = await startReverseProxy({
      to: simulator,
      certificate: simulator.certificates.server,
      answers: (path, response) =>
        path === "/_nodes/http" && sendJson(response, 200, { nodes: { a: { version } } }),
    });
    expectNoAccess(await run(["plan"], { ...simulator, url }), "unsupported-server", words);
  });

  test.for([[], {}, { nodes: [] }, { nodes: { a: 1, b: { version: 3 }, c: { version: "x" } } }])(
    "is not read from %j",
    async (body) => {
      const simulator = await start();
      const answers = (path: string, response: ServerResponse): boolean =>
        path === "/_nodes/http" && sendJson(response, 200, body);
      const { code, out } = await run(["plan"], {
        ...simulator,
        url: await startReverseProxy({ to: simulator, answers }),
      });
      expect(code).toBe(0);
      expect(out).toContain("(3.4.0)");
    },
  );
});

test("an entity in a shape that its version does not have is an error of that entity, and nothing is written", async () => {
  const simulator = await start({ version: "2.19.4" });
  const url = await startReverseProxy({
    to: simulator,
    certificate: simulator.certificates.server,
    answers: (path, response) =>
      path === "/_nodes/http" && sendJson(response, 200, { nodes: { a: { version: "3.8.0" } } }),
  });
  const allowed = ["--allow-lockout-risk", "--allow-escalation", "login-authority/config/config"];
  const argv = ["apply", "--yes", ...allowed];
  const files = { "config.yml": `${config}    api_tokens: { enabled: true }\n` };
  const { code, err } = await run(argv, { ...simulator, url }, {}, files);
  expect(code).toBe(3);
  expect(err).toMatch(/error: config\/config: .* 3\.8\.0 does not have, .*api_tokens.* \[unknown-shape\]/);
  expect(writes(simulator)).toEqual([]);
});

describe.for(["2.11.1", "2.19.4", "3.4.0"])("nodes of %s that speak plain HTTP", (version) => {
  test("serve every command, under both prefixes", async () => {
    for (const prefix of ["_plugins/_security", "_opendistro/_security"]) {
      const simulator = await startQuick({ version, tls: false });
      for (const argv of commands) {
        const { code, err } = await run([...argv, "--api-prefix", prefix], simulator);
        expect({ argv, prefix, code, err }).toMatchObject({ code: 0 });
      }
      expect(written(simulator)).toEqual(["PATCH tenants 200", "PATCH roles 200"]);
    }
  });
});

describe("a client certificate", () => {
  const certificate = {
    OSAC_CLIENT_CERT: "admin.pem",
    OSAC_CLIENT_KEY: "admin.key",
    OSAC_USERNAME: "",
    OSAC_PASSWORD: "",
  };

  test("cannot be shown over http, which is said", async () => {
    const simulator = await start({ tls: false });
    const ran = await run(["plan"], simulator, { env: certificate }, toPem(simulator));
    expectNoAccess(ran, "unauthenticated", /but http:\/\/ cannot carry one.*\n.*https:\/\//);
  });

  test("is known as an administrator's where the allowlist keeps whoami back", async () => {
    const simulator = await start();
    await simulator.edit("allowlist", () => ({ config: { enabled: true, requests: {} } }));
    const { code, out } = await run(["status"], simulator, { env: certificate }, toPem(simulator));
    expect(code).toBe(0);
    expect(out).toMatch(/nodesdn +yes +yes/);
    expect(out).toMatch(/caller +certificate|acting as certificate/);
  });

  test("does not reach nodes behind a proxy that ends TLS, which is said", async () => {
    const simulator = await start({ tls: false });
    const url = await startReverseProxy({ to: simulator, certificate: simulator.certificates.server });
    const ran = await run(["plan"], { ...simulator, url }, { env: certificate }, toPem(simulator));
    expectNoAccess(ran, "unauthenticated", /a proxy ends TLS before it/);
  });
});

test("every command works below a path of a reverse proxy", async () => {
  const simulator = await startQuick({ tls: false });
  const { server } = simulator.certificates;
  const url = await startReverseProxy({ to: simulator, below: "/search/one", certificate: server });
  for (const argv of commands) {
    const { code, err } = await run(argv, { ...simulator, url: `${url}/` });
    expect({ argv, code, err }).toMatchObject({ code: 0 });
  }
  expect(written(simulator)).toEqual(["PATCH tenants 200", "PATCH roles 200"]);
});

describe("an authority", () => {
  test("that is an intermediate one is trusted without the root above it", async () => {
    const certificates = await createCertificates({ root: {} });
    const simulator = await start({ certificates });
    expect(await run(["plan"], simulator)).toMatchObject({ code: 0 });
    const { ca } = await createCertificates({ root: {} });
    const stranger = await run(["plan"], { ...simulator, caCert: ca.cert });
    expectNoAccess(stranger, "untrusted-certificate", /--ca-cert/);
  });

  test("whose certificate is missing is named, also if the server sends its own certificate alone", async () => {
    const { server, ca } = await createCertificates({
      root: { subject: "CN=top" },
      ca: { subject: "CN=issuing,O=example" },
    });
    const simulator = await start();
    for (const [cert, missing] of [
      [firstIn(server.cert), "CN=issuing,O=example"],
      [firstIn(server.cert) + ca.cert, "CN=top"],
    ] as const) {
      const url = await startReverseProxy({ to: simulator, certificate: { ...server, cert } });
      const ran = await run(["plan"], { ...simulator, url });
      expectNoAccess(ran, "untrusted-certificate", new RegExp(`: the certificate of ${missing} is missing`));
    }
  });
});

/** The first of several certificates. */
function firstIn(pem: string): string {
  return /-----BEGIN[^]*?-----END CERTIFICATE-----\n/.exec(pem)![0];
}

const blocked = [
  "/",
  "whoami",
  "health",
  "authinfo",
  "api/permissionsinfo",
  "dashboardsinfo",
  "/_nodes/http",
  "api/certificates",
];

/** Refusals of proxies, allowlists and access policies. */
const refusals: readonly [string, number, string, string?][] = [
  ["a page", 200, "<html>Welcome</html>"],
  ["403 of a proxy", 403, "<html>403 Forbidden</html>"],
  ["401 of a proxy", 401, "<html>401</html>", 'Basic realm="intranet"'],
  ["404", 404, "not found"],
  ["403 of a policy", 403, '{"Message": "not authorized to perform: es:ESHttpGet"}'],
  ["401 of a policy", 401, '{"Message": "not allowed"}'],
  ["an array", 200, "[]"],
  ["a redirect", 302, ""],
];

describe.for(refusals)("%s", ([, status, body, realm]) => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startQuick();
  });

  test.for(blocked)("an odd answer for %s alone decides nothing", async (route) => {
    const answers = (path: string, response: ServerResponse): boolean => {
      if (path !== route && path !== `/_plugins/_security/${route}`) return false;
      response
        .writeHead(status, { ...(realm ? { "www-authenticate": realm } : {}), location: "/login" })
        .end(body);
      return true;
    };
    const url = await startReverseProxy({ to: simulator, answers });
    for (const command of ["plan", "status"]) {
      const { code, out, err } = await run([command], { ...simulator, url });
      expect({ command, code, err }).toMatchObject({ code: 0 });
      expect(out).toMatch(/2 to create|caller +user admin/);
    }
  });
});

/** Refusals that do not show who refuses: the plugin, or something before it. */
const unsigned: readonly [string, string, string?][] = [
  ["the text Unauthorized", "Unauthorized"],
  ["nothing", ""],
  ["a text of its own", "login first"],
  ["JSON", '{"error":"unauthorized"}'],
  ["a policy", '{"Message":"not allowed"}'],
  ["a page", "<html>401</html>", 'Basic realm="intranet"'],
];

test.for(unsigned)("401 with %s at every side endpoint is no wrong login", async ([, body, realm]) => {
  const simulator = await startQuick();
  const answers = (path: string, response: ServerResponse): boolean => {
    if (/^\/_plugins\/_security\/api\/(?!permissionsinfo|certificates)/.test(path)) return false;
    response.writeHead(401, realm ? { "www-authenticate": realm } : {}).end(body);
    return true;
  };
  const url = await startReverseProxy({ to: simulator, answers });
  for (const command of ["plan", "status", "drift"]) {
    const { code, out, err } = await run([command], { ...simulator, url });
    expect({ command, err }).toEqual({
      command,
      err: expect.not.stringContaining("refused the login (401)"),
    });
    expect({ command, code }).toEqual({ command, code: command === "drift" ? 2 : 0 });
    expect(out).toMatch(/2 to create|caller +user admin|2 entities differ/);
  }
});

/** Unusable answers: too deep, too large, or of another type than those of the plugin. */
const odd: readonly [string, string][] = [
  ["20,000 levels", `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`],
  ["20 MB", JSON.stringify({ text: "x".repeat(20 * 2 ** 20) })],
  ["no JSON", "UP"],
  ["null", "null"],
  ["a number", "7"],
];

/** The endpoints that `plan` or `status` reads if there is nothing to write. */
const asked = blocked.filter((route) => !route.endsWith("info") || route === "authinfo");

const numbers = JSON.stringify({
  is_admin: 1,
  dn: 2,
  user_name: 3,
  roles: 4,
  backend_roles: [5, {}],
  remote_address: 6,
  status: 7,
  nodes: 8,
  version: 9,
});

describe("a side endpoint", () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startQuick();
  });
  const runs = async (route: string, body: string) => {
    const answers = (path: string, response: ServerResponse): boolean => {
      if (path !== route && path !== `/_plugins/_security/${route}`) return false;
      response.writeHead(200, { "content-type": "application/json" }).end(body);
      return true;
    };
    const url = await startReverseProxy({ to: simulator, answers });
    const [plan, status] = [
      await run(["plan"], { ...simulator, url }),
      await run(["status"], { ...simulator, url }),
    ];
    expect({ code: plan.code, err: plan.err }).toMatchObject({ code: 0 });
    expect({ code: status.code, err: status.err }).toMatchObject({ code: 0 });
    expect(plan.out).toContain("2 to create");
    expect(status.out).toMatch(/caller +user admin/);
    return plan.err + status.err;
  };

  test.for(odd.flatMap(([name, body]) => asked.map((route) => [name, route, body] as const)))(
    "that answers %s ends no run, which is said: %s",
    async ([, route, body]) => {
      const path = route.startsWith("/") ? route : `/_plugins/_security/${route}`;
      const said = await runs(route, body);
      expect(said).toContain(`warning: the answer to GET ${path}`);
      expect(said).toContain("[unusable-answer]");
    },
  );

  test.for(blocked)("that answers numbers in the place of objects ends no run: %s", async (route) => {
    await runs(route, numbers);
  });
});

/** The refusal of a managed service for every path, to callers that it does not know. */
const edges: readonly [string, number, string, string?][] = [
  ["403 of a policy", 403, '{"Message":"User: anonymous is not authorized to perform: es:ESHttpGet"}'],
  ["401 of a policy", 401, '{"Message":"Your request is not allowed."}'],
  ["403 about a signature", 403, '{"message":"The security token included in the request is expired"}'],
  ["403 with a page", 403, "<html>403 Forbidden</html>"],
  ["401 with a page", 401, "<html>401</html>", 'Basic realm="intranet"'],
];

test.for(edges)(
  "%s for every path is told to come from before the cluster",
  async ([, status, body, realm]) => {
    const simulator = await startQuick();
    const answers = (_: string, response: ServerResponse): true => {
      response.writeHead(status, realm ? { "www-authenticate": realm } : {}).end(body);
      return true;
    };
    const url = await startReverseProxy({ to: simulator, answers });
    const words = (body.startsWith("{") ? Object.values<string>(JSON.parse(body))[0]! : "with a page").slice(
      0,
      30,
    );
    for (const argv of [
      ...commands,
      ["cache", "flush", "--yes"],
      ["certificates", "reload", "http", "--yes"],
    ]) {
      const { code, err, out } = await run(argv, { ...simulator, url });
      expect({ argv, code }).toEqual({ argv, code: 7 });
      expect(out + err).toContain(`refuses the job, and not the Security plugin: ${status} ${words}`);
      expect(out + err).not.toContain("no Security plugin");
      expect(err).toContain("[refused-before-cluster]");
    }
  },
);

test.for(edges)("%s for the Security API alone is told so, too", async ([, status, body, realm]) => {
  const simulator = await startQuick();
  const answers = (path: string, response: ServerResponse): boolean => {
    if (!path.includes("_security")) return false;
    response.writeHead(status, realm ? { "www-authenticate": realm } : {}).end(body);
    return true;
  };
  const url = await startReverseProxy({ to: simulator, answers });
  const { code, err } = await run(["plan"], { ...simulator, url });
  expect({ code, err }).toEqual({ code: 7, err: expect.stringContaining("[refused-before-cluster]") });
});

test.for(edges)("%s for a write is told to come from before the cluster", async ([, status, body, realm]) => {
  const simulator = await startQuick();
  const answers = (_: string, response: ServerResponse, method: string): boolean => {
    if (method === "GET") return false;
    response.writeHead(status, realm ? { "www-authenticate": realm } : {}).end(body);
    return true;
  };
  const url = await startReverseProxy({ to: simulator, answers });
  for (const argv of [
    ["cache", "flush", "--yes"],
    ["certificates", "reload", "http", "--yes"],
  ]) {
    const { code, err } = await run(argv, { ...simulator, url });
    expect({ argv, code, err }).toEqual({
      argv,
      code: 7,
      err: expect.stringContaining("[refused-before-cluster]"),
    });
  }
});

/** The requests that wrote something. `status` only probes. */
function written(simulator: Simulator): string[] {
  return writes(simulator).filter((write) => write.endsWith(" 200"));
}

function sendJson(response: ServerResponse, status: number, body: unknown): true {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  return true;
}

/** The cluster for a caller that may not read its nodes. */
async function withoutNodes(to: Simulator): Promise<string> {
  return startReverseProxy({ to, certificate: to.certificates.server, answers: hideNodes });
}

function hideNodes(path: string, response: ServerResponse): boolean {
  const body = { error: { type: "security_exception" }, status: 403 };
  return ["/_nodes/http", "/_cluster/stats"].includes(path) && sendJson(response, 403, body);
}

/** The version that a plan names, and its changes. */
async function plannedBy({ url, caCert }: Simulator): Promise<string> {
  const ran = await run(["plan", "-v", "--output", "json"], { url, caCert }, {}, { "config.yml": config });
  const { cluster, changes } = JSON.parse(ran.out);
  return JSON.stringify([cluster.version, changes]);
}

/** The admin certificate and its key, as files. */
function toPem({ adminCert, adminKey }: Simulator): Record<string, string> {
  return { "admin.pem": adminCert, "admin.key": adminKey };
}
