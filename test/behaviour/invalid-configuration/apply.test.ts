import { describe, expect, test } from "vitest";
import type { Fault, Simulator } from "../../../src/simulator/index.ts";
import { run, startQuick as start, writes } from "../../support/simulated-cluster.ts";

const apply = ["apply", "--yes", "--timeout", "1"];
const failedNode = '{"status":"INTERNAL_SERVER_ERROR","message":"Error Failed node [abc]"}';
const patches: Fault["when"] = ({ method }) => method === "PATCH";

/** A PATCH that is stored and that a node cannot load. */
const notLoaded: Fault = { status: 500, body: failedNode, isWritten: true, when: patches };

/**
 * Another client stores content that the cluster cannot load. The server stores every later write and answers
 * 500.
 */
async function storeInvalid(simulator: Simulator): Promise<void> {
  await simulator.edit("rolesmapping", (mappings) => ({ ...mappings, own_index: { users: ["/(/"] } }));
}

const words = {
  recovered: "osac reverted it, and the cluster accepts writes again",
  restart: "do not restart any node",
};

describe("a write that a node cannot load", () => {
  test("is taken back, the cluster writes again, and the run stops", async () => {
    const simulator = await start();
    simulator.fail(notLoaded);
    const { code, err, out } = await run(apply, simulator);
    expect(code).toBe(6);
    expect(err).toMatch(
      /tenants\/sandbox: the server answered 500: Error Failed node \[abc\]: .* \[invalid-stored-configuration\]/,
    );
    expect(err).toContain(words.recovered);
    expect(err).not.toContain(words.restart);
    expect(out).toMatch(/failed +create tenants\/sandbox\n +not tried create roles\/logs_reader/);
    expect(writes(simulator)).toEqual(["PATCH tenants 500", "PATCH tenants 200"]);
    expect(simulator.stored("tenants")).not.toHaveProperty("sandbox");
  });

  test("is taken back although the answer to that is the same, where a later write shows that all is well", async () => {
    const simulator = await start();
    simulator.fail(notLoaded, notLoaded);
    const { code, err } = await run(apply, simulator);
    expect(code).toBe(6);
    expect(err).toContain(words.recovered);
    expect(simulator.stored("tenants")).not.toHaveProperty("sandbox");
    expect(Object.keys(simulator.stored("tenants")).filter((name) => name.startsWith("osac"))).toEqual([]);
  });

  test("is taken back after a conflict", async () => {
    const simulator = await start();
    const conflict = { status: 409, body: '{"message":"version conflict"}', when: patches };
    simulator.fail(notLoaded, conflict, conflict);
    expect((await run(apply, simulator)).err).toContain(words.recovered);
    expect(simulator.stored("tenants")).not.toHaveProperty("sandbox");
  });

  test("is taken back after an answer that was lost", async () => {
    const simulator = await start();
    simulator.fail(notLoaded, { connection: "lost", when: patches });
    expect((await run(apply, simulator)).err).toContain(words.recovered);
    expect(simulator.stored("tenants")).not.toHaveProperty("sandbox");
  });

  test("that cannot be taken back ends with what an operator must send", async () => {
    const simulator = await start();
    const refused = { status: 403, body: '{"message":"no"}', when: patches };
    simulator.fail(notLoaded, ...Array.from({ length: 9 }, (): Fault => refused));
    const { code, err } = await run(apply, simulator);
    expect(code).toBe(6);
    expect(err).toContain("osac could not revert it: the server answered 403: no");
    expect(err).toContain(words.restart);
    expect(err).toContain(
      'Send this, with the admin certificate: PATCH /_plugins/_security/api/tenants [{"op":"remove","path":"/sandbox"}]',
    );
    expect(err).toContain("[not-recovered]");
  });
});

describe("a cluster whose stored configuration was invalid before", () => {
  test("is left as it was, and said to be ill", async () => {
    const simulator = await start();
    await storeInvalid(simulator);
    const { code, err } = await run(apply, simulator);
    expect(code).toBe(6);
    expect(err).toContain("because a node cannot load what another client stored before this run began");
    expect(err).toContain(words.restart);
    expect(err).toContain("[invalid-stored-by-others]");
    expect(Object.keys(simulator.stored("tenants"))).toEqual(["_meta", "admin_tenant"]);
  });

  test("osac tells apart a cluster that was poisoned while the run was under way", async () => {
    const simulator = await start();
    simulator.fail({
      delayMs: 1,
      when: (request) => {
        if (!patches?.(request) || !request.path.endsWith("/roles")) return false;
        void storeInvalid(simulator);
        return true;
      },
    });
    const { code, err } = await run(apply, simulator);
    expect(code).toBe(6);
    expect(err).toContain("another client stored while this run was under way");
    expect(simulator.stored("roles")).not.toHaveProperty("logs_reader");
    expect(simulator.stored("tenants")).toHaveProperty("sandbox");
  });
});
