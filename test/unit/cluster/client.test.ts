import { describe, expect, test } from "vitest";
import {
  isApiToken,
  openLoginClient,
  openOperator,
  openReader,
  openReloader,
  openWriter,
} from "../../../src/cluster/client.ts";
import { tryLogins } from "../../../src/cluster/try-logins.ts";
import type { Connection } from "../../../src/model/cluster.ts";
import { redact } from "../../../src/secrets/redact.ts";
import { Secret } from "../../../src/secrets/secret.ts";
import { formatFinding, listErrors } from "../../support/refusal.ts";
import { connection } from "./fake-reader.ts";
import { json, serve } from "./serve.ts";

async function using<Client extends { close(): Promise<void> }, Result>(
  client: Client,
  run: (client: Client) => Promise<Result>,
): Promise<Result> {
  try {
    return await run(client);
  } finally {
    await client.close();
  }
}

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;

describe("a request", () => {
  test("has the login, and a type only with a body", async () => {
    const { received, connection: own } = await serve((_, response) => json(response, { a: 1 }));
    await using(openWriter(own), async (writer) => {
      expect(await writer.read("/x?y=1")).toMatchObject({ status: 200, body: { a: 1 }, text: '{"a":1}' });
      await writer.probe("config");
      await writer.patch("roles", [
        { op: "add", path: "/a", value: { description: "x", list: [1] } },
        { op: "remove", path: "/b" },
      ]);
      expect(writer.requests).toEqual({ GET: 1, PATCH: 2 });
    });
    expect(received.map(({ method, path, body }) => [method, path, body])).toEqual([
      ["GET", "/x?y=1", ""],
      ["PATCH", "/_plugins/_security/api/securityconfig", "[]"],
      [
        "PATCH",
        "/_plugins/_security/api/roles",
        '[{"op":"add","path":"/a","value":{"description":"x","list":[1]}},{"op":"remove","path":"/b"}]',
      ],
    ]);
    expect(received.map(({ headers }) => headers["content-type"])).toEqual([
      undefined,
      "application/json",
      "application/json",
    ]);
    for (const { headers } of received) expect(headers.authorization).toBe(basic("ann", "a-password"));
  });

  test("goes below the path of the address", async () => {
    const { received, connection: own } = await serve((_, response) => json(response, {}), {}, "/search/");
    await using(openReader(own), (reader) => reader.read("/x"));
    expect(received[0]!.path).toBe("/search/x");
  });

  test("never holds a password in plain text as a value", async () => {
    const { received, connection: own } = await serve((_, response) => json(response, {}));
    const value = { password: new Secret("plain", undefined, { isPassword: true }) };
    await using(openWriter(own), async (writer) => {
      expect(() => writer.patch("internalusers", [{ op: "add", path: "/a", value }])).toThrow(
        "a password must be hashed before it is sent",
      );
      await writer.patch("config", [{ op: "add", path: "/a", value: { key: new Secret("opaque-key") } }]);
    });
    expect(received.map(({ body }) => body)).toEqual([
      '[{"op":"add","path":"/a","value":{"key":"opaque-key"}}]',
    ]);
  });

  test.for<[string, Partial<Connection>, string | undefined]>([
    ["a token", { token: new Secret("jwt-token") }, "Bearer jwt-token"],
    ["an API token", { token: new Secret("os_token-of-it") }, "ApiKey os_token-of-it"],
    [
      "a fresh token",
      { token: new Secret("old-token"), freshToken: async () => new Secret("new-token") },
      "Bearer new-token",
    ],
    ["no user", { username: undefined }, undefined],
    ["no password", { password: undefined }, undefined],
  ])("has the login of %s", async ([, login, header]) => {
    const { received, connection: own } = await serve((_, response) => json(response, {}), login);
    await using(openReader(own), (reader) => reader.read("/"));
    expect(received[0]!.headers.authorization).toBe(header);
  });

  test("registers what it sends as a secret, for a server may echo it", async () => {
    const { connection: own } = await serve((_, response) => json(response, {}), {
      password: new Secret("p1"),
    });
    await using(openReader(own), (reader) => reader.read("/"));
    const sent = basic("ann", "p1");
    expect(redact(`you sent ${sent}`)).not.toContain(sent.slice("Basic ".length));
    expect(isApiToken(new Secret("xos_token"))).toBe(false);
  });
});

