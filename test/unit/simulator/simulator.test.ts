import { setTimeout as sleep } from "node:timers/promises";
import { Agent, request } from "undici";
import { afterEach, describe, expect, test } from "vitest";
import type { Json } from "../../../src/model/value.ts";
import { createCertificates } from "../../../src/simulator/certificates.ts";
import { startSimulator, type Simulator, type SimulatorOptions } from "../../../src/simulator/index.ts";

const started: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((each) => each.close()));
});

type Ask = (
  method: "GET" | "PUT" | "PATCH",
  path: string,
  body?: Json,
) => Promise<{ status: number; body: Json }>;

async function start(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator(options);
  started.push({ close: () => simulator.stop() });
  return simulator;
}

function caller(simulator: Simulator, tls: object = { ca: simulator.caCert }, login = "admin:admin"): Ask {
  const dispatcher = new Agent({ connect: tls });
  started.unshift({ close: () => dispatcher.destroy() });
  const authorization = `Basic ${Buffer.from(login).toString("base64")}`;
  return async (method, path, body) => {
    const headers = { authorization, ...(body === undefined ? {} : { "content-type": "application/json" }) };
    const url = `${simulator.url}/_plugins/_security/api/${path}`;
    const answer = await request(url, {
      dispatcher,
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
    });
    return { status: answer.statusCode, body: (await answer.body.json()) as Json };
  };
}

async function roles(version: string): Promise<string[]> {
  const { body } = await caller(await start({ version, tls: false }))("GET", "roles");
  return Object.keys(body as object).toSorted();
}

const addTenant = (name: string): Json => [{ op: "add", path: `/${name}`, value: { description: "" } }];

describe("connections", () => {
  test("plain HTTP is spoken where TLS is turned off", async () => {
    const simulator = await start({ tls: false });

    expect(simulator.url).toMatch(/^http:/);
    expect(await caller(simulator)("GET", "tenants/admin_tenant")).toMatchObject({ status: 200 });
  });

  test("a client certificate of another authority is no way in", async () => {
    const simulator = await start();
    const { client } = await createCertificates();

    const ask = caller(simulator, { ca: simulator.caCert, cert: client.cert, key: client.key });

    await expect(ask("GET", "tenants")).rejects.toThrow();
  });

  test("a server certificate that is no longer valid is not trusted", async () => {
    const simulator = await start({ certificates: { server: { validTo: new Date(Date.now() - 1000) } } });

    await expect(caller(simulator)("GET", "tenants")).rejects.toMatchObject({ code: "CERT_HAS_EXPIRED" });
  });

  test("certificates can be made once and used by several simulators", async () => {
    const certificates = await createCertificates();
    const [one, other] = await Promise.all([start({ certificates }), start({ certificates })]);

    expect(await caller(other, { ca: one.caCert })("GET", "tenants")).toMatchObject({ status: 200 });
  });
});

describe("faults", () => {
  test("a fault meets one request, the next is answered as usual", async () => {
    const simulator = await start({ tls: false });
    const ask = caller(simulator);
    simulator.fail({ status: 503, body: '"busy"', headers: { "retry-after": "1" } });

    expect(await ask("GET", "tenants")).toEqual({ status: 503, body: "busy" });
    expect(await ask("GET", "tenants")).toMatchObject({ status: 200 });
    expect(simulator.requests.map(({ status }) => status)).toEqual([503, 200]);
  });

  test("a fault waits for the request that it is meant for", async () => {
    const simulator = await start({ tls: false });
    const ask = caller(simulator);
    simulator.fail({ status: 409, body: "{}", when: ({ method }) => method === "PATCH" });

    expect(await ask("GET", "tenants")).toMatchObject({ status: 200 });
    expect(await ask("PATCH", "tenants", addTenant("new"))).toMatchObject({ status: 409 });
  });

  test.each(["half", "reset"] as const)("a connection that ends with %s fails", async (connection) => {
    const simulator = await start();
    simulator.fail({ connection });

    await expect(caller(simulator)("GET", "tenants")).rejects.toThrow();
  });

  test("a lost answer does not undo the write", async () => {
    const simulator = await start();
    const ask = caller(simulator);
    simulator.fail({ connection: "lost" });

    await expect(ask("PATCH", "tenants", addTenant("new"))).rejects.toThrow();
    expect(await ask("GET", "tenants/new")).toMatchObject({ status: 200 });
  });

  test("a request that hangs does not keep the simulator from stopping", async () => {
    const simulator = await start();
    simulator.fail({ connection: "hang" });
    const asked = caller(simulator)("GET", "tenants").catch((error: Error) => error);

    const isHanging = await Promise.race([asked, sleep(100, "hanging")]);
    await simulator.stop();

    expect(isHanging).toBe("hanging");
    expect(await asked).toBeInstanceOf(Error);
  });
});

