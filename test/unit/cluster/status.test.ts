import { describe, expect, test } from "vitest";
import { readServiceReport } from "../../../src/cluster/status/service-report.ts";
import { probeReload } from "../../../src/cluster/status/probe-reload.ts";
import { readStatus, type Status } from "../../../src/cluster/status/status.ts";
import { failure } from "../../../src/errors.ts";
import { kindNames } from "../../../src/model/kind-name.ts";
import type { Answer, Reloader, SideAnswer } from "../../../src/model/cluster.ts";
import type { Json } from "../../../src/model/value.ts";
import { parseVersion } from "../../../src/value/version.ts";
import { formatFinding } from "../../support/refusal.ts";
import { answer, connection, makeReader, plugin } from "./fake-reader.ts";

const known = {
  subject: "CN=node",
  issuer: "CN=ca",
  notAfter: "2026-01-01T00:00:00Z",
  nodes: [],
  uses: ["http"],
};
const peer = { certificates: () => [known], stop: () => {} };

const cluster = {
  "/": answer(200, {
    cluster_name: "logs",
    cluster_uuid: "u",
    version: { number: "2.19.4", distribution: "opensearch" },
  }),
  [plugin("whoami")]: answer(200, { dn: null, is_admin: false }),
  [plugin("health")]: answer(200, { status: "UP", message: "fine" }),
  [plugin("authinfo")]: answer(200, { user_name: "ann", roles: ["r"] }),
};

describe("the status of a cluster", () => {
  test("has the caller, the health, the access to each kind and the certificates", async () => {
    const reader = makeReader(
      {
        ...cluster,
        [plugin("api/roles")]: answer(200, { a: {} }),
        [plugin("api/tenants")]: answer(200, [] as Json),
        [plugin("api/audit")]: answer(500, { message: "no" }),
        [plugin("api/nodesdn")]: answer(403, { message: "Access denied", status: "FORBIDDEN" }),
      },
      {
        roles: answer(403, { message: "No permission to access REST API", status: "FORBIDDEN" }),
        tenants: answer(500, { message: "no" }),
      },
    );
    const status = await readStatus(reader, connection, peer);
    expect(status).toMatchObject({
      url: "https://cluster:9200",
      service: undefined,
      isReachable: true,
      cluster: { name: "logs" },
      caller: { name: "ann", roles: ["r"] },
      health: { status: "UP", message: "fine" },
      certificates: [known],
      areAllCertificates: false,
      findings: [],
    });
    expect(status.kinds.map(({ kind }) => kind).toSorted()).toEqual([...kindNames].toSorted());
    const access = Object.fromEntries(status.kinds.map(({ kind, ...one }) => [kind, one]));
    expect(access["roles"]).toEqual({
      readable: true,
      writable: false,
      reason: "the server does not let the caller write it",
      hint: expect.stringContaining("roles_enabled"),
    });
    expect(access["tenants"]).toMatchObject({
      readable: false,
      writable: false,
      reason: "GET tenants answered 200: []",
    });
    expect(access["audit"]).toMatchObject({
      readable: false,
      writable: true,
      reason: "GET audit answered 500: no",
    });
    expect(access["nodesdn"]).toMatchObject({
      readable: false,
      writable: true,
      reason: "only REST administrators may use it",
    });
    expect([...status.documents]).toEqual([["roles", { a: {} }]]);
  });

  test("has all certificates, if the caller may read them", async () => {
    const certificates = answer(200, {
      nodes: {
        n: {
          name: "n1",
          certificates: {
            http: [{ subject_dn: "CN=a", issuer_dn: "CN=b", not_after: "2026-01-01T00:00:00Z" }],
          },
        },
      },
    });
    const status = await readStatus(
      makeReader({ ...cluster, [plugin("api/certificates")]: certificates }),
      connection,
      peer,
    );
    expect(status).toMatchObject({
      areAllCertificates: true,
      certificates: [{ subject: "CN=a", nodes: ["n1"] }],
    });
  });

  const failed: SideAnswer = {
    ...answer(0),
    failure: failure("access", "unreachable", "nothing listens there"),
  };

  test("has the reason, if the cluster cannot be used", async () => {
    const reader = makeReader({ "/": failed, [plugin("whoami")]: failed, [plugin("health")]: failed });
    const status = await readStatus(reader, { ...connection, service: "amazon" }, peer);
    expect(status).toEqual({
      url: "https://cluster:9200",
      service: "amazon",
      isReachable: false,
      health: { status: "unknown", message: "no answer that can be used" },
      kinds: [],
      documents: new Map(),
      areAllCertificates: false,
      certificates: [known],
      findings: [expect.objectContaining({ code: "unreachable" })],
    });
    const answers = makeReader({
      "/": failed,
      [plugin("whoami")]: failed,
      [plugin("health")]: answer(503, { status: "DOWN" }),
    });
    expect(await readStatus(answers, connection, peer)).toMatchObject({
      isReachable: true,
      health: { status: "DOWN" },
    });
    const refused = makeReader({
      "/": answer(401, "Unauthorized"),
      [plugin("api/tenants")]: answer(401, "Unauthorized"),
      [plugin("health")]: failed,
    });
    expect(await readStatus(refused, connection, peer)).toMatchObject({
      isReachable: false,
      findings: [{ code: "unauthenticated" }],
    });
  });

  test("a fault of osac is none of the cluster", async () => {
    const reader = { ...makeReader(cluster), readAside: async () => Promise.reject(new TypeError("a bug")) };
    await expect(readStatus(reader, connection, peer)).rejects.toThrow("a bug");
    const probe = {
      ...makeReader({ ...cluster }),
      probe: async () => Promise.reject(new TypeError("a bug")),
    };
    await expect(readStatus(probe, connection, peer)).rejects.toThrow("a bug");
  });

  test.for<[Answer, object]>([
    [answer(200, { status: "UP" }), { status: "UP", message: undefined }],
    [answer(200, { status: "UP", message: 1 }), { status: "UP", message: undefined }],
    [answer(503, { status: "DOWN", message: "loading" }), { status: "DOWN", message: "loading" }],
    [answer(200, { status: "GREEN", message: "x" }), { status: "unknown", message: "x" }],
    [answer(403, "<html>"), { status: "unknown", message: "<html>" }],
  ])("health %j", async ([given, health]) => {
    const reader = makeReader({ ...cluster, [plugin("health")]: given });
    expect((await readStatus(reader, connection, peer)).health).toEqual(health);
  });
});

