import { describe, expect, test } from "vitest";
import { fetchLive, requestKinds } from "../../../src/cluster/fetch-live.ts";
import { readStoredDocuments } from "../../../src/cluster/stored-documents.ts";
import { shadowedStaticFindings } from "../../../src/cluster/status/shadowed.ts";
import type { ClusterInfo, Connection } from "../../../src/model/cluster.ts";
import type { LiveEntity } from "../../../src/model/entity.ts";
import type { KindName } from "../../../src/model/kind-name.ts";
import type { Json } from "../../../src/model/value.ts";
import { redacted, Secret } from "../../../src/secrets/secret.ts";
import { parseVersion } from "../../../src/value/version.ts";
import { formatFinding, listErrors } from "../../support/refusal.ts";
import { answer, connection, makeReader, plugin, stored } from "./fake-reader.ts";

const cluster: ClusterInfo = { version: parseVersion("2.19.4"), isVersionGuessed: false };
const admin: ClusterInfo = { ...cluster, adminDn: "CN=admin" };

interface Given {
  readonly path?: string;
  readonly documents?: Record<string, Json>;
  readonly as?: ClusterInfo;
  readonly own?: Connection;
}

async function live(
  kind: KindName,
  body: Json,
  { path = kind, documents, as = cluster, own = connection }: Given = {},
) {
  const reader = makeReader({
    [plugin(`api/${path}`)]: answer(200, body),
    ...(documents && stored(documents)),
  });
  const found = (await fetchLive(reader, own, as, [kind])).get(kind)!;
  if (!found.readable) throw new Error(found.reason);
  return { entities: found.entities, asked: reader.asked };
}

const one = async (...args: Parameters<typeof live>): Promise<LiveEntity> =>
  [...(await live(...args)).entities.values()][0]!;

/** The value of a secret, if osac knows it. */
const reveal = (value: unknown): unknown =>
  value instanceof Secret ? (value.isKnown ? value.reveal() : "unknown") : value;

describe("the live state of a kind", () => {
  test("has the entities, and nothing that describes the document", async () => {
    const { entities } = await live("roles", {
      _meta: { type: "roles" },
      _version: 3,
      config: { description: "a" },
      b: {},
    });
    expect([...entities.keys()]).toEqual(["config", "b"]);
    const single = await live("audit", { _readonly: ["a"], _meta: {}, config: { enabled: true } });
    expect([...single.entities.keys()]).toEqual(["config"]);
  });

  test.for<[object, LiveEntity["builtIn"]]>([
    [{}, undefined],
    [{ reserved: true }, "reserved"],
    [{ hidden: true, reserved: true }, "hidden"],
    [{ static: true, hidden: true, reserved: true }, "static"],
    [{ cluster_permissions: ["restapi:admin/roles"], reserved: true }, "restapi:admin"],
    [{ cluster_permissions: ["restapi:admin/roles"], static: true }, "static"],
    [{ cluster_permissions: ["cluster_all", "x:restapi:admin/roles"] }, undefined],
    [{ cluster_permissions: "restapi:admin/roles" }, undefined],
    [{ cluster_permissions: [1] }, undefined],
    [{ reserved: "true" }, undefined],
  ])("says what is built in: %j", async ([body, builtIn]) => {
    expect((await one("roles", { a: body as Json })).builtIn).toBe(builtIn);
  });

  test("knows such permissions of action groups, too, and of no other kind", async () => {
    expect((await one("actiongroups", { a: { allowed_actions: ["restapi:admin/x"] } })).builtIn).toBe(
      "restapi:admin",
    );
    expect((await one("tenants", { a: { description: "restapi:admin/x" } })).builtIn).toBeUndefined();
  });

  test("names fields that only newer servers know, and none that REST shows and does not take", async () => {
    const body = { a: { reserved: false, static: false, hidden: false, new_field: 1, description: "x" } };
    expect((await one("roles", body)).unknown).toEqual([["new_field"]]);
    expect((await one("roles", { a: { description: "x", reserved: false } })).unknown).toBeUndefined();
  });

  test("is an error, if the answer is no object of entities", async () => {
    for (const body of [[], "text", { status: "FORBIDDEN", message: "no" }] as Json[])
      expect(await listErrors(async () => live("roles", body))).toEqual([
        "[not-opensearch] https://cluster:9200 answered roles with something that is no JSON object of entities | check the proxy or load balancer in between",
      ]);
  });

  test("has the reason, if it may not be read", async () => {
    const refused = { [plugin("api/roles")]: answer(403, { status: "FORBIDDEN", message: "Access denied" }) };
    const found = await fetchLive(makeReader(refused), connection, cluster, ["roles"]);
    expect(found.get("roles")).toMatchObject({
      readable: false,
      reason: "only REST administrators may use it",
    });
    const [kept] = await requestKinds(makeReader(refused), connection, cluster, ["roles"]);
    expect(kept!.answer.text).toContain("Access denied");
    const [read] = await requestKinds(
      makeReader({ [plugin("api/roles")]: answer(200, {}) }),
      connection,
      cluster,
      ["roles"],
    );
    expect(read!.answer.text).toBe("");
  });

  test("is marked where a service owns an entity, or needs its mapping", async () => {
    const own = { ...connection, service: "amazon" as const };
    const roles = await live("roles", { all_access: {}, mine: {} }, { own });
    expect([...roles.entities.values()].map(({ name, isKey }) => [name, isKey])).toEqual([
      ["all_access", true],
      ["mine", undefined],
    ]);
    expect((await one("roles", { all_access: {} })).isKey).toBeUndefined();
    expect((await one("tenants", { all_access: {} }, { own })).isKey).toBeUndefined();
    expect((await one("rolesmapping", { all_access: {} }, { own })).isKey).toBe(true);
  });
});