describe("state", () => {
  test("stored documents can be looked at and changed by hand", async () => {
    const simulator = await start({ tls: false });
    await simulator.edit("tenants", (tenants) => ({ ...tenants, drifted: { description: "by hand" } }));

    const { body } = await caller(simulator)("GET", "tenants/drifted");

    expect(body).toMatchObject({ drifted: { description: "by hand", reserved: false, static: false } });
    expect(simulator.stored("tenants")).toHaveProperty("_meta.type", "tenants");
  });

  test("a kind can start with other content, and users with plain passwords", async () => {
    const simulator = await start({
      tls: false,
      documents: { tenants: { ours: { description: "o" } } },
      users: { ci: { password: "secret", backend_roles: ["admin"] } },
    });
    const ask = caller(simulator, {}, "ci:secret");

    const { body } = await ask("GET", "tenants");

    expect(Object.keys(body as object).toSorted()).toEqual(["global_tenant", "ours"]);
  });

  test("placeholders are resolved from the environment given, and stored resolved by the next write", async () => {
    const simulator = await start({
      tls: false,
      environment: { WHO: "me" },
      documents: { tenants: { ours: { description: "${env.WHO}${env.NOBODY:-x}" } } },
    });
    const ask = caller(simulator);

    expect(await ask("GET", "tenants/ours")).toMatchObject({ body: { ours: { description: "mex" } } });
    expect(simulator.stored("tenants")).toHaveProperty("ours.description", "${env.WHO}${env.NOBODY:-x}");
    await ask("PATCH", "tenants", addTenant("new"));
    expect(simulator.stored("tenants")).toHaveProperty("ours.description", "mex");
  });

  test("one of several writes that overlap gets through", async () => {
    const simulator = await start({ tls: false, writeDelayMs: 50 });
    const ask = caller(simulator);
    await ask("GET", "tenants");

    const answers = await Promise.all(
      ["a", "b", "c"].map((name) => ask("PATCH", "tenants", addTenant(name))),
    );

    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(["200", "409", "409"]);
  });

  test("the log of requests has no parameters", async () => {
    const simulator = await start({ tls: false });
    await caller(simulator)("GET", "tenants?pretty=true");

    expect(simulator.requests).toEqual([
      { method: "GET", path: "/_plugins/_security/api/tenants", status: 200 },
    ]);
  });
});

describe("versions and settings", () => {
  test("a version in between holds what the last known one before it held", async () => {
    expect(await roles("3.1.0")).toEqual(await roles("2.19.4"));
    expect(await roles("3.1.0")).not.toEqual(await roles("3.4.0"));
  });

  test("a switched off nodesdn has no route", async () => {
    const simulator = await start({ tls: false, nodesDnEnabled: false });

    expect(await caller(simulator)("GET", "nodesdn")).toMatchObject({ status: 400 });
  });

  test("a role with the permission of restapi.admin changes what is reserved", async () => {
    const withKeeper = { keeper: { cluster_permissions: ["restapi:admin/internalusers"] } };
    const simulator = await start({ tls: false, restApiAdmin: true, documents: { roles: withKeeper } });
    const patch = [{ op: "add", path: "/admin/description", value: "changed" }];
    const ask = caller(simulator);

    expect(await ask("PATCH", "internalusers", patch)).toMatchObject({ status: 403 });
    await simulator.edit("internalusers", (users) => ({
      ...users,
      admin: { ...(users["admin"] as object), opendistro_security_roles: ["keeper"] },
    }));
    expect(await ask("PATCH", "internalusers", patch)).toMatchObject({ status: 200 });
  });
});
