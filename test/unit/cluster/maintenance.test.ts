import { describe, expect, test } from "vitest";
import { changePassword, requirePasswordLogin } from "../../../src/cluster/maintenance/change-password.ts";
import { explainAnswer, isDone } from "../../../src/cluster/maintenance/explain-answer.ts";
import { flushCache, requireFlush } from "../../../src/cluster/maintenance/flush-cache.ts";
import { reloadCertificates } from "../../../src/cluster/maintenance/reload-certificates.ts";
import { failure } from "../../../src/errors.ts";
import type { Answer, Operator } from "../../../src/model/cluster.ts";
import type { Json } from "../../../src/model/value.ts";
import { Secret } from "../../../src/secrets/secret.ts";
import { parseVersion } from "../../../src/value/version.ts";
import { listErrors } from "../../support/refusal.ts";
import { answer, connection, makeReader, plugin } from "./fake-reader.ts";
import { json, serve } from "./serve.ts";

const [old, next] = [new Secret("old-password"), new Secret("new-password")];
const login = { name: "ann", password: old };

const page = answer(403, "<html>");
const restApi = answer(403, { status: "FORBIDDEN", message: "No permission to access REST API: x" });

/** An operator whose commands all get this answer. */
function operator(given: Answer, account: Json = {}): Operator {
  const command = async (): Promise<Answer> => given;
  return {
    ...makeReader({ [plugin("api/account")]: answer(200, account) }),
    flushCache: command,
    reloadCertificates: command,
    changePassword: command,
  };
}

const explain = async (given: Answer): Promise<string> =>
  (
    await listErrors(() => {
      const error = explainAnswer(given, []);
      expect(error.findings).toHaveLength(1);
      throw error;
    })
  ).join();