describe("a request is repeated", () => {
  test.for([429, 502, 503, 504])("after %i, if it only reads", async (status) => {
    const { received, connection: own } = await serve((_, response, count) =>
      json(response, { count }, count < 3 ? status : 200, { "retry-after": "0" }),
    );
    await using(openReader(own), async (reader) => {
      expect(await reader.read("/")).toMatchObject({ status: 200, body: { count: 3 } });
    });
    expect(received).toHaveLength(3);
  });

  test("three times, and then the answer counts", async () => {
    const { received, connection: own } = await serve((_, response) =>
      json(response, {}, 503, { "retry-after": "0" }),
    );
    await using(openReader(own), async (reader) => {
      expect((await reader.read("/")).status).toBe(503);
      expect((await reader.readAside("/")).status).toBe(503);
      expect(reader.requests).toEqual({ GET: 2 });
    });
    expect(received).toHaveLength(8);
  });

  test("after a cut connection, and after an answer that broke off", async () => {
    const { received, connection: own } = await serve((_, response, count) => {
      if (count === 1) response.destroy();
      else if (count === 2) {
        response.writeHead(200, { "content-length": "100" });
        response.write("{");
        setTimeout(() => response.destroy(), 5);
      } else json(response, { count });
    });
    await using(openReader(own), async (reader) => {
      expect(await reader.read("/")).toMatchObject({ body: { count: 3 } });
    });
    expect(received).toHaveLength(3);
  });

  test("never, if it writes, or logs in as somebody else", async () => {
    const { received, connection: own } = await serve((_, response) =>
      json(response, {}, 503, { "retry-after": "0" }),
    );
    await using(openWriter(own), async (writer) => {
      expect((await writer.patch("roles", [])).status).toBe(503);
      expect((await writer.probe("roles")).status).toBe(503);
    });
    await using(openLoginClient(own), async (logins) => {
      expect((await logins.get("/", "bob", new Secret("bobs-password"))).status).toBe(503);
    });
    expect(received).toHaveLength(3);
  });

  test("never after an answer that would come again", async () => {
    for (const status of [200, 400, 401, 403, 404, 500]) {
      const { received, connection: own } = await serve((_, response) => json(response, {}, status));
      await using(openReader(own), async (reader) => expect((await reader.read("/")).status).toBe(status));
      expect(received).toHaveLength(1);
    }
  });
});

describe("an answer", () => {
  test("of no JSON is a text, in whatever pieces it comes", async () => {
    const { connection: own } = await serve((_, response) => {
      const bytes = Buffer.from('{"a": "ü"');
      response.write(bytes.subarray(0, 8));
      setTimeout(() => response.end(bytes.subarray(8)), 5);
    });
    await using(openReader(own), async (reader) => {
      expect(await reader.read("/")).toMatchObject({ status: 200, body: undefined, text: '{"a": "ü"' });
    });
  });

  test("that nests too deep is refused", async () => {
    const { received, connection: own } = await serve(
      (_, response) => void response.end("[".repeat(102) + "]".repeat(102)),
    );
    await using(openReader(own), async (reader) => {
      expect((await listErrors(() => reader.read("/"))).join()).toMatch(
        /^\[not-opensearch\] .* lists and maps in one another/,
      );
    });
    expect(received).toHaveLength(1);
  });

  test("of a side question may have 2 MB, and one of the run more", async () => {
    const size = 2 * 2 ** 20;
    const { connection: own } = await serve(
      ({ path }, response) =>
        void response.end(`{"a":"${"x".repeat(size - 8 + (path === "/more" ? 1 : 0))}"}`),
    );
    await using(openReader(own), async (reader) => {
      expect((await reader.readAside("/just")).text).toHaveLength(size);
      expect(reader.unanswered.size).toBe(0);
      expect(await reader.readAside("/more")).toMatchObject({
        status: 0,
        body: undefined,
        text: "",
        headers: {},
      });
      expect([...reader.unanswered.values()].map(formatFinding)).toEqual([
        `[unusable-answer] the answer to GET /more cannot be used, and the run goes on without it: cannot talk to ${own.url}: its answer has more than 2 MB | check the proxy or load balancer in between`,
      ]);
      expect((await reader.read("/more")).text).toHaveLength(size + 1);
    });
  });

  test("of a side question that is no object is told, and a refusal is not", async () => {
    const { connection: own } = await serve(({ path }, response) =>
      json(response, [], path === "/list" ? 200 : 403),
    );
    await using(openReader(own), async (reader) => {
      await reader.readAside("/list");
      await reader.readAside("/refused");
      expect([...reader.unanswered].map(([path, { message }]) => [path, message])).toEqual([
        [
          "/list",
          "the answer to GET /list cannot be used, and the run goes on without it: it is no JSON object",
        ],
      ]);
    });
  });

  test("that does not come ends the run with the time, which counts from the first byte to the last", async () => {
    for (const begin of [false, true]) {
      const { received, connection: own } = await serve(
        (_, response) => void (begin && response.write("{")),
        { timeoutMs: 150 },
      );
      await using(openReader(own), async (reader) => {
        expect((await listErrors(() => reader.read("/"))).join()).toContain("[timeout]");
      });
      expect(received).toHaveLength(1);
    }
  });
});

describe("maintenance sends", () => {
  test("one request for each command", async () => {
    const { received, connection: own } = await serve((_, response) => json(response, {}));
    await using(openOperator(own), async (operator) => {
      await operator.flushCache(undefined);
      await operator.flushCache("a/b");
      await operator.reloadCertificates("transport");
      await operator.changePassword(new Secret("old-one"), new Secret("new-one"));
    });
    await using(openReloader(own), (reloader) => reloader.reload(["roles", "config"]));
    expect(received.map(({ method, path, body }) => `${method} ${path} ${body}`)).toEqual([
      "DELETE /_plugins/_security/api/cache ",
      "DELETE /_plugins/_security/api/cache/user/a%2Fb ",
      "PUT /_plugins/_security/api/ssl/transport/reloadcerts ",
      'PUT /_plugins/_security/api/account {"current_password":"old-one","password":"new-one"}',
      "PUT /_plugins/_security/configupdate?config_types=roles,config ",
    ]);
  });
});