const dynamic = (domain: Json): Json => ({
  config: { dynamic: { authc: { ldap: { authentication_backend: { type: "ldap", config: domain } } } } },
});

const domainOf = ({ body }: LiveEntity): Record<string, unknown> =>
  (
    body as never as {
      dynamic: { authc: { ldap: { authentication_backend: { config: Record<string, unknown> } } } };
    }
  ).dynamic.authc.ldap.authentication_backend.config;

const read = async () => readStoredDocuments(makeReader(stored({ roles: "{geheim" })), ["roles"]);

describe("the stored documents, which only the admin certificate sees", () => {
  const users = { ann: { hash: "", backend_roles: [] } };

  test("are asked for where there are logins, with the admin certificate alone", async () => {
    const documents = { internalusers: { ann: { hash: "$2y$12$stored" } } };
    const found = await live("internalusers", users, { documents, as: admin });
    expect(reveal(found.entities.get("ann")!.body["hash"])).toBe("$2y$12$stored");
    expect(found.asked).toHaveLength(2);
    const other = await live("internalusers", users, { documents });
    expect(reveal(other.entities.get("ann")!.body["hash"])).toBe("unknown");
    expect(other.asked).toHaveLength(1);
    expect((await live("tenants", { a: {} }, { documents, as: admin })).asked).toHaveLength(1);
  });

  test.for<Json>(["", "${env.HASH}"])("have no hash that a plan could compare: %j", async (hash) => {
    const found = await one("internalusers", users, {
      documents: { internalusers: { ann: { hash } } },
      as: admin,
    });
    expect(reveal(found.body["hash"])).toBe("unknown");
  });

  test("have the secrets that the server redacts, and no placeholder of the nodes", async () => {
    const shown = dynamic({ bind_dn: "cn=x", password: redacted });
    const given = (password: string): Given => ({
      path: "securityconfig",
      as: admin,
      documents: { config: dynamic({ bind_dn: "cn=y", password }) },
    });
    const found = domainOf(await one("config", shown, given("geheim")));
    expect(reveal(found["password"])).toBe("geheim");
    expect(found["bind_dn"]).toBe("cn=x");
    expect(reveal(domainOf(await one("config", shown, given("${env.PW}")))["password"])).toBe("unknown");
    const without = await live("config", shown, { path: "securityconfig" });
    expect(without.asked).toHaveLength(1);
  });

  test("are those of the kinds that were asked for, in one request", async () => {
    const reader = makeReader(stored({ roles: { a: {} }, tenants: { b: {} }, audit: [] }));
    const found = await readStoredDocuments(reader, ["roles", "audit", "config"]);
    expect([...found]).toEqual([["roles", { a: {} }]]);
    expect(decodeURIComponent(reader.asked[0]!)).toBe(
      '/.opendistro_security/_mget?source={"ids":["roles","audit","config"]}&source_content_type=application/json',
    );
    expect([...(await readStoredDocuments(reader, []))]).toEqual([]);
    expect(reader.asked).toHaveLength(1);
  });

  test("that cannot be read are not quoted", async () => {
    expect(await listErrors(read)).toEqual(["[read-failed] the stored document is no JSON"]);
    for (const docs of [
      {},
      { docs: {} },
      { docs: [1] },
      { docs: [{ _id: "roles" }] },
      { docs: [{ _id: "roles", _source: { roles: 1 } }] },
    ] as Json[]) {
      const reader = makeReader({ "/.opendistro_security/_mget": answer(200, docs) });
      expect((await readStoredDocuments(reader, ["roles"])).size).toBe(0);
    }
  });

  test("must not have the name of a static entity, before 3.0", async () => {
    const documents = new Map([
      ["roles", { "a/b": { static: true }, own: {} }],
      ["tenants", { c: { static: true } }],
      ["actiongroups", { d: { static: false }, e: 1 }],
    ]) as never;
    const reader = makeReader(
      stored({ roles: { "a/b": {}, own: {} }, tenants: { x: {} }, actiongroups: { d: {} } }),
    );
    const found = await shadowedStaticFindings(reader, admin, documents);
    expect(found.map((finding) => [finding.kind, finding.name, formatFinding(finding)])).toEqual([
      [
        "roles",
        "a/b",
        "[stored-static] an entity is stored under the name of a static one; the cluster cannot load this | have the admin certificate send DELETE /_plugins/_security/api/roles/a%2Fb, which leaves the static one; do that before any node is restarted: nobody could log in afterwards",
      ],
    ]);
    expect(decodeURIComponent(reader.asked.join())).toContain('{"ids":["roles","tenants"]}');
    for (const info of [cluster, { ...admin, version: parseVersion("3.0") }])
      expect(await shadowedStaticFindings(reader, info, documents)).toEqual([]);
    expect(reader.asked).toHaveLength(1);
  });
});