const done = (more: object = {}, failures?: Json): Answer =>
  answer(200, {
    configupdate_response: { has_failures: false, ...more },
    ...(failures === undefined ? {} : { _nodes: { failures } }),
  });

describe("the nodes load their configuration again", () => {
  const info = { version: parseVersion("2.19.4"), isVersionGuessed: false, adminDn: "CN=admin" };
  const asked: (readonly string[])[] = [];
  const probe = async (given: Answer, about: Status["cluster"] = info) => {
    const reloader: Reloader = { ...makeReader({}), reload: async (names) => (asked.push(names), given) };
    const kinds = [
      { kind: "roles", readable: true, writable: true },
      { kind: "config", readable: false, writable: true },
      { kind: "tenants", readable: true, writable: false },
    ] as const;
    const { reload, findings } = await probeReload(reloader, { cluster: about, kinds } as unknown as Status);
    return [reload, ...findings.map(formatFinding)];
  };

  test("those that the caller can read", async () => {
    asked.length = 0;
    expect(await probe(done())).toEqual(["loaded"]);
    expect(asked).toEqual([["roles", "tenants"]]);
  });

  test("only for the admin certificate, and only if there is a cluster", async () => {
    asked.length = 0;
    expect(await probe(done(), { ...info, adminDn: undefined })).toEqual([
      undefined,
      "[not-allowed] only the admin certificate may ask the nodes to load their configuration; they were not asked | pass it with --client-cert and --client-key, or leave out --probe-reload",
    ]);
    const nowhere: Reloader = { ...makeReader({}), reload: async (names) => (asked.push(names), done()) };
    expect(await probeReload(nowhere, { cluster: undefined, kinds: [] } as unknown as Status)).toEqual({
      findings: [],
    });
    expect(asked).toEqual([]);
  });

  test.for<[Answer]>([
    [answer(403, { message: "no", status: 1 })],
    [answer(200, { message: "no" })],
    [answer(500, { message: "no", configupdate_response: {} })],
  ])("or it is not known: %j", async ([given]) => {
    expect(await probe(given)).toEqual([
      undefined,
      `[not-allowed] the nodes were asked to load their configuration, and the server answered ${given.status}: no`,
    ]);
  });

  const hint =
    "no write takes effect until that is corrected, and after a restart nobody could log in: correct it with the admin certificate before any node is restarted";

  test("or cannot, each with its reason", async () => {
    const failures = [
      { node_id: "n1", reason: "failed", caused_by: { reason: "bad\n  pattern" } },
      { node_id: "n2", reason: "update is already in progress" },
      "odd",
    ];
    const start = "[not-loaded] the node";
    expect(await probe(done({ has_failures: true }, failures))).toEqual([
      "failed",
      `${start} n1 cannot load the stored configuration: bad pattern | ${hint}`,
      `${start} n2 cannot load the stored configuration: update is already in progress | it was busy with another update: ask again`,
      `${start} undefined cannot load the stored configuration: undefined | ${hint}`,
    ]);
    for (const none of [undefined, [], {}] as (Json | undefined)[])
      expect(await probe(done({ has_failures: true }, none))).toEqual([
        "failed",
        `${start} of unknown name cannot load the stored configuration: the server does not say why | ${hint}`,
      ]);
  });
});

test("the report about a service asks ten times, and writes nothing", async () => {
  const reader = makeReader({ "/": answer(200, { a: 1 }) });
  const calls = await readServiceReport(reader, connection);
  expect(calls.map(({ path, answer: { status } }) => `${path} ${status}`)).toEqual([
    "/ 200",
    ...[
      "whoami",
      "authinfo",
      "health",
      "api/account",
      "api/permissionsinfo",
      "api/securityconfig",
      "api/audit",
      "api/allowlist",
      "api/nodesdn",
    ].map((route) => `${plugin(route)} 404`),
  ]);
  expect(reader.asked).toEqual(calls.map(({ path }) => path));
});
