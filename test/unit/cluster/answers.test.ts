import { describe, expect, test } from "vitest";
import {
  edgeHint,
  explainRefusal,
  quoteServer,
  saidByEdge,
  serverMessage,
} from "../../../src/cluster/explain-refusal.ts";
import { securityPath } from "../../../src/cluster/paths.ts";
import {
  isChallenge,
  isFromEdge,
  isPluginAnswer,
  isWhoami,
  showsAdmin,
} from "../../../src/cluster/recognize-plugin.ts";
import { readCertificates } from "../../../src/cluster/status/certificates.ts";
import { parseRetryAfter } from "../../../src/cluster/retry-policy.ts";
import { readVersion, versionFindings } from "../../../src/cluster/version.ts";
import { OsacError } from "../../../src/errors.ts";
import { kinds } from "../../../src/kinds/index.ts";
import type { Answer, Connection, Reader } from "../../../src/model/cluster.ts";
import type { Json } from "../../../src/model/value.ts";
import { Secret } from "../../../src/secrets/secret.ts";
import { formatVersion } from "../../../src/value/version.ts";

/** An answer of JSON, or of a text that is none. */
function answer(status: number, body?: Json, headers: Answer["headers"] = {}): Answer {
  const text = typeof body === "string" ? body : JSON.stringify(body ?? null);
  return { status, headers, text, body: typeof body === "string" ? undefined : body };
}

/** A server with these answers by path; it knows no other. */
function reader(answers: Readonly<Record<string, Json>>): Reader {
  const readAside = async (path: string) => {
    const found = Object.keys(answers).find((one) => path.startsWith(one));
    return found === undefined ? answer(404, {}) : answer(200, answers[found]);
  };
  return { readAside } as Partial<Reader> as Reader;
}

const connection = { apiPrefix: "_plugins/_security" } as Connection;

const realm = (name: string) => ({ "www-authenticate": `Basic realm="${name}"` });

const upload = (file: string) => `upload ${file} once with securityadmin.sh`;

const nodes = (...versions: readonly Json[]) => ({
  "/_nodes/http": {
    nodes: Object.fromEntries(versions.map((version, index) => [`n${index}`, { version }])),
  },
});

async function version(...given: Parameters<typeof readVersion>): Promise<string> {
  const { version: found, isVersionGuessed, nodeVersions } = await readVersion(...given);
  return [formatVersion(found), isVersionGuessed && "assumed", nodeVersions?.map(formatVersion).join(" ")]
    .filter(Boolean)
    .join(", ");
}

const listed = (subject: string, end: string) => ({
  subject_dn: subject,
  issuer_dn: "CN=ca",
  not_after: end,
});

describe("how long a busy server wants to be left alone", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  test.for<[string | undefined, number | undefined]>([
    ["3", 3000],
    [" 10 ", 10_000],
    ["0", 0],
    ["Thu, 01 Jan 2026 00:00:07 GMT", 7000],
    ["Wed, 31 Dec 2025 00:00:00 GMT", 0],
    ["soon", undefined],
    [undefined, undefined],
  ])("%j", ([asked, milliseconds]) => {
    const headers = asked === undefined ? {} : { "retry-after": asked };
    expect(parseRetryAfter(answer(503, {}, headers), now)).toBe(milliseconds);
  });
});

describe("the paths of the plugin", () => {
  test.for([
    ["_plugins/_security", "api/roles", "/_plugins/_security/api/roles"],
    ["_plugins/_security", "dashboardsinfo", "/_plugins/_security/dashboardsinfo"],
    ["_opendistro/_security", "api/roles", "/_opendistro/_security/api/roles"],
    ["_opendistro/_security", "dashboardsinfo", "/_opendistro/_security/kibanainfo"],
    ["_opendistro/_security", "whoami", "/_plugins/_security/whoami"],
    ["_opendistro/_security", "configupdate", "/_plugins/_security/configupdate"],
    ["_opendistro/_security", "api/allowlist", "/_plugins/_security/api/allowlist"],
    ["_opendistro/_security", "api/cache/user", "/_plugins/_security/api/cache/user"],
    ["_opendistro/_security", "api/certificates", "/_plugins/_security/api/certificates"],
    ["_opendistro/_security", "api/versions", "/_plugins/_security/api/versions"],
  ] as const)("below %s, %s is %s", ([apiPrefix, route, path]) => {
    expect(securityPath({ apiPrefix }, route)).toBe(path);
  });
});

