import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { identify, readAdminDn, readIntroduction } from "../../../src/cluster/identify.ts";
import { failure } from "../../../src/errors.ts";
import type { Answer, Connection, SideAnswer } from "../../../src/model/cluster.ts";
import { Secret } from "../../../src/secrets/secret.ts";
import { listErrors } from "../../support/refusal.ts";
import { answer, connection, makeReader, plugin, stored } from "./fake-reader.ts";

const root = answer(200, {
  cluster_name: "logs",
  cluster_uuid: "u-1",
  version: { number: "2.19.4", distribution: "opensearch" },
});
const whoami = answer(200, { dn: null, is_admin: false });
const challenge = answer(401, "Unauthorized", { "www-authenticate": 'Basic realm="OpenSearch Security"' });
const unknown = answer(401, { message: "x", status: 401 });
const page = answer(403, "<html>Forbidden</html>");
const blocked = answer(404, "not here");

const usual = { "/": root, [plugin("whoami")]: whoami };
const none = { ...connection, username: undefined } as Connection;

async function introduce(answers: Record<string, SideAnswer>, own: Connection = connection) {
  return readIntroduction(makeReader(answers), own);
}

async function refusals(
  answers: Record<string, SideAnswer>,
  own: Connection = connection,
): Promise<string[]> {
  return listErrors(async () => introduce(answers, own));
}

describe("the cluster and the caller", () => {
  test("take two requests, and the version one more", async () => {
    const reader = makeReader(usual);
    const claimed: string[] = [];
    const own = { ...connection, claimCluster: (uuid: string) => void claimed.push(uuid) };
    expect(await identify(reader, own)).toEqual({
      name: "logs",
      uuid: "u-1",
      adminDn: undefined,
      user: "ann",
      version: expect.objectContaining({ major: 2, minor: 19 }),
      isVersionGuessed: false,
      nodeVersions: undefined,
    });
    expect(claimed).toEqual(["u-1"]);
    expect(reader.asked.map((path) => path.replace(/\?.*/, ""))).toEqual([
      "/",
      plugin("whoami"),
      "/_nodes/http",
    ]);
  });

  test("the version that the user names counts where the cluster shows none", async () => {
    const reader = makeReader({ ...usual, "/": answer(403, { status: "FORBIDDEN" }) });
    const found = await identify(reader, { ...connection, namedVersion: "3.4" });
    expect(found).toMatchObject({
      version: { major: 3, minor: 4 },
      isVersionGuessed: false,
      name: undefined,
    });
  });

  test.for<[string, object, string | undefined]>([
    ["as it is", { cluster_uuid: "a_B-1" }, "a_B-1"],
    [
      "as its digest, if it could be a path",
      { cluster_uuid: "../x" },
      createHash("sha256").update("../x").digest("hex"),
    ],
    [
      "as its digest, if it is long",
      { cluster_uuid: "a".repeat(65) },
      createHash("sha256").update("a".repeat(65)).digest("hex"),
    ],
    ["long as it may be", { cluster_uuid: "a".repeat(64) }, "a".repeat(64)],
    ["not before the node has joined", { cluster_uuid: "_na_" }, undefined],
    ["not if it is no text", { cluster_uuid: 1 }, undefined],
  ])("the id of the cluster is known %s", async ([, body, uuid]) => {
    expect((await introduce({ ...usual, "/": answer(200, body as never) })).uuid).toBe(uuid);
  });

  test("a cluster without an id is claimed by nobody", async () => {
    const claimed: string[] = [];
    const own = { ...connection, claimCluster: (uuid: string) => void claimed.push(uuid) };
    await introduce({ ...usual, "/": answer(200, { cluster_uuid: "_na_" }) }, own);
    expect(claimed).toEqual([]);
  });

  test("the name has no secret and at most 256 characters", async () => {
    const password = new Secret("geheim-geheim");
    const named = async (name: string) =>
      (await introduce({ ...usual, "/": answer(200, { cluster_name: name }) }, { ...connection, password }))
        .name;
    expect(await named("a".repeat(256))).toBe("a".repeat(256));
    expect(await named("a".repeat(257))).toBe(`${"a".repeat(256)}…`);
    expect(await named(`${"a".repeat(250)}geheim-geheim`)).not.toContain("gehe");
    expect(await named("geheim-geheim")).not.toContain("geheim");
  });

  test("one refused path says nothing, if the plugin answers another", async () => {
    const authinfo = answer(200, { user_name: "ann" });
    const tenants = answer(200, { global_tenant: { reserved: true } });
    for (const answers of [
      { "/": blocked, [plugin("whoami")]: whoami },
      { "/": root, [plugin("whoami")]: answer(403, "API not allowlisted") },
      { "/": root, [plugin("whoami")]: blocked, [plugin("authinfo")]: authinfo },
      { "/": page, [plugin("whoami")]: page, [plugin("authinfo")]: page, [plugin("api/tenants")]: tenants },
    ])
      await expect(introduce(answers)).resolves.toMatchObject({ user: "ann" });
  });
});