describe("an answer to a maintenance command", () => {
  test.for<[Answer, string]>([
    [
      answer(403, { message: "API is not allowlisted" }),
      "[not-allowed] the allowlist of the cluster does not have this path; nothing was changed | add it to allowlist.yml, with the admin certificate",
    ],
    [
      restApi,
      "[not-allowed] the caller has no access to this part of the REST API; nothing was changed | give the caller a role that plugins.security.restapi.roles_enabled lists, and that plugins.security.restapi.endpoints_disabled does not restrict",
    ],
    [
      page,
      "[refused-before-cluster] something before the server refuses it, and not the Security plugin: 403 with a page; nothing was changed | have its access policy, or the login of the proxy, let the job through",
    ],
    [
      answer(200, "hello"),
      "[rejected] the server answered 200: hello; this is not an answer of the plugin | check the proxy or load balancer in between",
    ],
    [
      answer(401, { message: "who?", status: 401 }),
      "[not-allowed] the server answered 401: who?; nothing was changed",
    ],
    [answer(405, { error: "no" }), "[not-allowed] the server answered 405: no; nothing was changed"],
    [
      answer(500, { error: { reason: "outer" } }),
      "[rejected] the server answered 500: outer; nothing was changed",
    ],
    [
      answer(500, { error: { reason: "outer", caused_by: { reason: "inner" } } }),
      "[rejected] the server answered 500: outer: inner; nothing was changed",
    ],
    [
      answer(500, { error: { reason: "outer: inner", caused_by: { reason: "inner" } } }),
      "[rejected] the server answered 500: inner; nothing was changed",
    ],
    [
      answer(404, "API is not allowlisted"),
      "[rejected] the server answered 404: API is not allowlisted; nothing was changed",
    ],
  ])("%j", async ([given, words]) => {
    expect(await explain(given)).toBe(words);
  });

  test("that the caller is refused ends with no access, that the server failed with a partial result", () => {
    expect(explainAnswer(answer(401, { message: "x", status: 1 }), []).reason).toBe("access");
    expect(explainAnswer(answer(403, { error: "x" }), []).reason).toBe("access");
    expect(explainAnswer(page, []).reason).toBe("access");
    expect(explainAnswer(answer(500, {}), []).reason).toBe("partial");
    expect(explainAnswer(answer(200, "x"), []).reason).toBe("partial");
    expect(explainAnswer(restApi, []).reason).toBe("access");
  });

  test("is done with 200 and an object", () => {
    expect([answer(200, {}), answer(200, []), answer(200, "x"), answer(201, {})].map(isDone)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});

const one = (server: string): string =>
  `[unsupported-server] ${server} cannot forget a single user; nothing was changed | it takes OpenSearch 3.1; without --user every user is forgotten`;

const info = (version: string, isVersionGuessed = false) => ({
  version: parseVersion(version),
  isVersionGuessed,
});

describe("the login cache", () => {
  test("forgets a single user from 3.1 on", async () => {
    expect(await listErrors(() => requireFlush(info("3.0"), "ann"))).toEqual([one("OpenSearch 3.0")]);
    for (const [given, user] of [
      [info("3.1"), "ann"],
      [info("3.0"), undefined],
      [info("3.0", true), "ann"],
    ] as const)
      expect(() => requireFlush(given, user)).not.toThrow();
  });

  test("is flushed, or the server's reason is said", async () => {
    await expect(flushCache(operator(answer(200, {})), "ann")).resolves.toBeUndefined();
    const none = answer(400, { error: "no handler found for uri" });
    expect(await listErrors(async () => flushCache(operator(none), "ann"))).toEqual([one("this server")]);
    const rejected = ["[rejected] the server answered 400: no handler found for uri; nothing was changed"];
    expect(await listErrors(async () => flushCache(operator(none), undefined))).toEqual(rejected);
    const other = operator(answer(400, { error: "no" }));
    expect(await listErrors(async () => flushCache(other, "ann"))).toEqual([
      "[rejected] the server answered 400: no; nothing was changed",
    ]);
  });
});

test("certificates are reloaded, or the node keeps its own", async () => {
  await expect(reloadCertificates(operator(answer(200, {})), "http")).resolves.toBeUndefined();
  const refused = async (given: Answer): Promise<string> =>
    (await listErrors(async () => reloadCertificates(operator(given), "http"))).join();
  expect(await refused(answer(400, { error: "ssl_cert_reload_enabled is false" }))).toBe(
    "[not-enabled] the server does not reload certificates on demand; nothing was changed | set plugins.security.ssl_cert_reload_enabled: true in opensearch.yml, and restart the nodes once",
  );
  expect(await refused(answer(403, { message: "Access denied", status: "FORBIDDEN" }))).toBe(
    "[not-allowed] only REST administrators may have certificates reloaded; nothing was changed | log in with the admin certificate; or set plugins.security.restapi.admin.enabled: true on the nodes, and give the caller the permission restapi:admin/ssl/certs/reload",
  );
  expect(await refused(answer(500, { error: "expired" }))).toBe(
    "[rejected] the server answered 500: expired; the node goes on with those it had",
  );
});

describe("who changes the own password", () => {
  const own = { ...connection, password: old };
  const account = { user_name: "ann", is_internal_user: true, is_reserved: false };
  const require = async (body: Json, given = own) => requirePasswordLogin(operator(answer(200), body), given);

  test("is an internal user that is not reserved", async () => {
    expect(await require(account)).toEqual(login);
    await expect(require(account, { ...own, username: undefined as never })).rejects.toThrow(
      "without a password",
    );
    await expect(require(account, { ...own, password: undefined as never })).rejects.toThrow(
      "without a password",
    );
  });

  test.for<[object, string]>([
    [
      { ...account, user_name: "CN=x" },
      "[no-password-login] the server takes the caller for CN=x, and not for ann; nothing was changed | leave out --client-cert: where both are given, the certificate counts",
    ],
    [
      { ...account, is_internal_user: false },
      "[not-an-internal-user] ann is no internal user: its password is not kept in this cluster; nothing was changed | change it where it is kept: in the directory or identity provider that knows the user",
    ],
    [
      { user_name: "ann" },
      "[not-an-internal-user] ann is no internal user: its password is not kept in this cluster; nothing was changed | change it where it is kept: in the directory or identity provider that knows the user",
    ],
    [
      { ...account, is_reserved: true },
      "[reserved-user] the user is reserved, and may not change its own password; nothing was changed | change its hash in internal_users.yml, and apply it with the admin certificate",
    ],
  ])("is not %j", async ([body, error]) => {
    expect(await listErrors(async () => require(body as Json))).toEqual([error]);
  });

  test("is not known without an answer", async () => {
    for (const given of [page, answer(200, "<html>")]) {
      const silent = { ...operator(answer(200)), read: async () => given };
      expect((await listErrors(async () => requirePasswordLogin(silent, own))).join()).toMatch(
        /^\[re(fused|jected)/,
      );
    }
  });
});

/** A server that knows one password of ann, or answers every login so. */
async function stage(known: string | undefined, answered?: readonly [number, unknown]) {
  const { connection: own, received } = await serve(({ headers: { authorization = "" } }, response) => {
    const [, password] = Buffer.from(authorization.replace("Basic ", ""), "base64").toString().split(":");
    if (answered) json(response, answered[1], answered[0]);
    else if (password === known) json(response, { user_name: "ann" });
    else json(response, {}, 401, { "www-authenticate": 'Basic realm="OpenSearch Security"' });
  });
  const change = async (sent: Answer | Error) =>
    changePassword(
      {
        ...operator(answer(200)),
        changePassword: async () => (sent instanceof Error ? Promise.reject(sent) : sent),
      },
      { ...own, password: old },
      login,
      next,
    );
  return { change, received };
}

describe("a changed password is proved by a login", () => {
  const cut = failure("access", "broken-answer", "its answer broke off");

  test("with the new one, whatever the server said", async () => {
    const { change } = await stage("new-password");
    for (const sent of [answer(200, {}), answer(500, {}), cut])
      await expect(change(sent)).resolves.toBeUndefined();
    await expect(change(new TypeError("a bug"))).rejects.toThrow("a bug");
  });

  test("with the old one, which then still counts", async () => {
    const { change } = await stage("old-password");
    const still =
      "[password-not-changed] the password of ann is still the old one: the new one does not log in";
    expect(await listErrors(async () => change(answer(500, { message: "no" })))).toEqual([
      `${still} (the server answered 500: no) | try again later, and look at the log of the cluster`,
    ]);
    expect(await listErrors(async () => change(cut))).toEqual([
      `${still} (its answer broke off) | try again later, and look at the log of the cluster`,
    ]);
    expect(
      (await listErrors(async () => change(answer(500, { message: "Failed node [x]" })))).join(),
    ).toContain(
      "the new one is stored, but the cluster cannot load its configuration: look at osac status before anything is restarted",
    );
  });

  test("with neither, which locks the caller out", async () => {
    const { change, received } = await stage("another");
    expect(await listErrors(async () => change(answer(200, {})))).toEqual([
      "[locked-out] neither the old nor the new password of ann logs in any more (the server answered 200: no reason) | too many failed logins may block the caller for a while; otherwise another administrator, or the admin certificate, has to set a new hash",
    ]);
    expect(received).toHaveLength(2);
  });

  test("not at all, if the server refuses it", async () => {
    const { change, received } = await stage("old-password");
    expect(
      await listErrors(async () =>
        change(answer(400, { message: "Could not validate your current password." })),
      ),
    ).toEqual([
      "[rejected] the current password is not the one that the cluster has stored for this user; nothing was changed | does another backend (LDAP, a proxy) know a user of the same name? Then the password is changed there",
    ]);
    expect(
      await listErrors(async () => change(answer(403, { message: "Resource 'ann' is reserved." }))),
    ).toEqual([
      "[reserved-user] the user is reserved, and may not change its own password; nothing was changed | change its hash in internal_users.yml, and apply it with the admin certificate",
    ]);
    expect(received).toEqual([]);
  });

  test.for<[number, unknown, string]>([
    [503, {}, "the server answered 503"],
    [200, {}, "the server answered 200, but not with who logs in"],
  ])("by no answer such as %i %j", async ([status, body, why]) => {
    const { change } = await stage(undefined, [status, body]);
    expect(await listErrors(async () => change(answer(200, {})))).toEqual([
      `[password-not-verified] it cannot be told which password ann has now: ${why} | try the new password first, then the old one, with osac status`,
    ]);
  });

  test("of the same user", async () => {
    const { change } = await stage(undefined, [200, { user_name: "somebody" }]);
    expect((await listErrors(async () => change(answer(200, {})))).join()).toContain("[locked-out]");
  });
});