describe("who answered", () => {
  test.for<[string, Answer, boolean]>([
    ["the plugin's realm", answer(401, "Unauthorized", realm("OpenSearch Security")), true],
    ["the realm of Open Distro", answer(401, "Unauthorized", realm("Open Distro Security")), true],
    ["another realm", answer(401, "Unauthorized", realm("nginx")), false],
    ["no realm and the plugin's word", answer(401, " Unauthorized\n"), true],
    ["no realm and its other word", answer(401, "Authentication finally failed"), true],
    ["no realm and more words", answer(401, "Unauthorized by us"), false],
    ["no realm and words before", answer(401, "You are Unauthorized"), false],
    ["no realm and JSON", answer(401, { message: "Unauthorized" }), false],
    ["another status", answer(403, "Unauthorized", realm("OpenSearch Security")), false],
  ])("a login is refused by the plugin: %s", ([, given, is]) => {
    expect(isChallenge(given)).toBe(is);
  });

  test.for<[string, Answer, boolean]>([
    ["a page", answer(403, " <html>"), true],
    ["a page with 401", answer(401, "<html>"), true],
    ["a page with 405", answer(405, "<html>"), true],
    ["a page with 404", answer(404, "<html>"), false],
    ["words", answer(403, "no <b>"), false],
    ["another realm", answer(401, "x", realm("nginx")), true],
    ["the plugin's realm", answer(401, "x", realm("OpenSearch Security")), false],
    ["a policy", answer(403, { Message: "no", status: 1 }), true],
    ["a signature", answer(403, { message: "no" }), true],
    ["the plugin", answer(403, { message: "no", status: "FORBIDDEN" }), false],
  ])("a proxy or a policy refused: %s", ([, given, is]) => {
    expect(isFromEdge(given)).toBe(is);
  });

  test.for<[string, Answer, boolean]>([
    ["a user", answer(200, { user_name: "ann" }), true],
    ["a user without a name", answer(200, { user_name: null }), false],
    ["entities", answer(200, { global: { reserved: true } }), true],
    ["other maps", answer(200, { a: { b: 1 } }), false],
    ["an empty map", answer(200, {}), false],
    ["a list", answer(200, [{ reserved: true }]), false],
    ["a refusal", answer(403, { status: "FORBIDDEN" }), true],
    ["an exception", answer(403, { error: { type: "security_exception" } }), true],
    ["another refusal", answer(403, { status: "no" }), false],
    ["an error", answer(400, { status: "FORBIDDEN" }), false],
  ])("the plugin answered: %s", ([, given, is]) => {
    expect(isPluginAnswer(given)).toBe(is);
  });

  test.for<[string, Answer, boolean, boolean]>([
    ["an admin or none", answer(200, { is_admin: false }), true, true],
    ["no data", answer(403, "No security data"), true, true],
    ["words before", answer(403, "There is No security data"), false, false],
    ["the allowlist", answer(403, "API not allowlisted"), true, false],
    ["the allowlist, with 200", answer(200, "API not allowlisted"), false, false],
    ["something else", answer(200, { name: "x" }), false, false],
    ["a failure", answer(500, { is_admin: true }), false, false],
  ])("whoami was answered: %s", ([, given, is, shows]) => {
    expect(isWhoami(given)).toBe(is);
    expect(showsAdmin(given)).toBe(shows);
  });
});