describe("the admin certificate", () => {
  const certificate = { ...none, clientCert: "PEM" };
  const dn = "CN=admin";

  test.for<[string, Record<string, SideAnswer>, Connection, string | null | undefined]>([
    ["is shown by whoami", { [plugin("whoami")]: answer(200, { dn, is_admin: true }) }, certificate, dn],
    [
      "is none, says whoami",
      { [plugin("whoami")]: answer(200, { dn, is_admin: false }) },
      certificate,
      undefined,
    ],
    ["is none without a certificate, if whoami is blocked", {}, none, undefined],
    ["cannot be told, if all is blocked", {}, certificate, null],
    [
      "is who sees the stored documents",
      { [plugin("authinfo")]: answer(200, { user_name: "x", principal: dn }), ...stored({ tenants: {} }) },
      certificate,
      dn,
    ],
    [
      "has the name of the user without a principal",
      { [plugin("authinfo")]: answer(200, { user_name: dn }), ...stored({ tenants: {} }) },
      certificate,
      dn,
    ],
    [
      "is none for who does not see them",
      { [plugin("authinfo")]: answer(200, { user_name: dn }) },
      certificate,
      undefined,
    ],
    [
      "is none over plain HTTP",
      { [plugin("whoami")]: answer(403, "No security data") },
      certificate,
      undefined,
    ],
  ])("%s", async ([, answers, own, expected]) => {
    expect(await readAdminDn(makeReader(answers), own)).toBe(expected);
  });

  test("has its DN in the facts about the cluster, without the login", async () => {
    const password = new Secret("geheim-geheim");
    const answers = { ...usual, [plugin("whoami")]: answer(200, { dn: "CN=geheim-geheim", is_admin: true }) };
    const { adminDn } = await introduce(answers, { ...certificate, username: "u", password });
    expect(adminDn).toMatch(/^CN=/);
    expect(adminDn).not.toContain("geheim");
    expect(
      (
        await introduce(
          { ...usual, [plugin("whoami")]: blocked, [plugin("authinfo")]: answer(200, { user_name: "a" }) },
          certificate,
        )
      ).adminDn,
    ).toBeUndefined();
  });
});

describe("a caller who is not known", () => {
  const start = "[unauthenticated] https://cluster:9200 refused the login (401):";

  test.for<[string, Connection, RegExp]>([
    ["a user", connection, /user "ann" \| /],
    ["nobody", none, /the request had no user, token or certificate \| /],
    ["a token", { ...connection, token: new Secret("a-long-token") }, /the request had a bearer token \| /],
    [
      "a signature",
      { ...connection, signer: {} as never, token: new Secret("a-long-token") },
      /the request was signed for IAM \| /,
    ],
    ["a certificate", { ...none, clientCert: "x" }, /the request had a client certificate \| /],
  ])("%s is named", async ([, own, words]) => {
    for (const answers of [
      { "/": challenge },
      { "/": blocked, [plugin("authinfo")]: challenge },
      { "/": blocked, [plugin("authinfo")]: blocked, [plugin("api/tenants")]: challenge },
      {
        "/": unknown,
        [plugin("authinfo")]: unknown,
        [plugin("api/tenants")]: unknown,
      },
    ]) {
      const [error] = await refusals(answers, own);
      expect(error).toContain(start);
      expect(error).toMatch(words);
    }
  });

  test("a certificate that did not reach the node is explained", async () => {
    const own = { ...none, clientCert: "x" };
    const lost = await refusals({ "/": challenge, [plugin("whoami")]: answer(403, "No security data") }, own);
    expect(lost[0]).toContain("but it does not reach the node: a proxy ends TLS before it");
    const plain = await refusals({ "/": challenge }, { ...own, url: "http://cluster" });
    expect(plain[0]).toContain("but http:// cannot carry one");
  });
});