const user = (name: string) => ({ name, password: new Secret(`password-of-${name}`) });

const results = (found: Awaited<ReturnType<typeof tryLogins>>): string =>
  [...found].map(([name, result]) => `${name} ${result.is}`).join(", ");

describe("logins as users", () => {
  const users = ["a", "b", "c", "d", "e", "f"].map(user);
  const challenge = { "www-authenticate": 'Basic realm="OpenSearch Security"' };

  /** A server that knows some users by their passwords. */
  async function stage(known: readonly string[], headers: object = challenge) {
    return serve(({ headers: { authorization = "" } }, response) => {
      const [name = ""] = Buffer.from(authorization.replace("Basic ", ""), "base64").toString().split(":");
      if (known.includes(name)) json(response, { user_name: name });
      else json(response, {}, 401, headers);
    });
  }

  const terms = { failuresMax: 10, isPasswordRead: false };

  test("say whether each password is right", async () => {
    const { received, connection: own } = await stage(["a", "c"]);
    const found = await tryLogins(own, users, terms);
    expect(results(found)).toBe("a right, b wrong, c right, d wrong, e wrong, f wrong");
    expect(found.get("b")?.password).toBe(users[1]!.password);
    expect(received).toHaveLength(6);
    for (const { path } of received) expect(path).toBe("/_plugins/_security/authinfo");
  });

  test("take nothing of the caller's own login", async () => {
    const { received, connection: own } = await stage(["a"]);
    await tryLogins({ ...own, token: new Secret("callers-token"), signer: {} as never }, [user("a")], terms);
    expect(received.map(({ headers }) => headers.authorization)).toEqual([basic("a", "password-of-a")]);
  });

  test.for([
    [1, "a wrong"],
    [2, "a wrong, b wrong"],
    [4, "a wrong, b wrong, c wrong, d wrong"],
    [5, "a wrong, b wrong, c wrong, d wrong, e wrong"],
  ] as const)("end before more than %i fail", async ([failuresMax, tried]) => {
    const { connection: own } = await stage([]);
    expect(results(await tryLogins(own, users, { ...terms, failuresMax }))).toBe(tried);
  });

  test("end at the first answer that shows nothing", async () => {
    const { connection: own } = await stage([], {});
    const found = await tryLogins(own, users, terms);
    expect(results(found)).toBe("a unknown, b unknown, c unknown, d unknown");
    expect(found.get("a")).toMatchObject({
      reason: "the cluster asks for no password: it has blocked this address, or no domain looks at one",
    });
  });

  test.for<[object, boolean, string]>([
    [{ "www-authenticate": "X-Challenge" }, false, "unknown"],
    [{ "www-authenticate": "X-Challenge" }, true, "wrong"],
    [{ "www-authenticate": "bearer, basic realm=x" }, false, "wrong"],
    [{ "www-authenticate": "basically" }, false, "unknown"],
    [{}, true, "unknown"],
  ])("judge a challenge %j by whether passwords are read: %s", async ([headers, isPasswordRead, is]) => {
    const { connection: own } = await stage([], headers);
    expect(results(await tryLogins(own, [user("a")], { ...terms, isPasswordRead }))).toBe(`a ${is}`);
  });

  test.for<[number, object, string]>([
    [200, { user_name: "b" }, "the cluster took the login for somebody else's"],
    [200, [], "the cluster took the login for somebody else's"],
    [500, { message: "no" }, "the server answered 500: no"],
  ])("show nothing with %i %j", async ([status, body, reason]) => {
    const { connection: own } = await serve((_, response) => json(response, body, status));
    expect((await tryLogins(own, [user("a")], terms)).get("a")).toMatchObject({ is: "unknown", reason });
  });

  test("show nothing without an answer", async () => {
    const own = { ...connection, url: "http://127.0.0.1:1" };
    expect((await tryLogins(own, [user("a")], terms)).get("a")).toMatchObject({
      is: "unknown",
      reason: "cannot talk to http://127.0.0.1:1: nothing listens there",
    });
  });
});

test("a trace has one line for each request, with the size of its answer", async () => {
  const lines: string[] = [];
  const { connection: own } = await serve(
    ({ path }, response, count) =>
      path === "/cut"
        ? void response.destroy()
        : json(response, {}, count === 1 ? 503 : 200, { "retry-after": "0" }),
    { trace: (line) => void lines.push(line.replace(/\d+ ms/, "N ms")) },
  );
  await using(openReader(own), (reader) => reader.read("/x"));
  expect(lines).toEqual(["GET /x 503 N ms 2 bytes", "GET /x 200 N ms 2 bytes"]);
  lines.length = 0;
  await using(openWriter(own), async (writer) => listErrors(() => writer.patch("roles", [])).catch(() => []));
  expect(lines).toEqual(["PATCH /_plugins/_security/api/roles 200 N ms 2 bytes"]);
});