describe("why a resource type cannot be read", () => {
  const { roles, config, audit } = kinds;
  const document = "the cluster has no document of this resource type";

  test.for<[string, typeof roles, Answer, string, string]>([
    [
      "404, no action",
      roles,
      answer(404, { message: "Method not supported for this action" }),
      document,
      upload("roles.yml"),
    ],
    [
      "404",
      roles,
      answer(404, { message: "x", status: 1 }),
      "a proxy or a policy before the server blocks it",
      "let the job reach the path that ends in roles, with GET and PATCH",
    ],
    [
      "the allowlist",
      roles,
      answer(403, "API not allowlisted"),
      "the allowlist does not have its path",
      "add /_plugins/_security/api/roles to allowlist.yml, with the admin certificate",
    ],
    ["old documents", roles, answer(403, "need to be updated"), document, upload("roles.yml")],
    [
      "no access",
      roles,
      answer(403, "No permission to access REST API"),
      "the caller has no access to this part of the REST API",
      "give the caller a role that plugins.security.restapi.roles_enabled lists, and that plugins.security.restapi.endpoints_disabled does not restrict",
    ],
    [
      "denied",
      roles,
      answer(403, "Access denied"),
      "only REST administrators may use it",
      "log in with the admin certificate; or set plugins.security.restapi.admin.enabled: true on the nodes, and give the caller the permission restapi:admin/roles",
    ],
    [
      "config denied",
      config,
      answer(403, "Access denied"),
      "a server setting must allow changes by REST; without it even the admin certificate is refused",
      "set plugins.security.unsupported.restapi.allow_securityconfig_modification: true in opensearch.yml of every node; with plugins.security.restapi.admin.enabled: true, use the admin certificate or a caller with restapi:admin/config/update instead",
    ],
    [
      "an ARN",
      roles,
      answer(403, "no permissions for [x] and User [name=arn:aws:iam::1:role/x"),
      "the plugin maps the ARN of the caller to no role that allows it",
      "have an administrator add the ARN of the role to backend_roles of the mappings all_access or security_manager",
    ],
    ["403", roles, answer(403, "no"), "the caller is not allowed to", "look at the caller's roles"],
    ["400", roles, answer(400, "no handler found"), "the server has it switched off", "check --api-prefix"],
    [
      "405",
      config,
      answer(405, "x"),
      "the server does not let it be changed by REST",
      "set plugins.security.unsupported.restapi.allow_securityconfig_modification: true",
    ],
    [
      "501",
      audit,
      answer(501, "x"),
      "the cluster had no document of this resource type when it started",
      upload("audit.yml"),
    ],
    [
      "a page",
      roles,
      answer(403, "<html>"),
      "a proxy or a policy before the server blocks it: with a page",
      "let the job reach the path that ends in roles, with GET and PATCH",
    ],
    [
      "a policy",
      roles,
      answer(403, { Message: "User: x is not authorized to perform: es:ESHttpGet" }),
      "a proxy or a policy before the server blocks it: User: x is not authorized to perform: es:ESHttpGet",
      "allow es:ESHttpGet to it on the ARN of the domain with /* at the end, in its IAM policy or the domain's access policy",
    ],
  ])("%s", ([, kind, given, reason, hint]) => {
    expect(explainRefusal(kind, given)).toEqual({ readable: false, reason, hint });
  });

  test.for<[number, Json, string, string]>([
    [401, { status: 401, message: "who" }, "unauthenticated", "GET roles answered 401: who"],
    [500, { error: { reason: "broken" } }, "read-failed", "GET roles answered 500: broken"],
    [
      400,
      { status: "error", reason: "bad", keys: { keys: "a,b" } },
      "read-failed",
      "GET roles answered 400: bad; keys: a,b",
    ],
  ])("an answer of %s ends the run", ([status, body, code, message]) => {
    const refuse = () => explainRefusal(roles, answer(status, body));
    expect(refuse).toThrow(OsacError);
    try {
      refuse();
    } catch (error) {
      expect((error as OsacError).findings).toMatchObject([{ code, message, kind: "roles" }]);
    }
  });
});