const busy = (status: number): SideAnswer => answer(status, "busy");

describe("a server that is of no use", () => {
  test.for<[string, Record<string, SideAnswer>, string]>([
    [
      "the plugin is not initialized",
      { "/": answer(503, "OpenSearch Security not initialized.") },
      "[not-initialized] the Security plugin of https://cluster:9200 is not initialized | it has no configuration yet, or cannot load what is stored; its log says which",
    ],
    [
      "a proxy does not reach it",
      { "/": busy(503), [plugin("whoami")]: busy(502) },
      "[not-opensearch] https://cluster:9200 answered 503 and not as OpenSearch does | something between (a proxy, a load balancer) did not reach it in time; try again later",
    ],
    [
      "it is too busy",
      { "/": busy(429), [plugin("whoami")]: busy(429) },
      "[not-opensearch] https://cluster:9200 answered 429 and not as OpenSearch does | it has too many requests, or too little memory: try again later",
    ],
    [
      "it is something else",
      { "/": answer(200, "hello") },
      "[not-opensearch] https://cluster:9200 answered 200 and not as OpenSearch does | check the url, and the proxy or load balancer in between",
    ],
    [
      "it fails",
      { "/": answer(500, {}) },
      "[not-opensearch] https://cluster:9200 answered 500 and not as OpenSearch does | check the url, and the proxy or load balancer in between",
    ],
    [
      "it knows itself by another name",
      { "/": answer(400, "Invalid Host Header") },
      "[not-opensearch] https://cluster:9200 answered 400 and not as OpenSearch does | it answers only by its own name: connect by that name, or pass the name with --aws-host if a tunnel leads there",
    ],
    [
      "it leads elsewhere",
      { "/": answer(302, "", { location: "https://login/sso?ticket=geheim" }) },
      "[not-opensearch] https://cluster:9200 answered 302, a redirect to https://login/sso | check the url, and the proxy or load balancer in between",
    ],
    [
      "it leads below itself",
      { "/": answer(302, "", { location: "/sso?ticket=geheim" }) },
      "[not-opensearch] https://cluster:9200 answered 302, a redirect to https://cluster:9200/sso | check the url, and the proxy or load balancer in between",
    ],
    [
      "it has no plugin",
      { "/": root },
      "[no-security-plugin] https://cluster:9200 has no Security plugin under /_plugins/_security | install the plugin, or set --api-prefix",
    ],
    [
      "something before it refuses the job",
      { "/": root, [plugin("api/tenants")]: page },
      "[refused-before-cluster] something before https://cluster:9200 refuses the job, and not the Security plugin: 403 with a page | have its access policy, or the login of the proxy, let the job through",
    ],
  ])("%s", async ([, answers, error]) => {
    expect(await refusals(answers)).toEqual([error]);
  });

  const failed: Answer & SideAnswer = {
    ...answer(0),
    failure: failure("access", "unreachable", "nothing listens there"),
  };

  test("no answer at all ends the run, one answer does not", async () => {
    expect(await refusals({ "/": failed, [plugin("whoami")]: failed })).toEqual([
      "[unreachable] nothing listens there",
    ]);
    await expect(introduce({ "/": failed, [plugin("whoami")]: whoami })).resolves.toBeDefined();
    expect(await refusals({ "/": failed, [plugin("whoami")]: blocked })).toEqual([
      "[unreachable] nothing listens there",
    ]);
    await expect(introduce({ "/": busy(503), [plugin("whoami")]: whoami })).resolves.toBeDefined();
  });
});