describe("the words of the server", () => {
  test.for<[string, Answer, string]>([
    ["a message", answer(400, { message: "a" }), "a"],
    ["a policy", answer(400, { Message: "a" }), "a"],
    [
      "a reason",
      answer(400, {
        reason: "a",
        list: ["b", { c: 1 }, "d"],
        one: "e",
        map: { keys: ["f", "g"] },
        empty: {},
      }),
      "a; list: b,d; one: e; map: f,g; empty: undefined",
    ],
    ["an error", answer(500, { error: { reason: "a" }, status: 500 }), "a"],
    ["a short error", answer(500, { error: "a" }), "a"],
    ["no words", answer(500, { error: 1 }), "no reason"],
    ["a page", answer(500, "\n <b>a</b>\nb"), "<b>a</b>"],
    ["nothing", answer(500, "  "), "an empty answer"],
  ])("%s", ([, given, words]) => {
    expect(serverMessage(given)).toBe(words);
  });

  test("are cut at 500 characters", () => {
    expect(quoteServer("x".repeat(500))).toBe("x".repeat(500));
    expect(quoteServer("x".repeat(501))).toBe(`${"x".repeat(500)}…`);
  });

  test.for([
    ['failed to parse {"a": {"b": 1}} here', "failed to parse {…} here"],
    ['failed to parse {"a": "cut o', "failed to parse {…}"],
    ["failed to parse {a.b-c=1, d=2}, sorry", "failed to parse {…}, sorry"],
    ['the list [ "a", "b" ] is', "the list {…} is"],
    ['escaped {\\"a\\": 1} too', "escaped {…} too"],
    ["a [name] and {0}", "a [name] and {0}"],
  ])("without documents: %s", ([words, shown]) => {
    expect(quoteServer(words!)).toBe(shown);
  });

  test("osac quotes the words of a proxy that sends JSON", () => {
    expect(saidByEdge(answer(403, { Message: "no" }))).toBe("no");
    expect(saidByEdge(answer(403, "<html>"))).toBe("with a page");
  });

  test.for([
    [
      "User: anonymous is not authorized to perform: es:ESHttpGet",
      "the domain wants signed requests: pass --auth sigv4",
    ],
    [
      "Authorization header requires 'Credential'",
      "the domain wants signed requests and no user or token: pass --auth sigv4",
    ],
    [
      "Your request: '/x' is not allowed.",
      "the service keeps this path to itself: leave the resource type out with --kinds",
    ],
    ["It is Your request: '/x'", "have its access policy, or the login of the proxy, let the job through"],
    ["no", "have its access policy, or the login of the proxy, let the job through"],
  ])("of a service lead on: %s", ([said, hint]) => {
    expect(edgeHint(answer(403, { Message: said! }))).toBe(hint);
  });
});

describe("the version of a cluster", () => {
  const root = (number: string, distribution?: string) =>
    answer(200, { version: distribution === undefined ? { number } : { number, distribution } });
  const none = answer(403, {});
  const both = { ...root("2.12.0", "opensearch"), headers: { "x-opensearch-version": "OpenSearch/3.1.0" } };

  test.for<[string, Parameters<typeof readVersion>, string]>([
    ["of the nodes", [reader(nodes("3.4.0", "3.4.0")), root("2.19.4", "opensearch")], "3.4.0"],
    [
      "the lowest of different nodes",
      [reader(nodes("3.4.0", "2.19.4", "3.4.0")), none],
      "2.19.4, 2.19.4 3.4.0",
    ],
    ["of nodes that say something odd", [reader(nodes("new", 3, "2.11.1")), none], "2.11.1"],
    ["of the answer to GET /", [reader({}), root("2.12.0", "opensearch")], "2.12.0"],
    [
      "of the statistics, if GET / hides it",
      [reader({ "/_cluster/stats": { nodes: { versions: ["2.17.1"] } } }), root("7.10.2")],
      "2.17.1",
    ],
    [
      "not of the statistics, if GET / shows it",
      [reader({ "/_cluster/stats": { nodes: { versions: ["2.17.1"] } } }), root("2.13.0", "opensearch")],
      "2.13.0",
    ],
    [
      "of a header",
      [reader({}), answer(403, {}, { "x-opensearch-version": "OpenSearch/3.1.0 (x)" })],
      "3.1.0",
    ],
    ["of the settings", [reader({}), none, "2.18.0"], "2.18.0"],
    [
      "of the nodes, and not of GET /, a header or the settings",
      [reader(nodes("3.4.0")), both, "2.18.0"],
      "3.4.0",
    ],
    ["of GET /, and not of a header or the settings", [reader({}), both, "2.18.0"], "2.12.0"],
    ["of a header, and not of the settings", [reader({}), { ...both, body: {} }, "2.18.0"], "3.1.0"],
    ["of a header, if GET / hides it", [reader({}), { ...both, body: root("7.10.2").body }], "3.1.0"],
    ["the oldest, if nothing says it", [reader({}), none], "2.10.0, assumed"],
    ["the oldest, if GET / hides it", [reader({}), root("7.10.2")], "2.10.0, assumed"],
    ["the oldest that is supported", [reader(nodes("2.10.0")), none], "2.10.0"],
  ])("is that %s", async ([, given, found]) => {
    expect(await version(...given)).toBe(found);
  });

  test.for<[string, Parameters<typeof readVersion>, string, string]>([
    [
      "older ones",
      [reader(nodes("2.9.0")), none],
      "OpenSearch 2.9.0 is too old: 2.10 is the oldest supported",
      "upgrade the cluster",
    ],
    [
      "Elasticsearch",
      [reader(nodes("8.11.0")), root("8.11.0")],
      "the nodes say 8.11.0, which is no version of OpenSearch",
      "Elasticsearch and Open Distro are not supported: OpenSearch 2.10 is the oldest that is",
    ],
  ])("is refused: %s", async ([, given, message, hint]) => {
    const error = await readVersion(...given).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(OsacError);
    expect((error as OsacError).reason).toBe("access");
    expect((error as OsacError).findings).toMatchObject([{ code: "unsupported-server", message, hint }]);
  });

  test("the nodes show a version of OpenSearch that is newer than any known", async () => {
    expect(await version(reader(nodes("4.0.0")), root("4.0.0", "opensearch"))).toBe("4.0.0");
    expect(await version(reader(nodes("4.0.0")), none)).toBe("4.0.0");
  });

  test("is warned of if it is assumed, or not the same on all nodes", async () => {
    const [assumed] = versionFindings(await readVersion(reader({}), none));
    expect(assumed).toMatchObject({
      code: "version-unknown",
      message: "the version of the nodes is not known; the oldest supported, 2.10, is assumed",
      hint: "give the caller cluster:monitor/nodes/info, or name it with --server-version",
    });
    const [mixed] = versionFindings(await readVersion(reader(nodes("3.4.0", "2.19.4")), none));
    expect(mixed).toMatchObject({
      code: "mixed-versions",
      message: "the nodes have different versions, 2.19.4 and 3.4.0; 2.19.4 is assumed",
      hint: "plan again when all nodes are upgraded",
    });
    expect(versionFindings(await readVersion(reader(nodes("3.4.0")), none))).toEqual([]);
  });
});

describe("the certificates of a cluster", () => {
  const [soon, late] = ["2026-02-01T00:00:00Z", "2027-02-01T00:00:00Z"];

  test("are merged over nodes and uses; one that was renewed on one node alone is two", async () => {
    const all = reader({
      "/_plugins/_security/api/certificates": {
        nodes: {
          a: {
            name: "n1",
            certificates: { http: [listed("CN=n", soon)], transport: [listed("CN=n", soon)] },
          },
          b: { name: "n2", certificates: { http: [listed("CN=n", late), listed("CN=x", "never")] } },
          c: { name: "n3", certificates: { http: [listed("CN=n", soon)], transport: "none" } },
        },
      },
    });
    expect(await readCertificates(all, connection)).toEqual([
      { subject: "CN=n", issuer: "CN=ca", notAfter: soon, nodes: ["n1", "n3"], uses: ["http", "transport"] },
      { subject: "CN=n", issuer: "CN=ca", notAfter: late, nodes: ["n2"], uses: ["http"] },
    ]);
  });

  test("are those of the node that answers, on a server that does not list all", async () => {
    const one = reader({
      "/_plugins/_security/api/ssl/certs": {
        http_certificates_list: [listed("CN=h", soon)],
        transport_certificates_list: [listed("CN=t", late)],
      },
    });
    expect(await readCertificates(one, connection)).toEqual([
      { subject: "CN=h", issuer: "CN=ca", notAfter: soon, nodes: [], uses: ["http"] },
      { subject: "CN=t", issuer: "CN=ca", notAfter: late, nodes: [], uses: ["transport"] },
    ]);
    expect(await readCertificates(reader({}), connection)).toBeUndefined();
  });

  test.for<[string, Partial<Connection>, string]>([
    ["the password", { username: "job", password: new Secret("echo-password") }, "echo-password"],
    [
      "user and password in Base64",
      { username: "job", password: new Secret("echo-password") },
      Buffer.from("job:echo-password").toString("base64"),
    ],
    ["the token", { token: new Secret("echo-of-a-token") }, "echo-of-a-token"],
    ["the key", { clientKey: new Secret("echo-of-a-key") }, "echo-of-a-key"],
  ])("show %s nowhere", async ([, login, echo]) => {
    for (const path of ["api/certificates", "api/ssl/certs"]) {
      const certificate = { subject_dn: `CN=${echo}`, issuer_dn: `CN=ca ${echo}`, not_after: soon };
      const body = {
        nodes: { a: { name: `n ${echo}`, certificates: { [`h ${echo}`]: [certificate] } } },
        http_certificates_list: [certificate],
      };
      const found = await readCertificates(reader({ [`/_plugins/_security/${path}`]: body }), {
        ...connection,
        ...login,
      });
      expect(found).toMatchObject([{ subject: "CN=***", issuer: "CN=ca ***" }]);
      expect(JSON.stringify(found)).not.toContain(echo);
    }
  });
});
