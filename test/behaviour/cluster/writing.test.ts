import { describe, expect, test } from "vitest";
import type { Fault, Simulator } from "../../../src/simulator/index.ts";
import { run, startQuick as start, writes } from "../../support/simulated-cluster.ts";

const patches: Fault["when"] = ({ method }) => method === "PATCH";
const conflict: Fault = {
  status: 409,
  body: '{"status":"CONFLICT","message":"[tenants]: version conflict, required seqNo [1], primary term [1]"}',
  when: patches,
};
const apply = ["apply", "--yes"];
/** A short timeout, because osac waits ten times as long for a write that the server may continue. */
const applySoon = [...apply, "--timeout", "1"];

/** True if the cluster stores the declared entities. */
function stored(simulator: Simulator): { tenant: boolean; role: boolean } {
  return {
    tenant: "sandbox" in simulator.stored("tenants"),
    role: "logs_reader" in simulator.stored("roles"),
  };
}

describe("without anything wrong", () => {
  test("there is one write a kind, one read before and one after", async () => {
    const simulator = await start();
    const { code, out } = await run(apply, simulator);
    expect(code).toBe(0);
    expect(out).toMatch(/^Applied: 2 created, 0 updated, 0 deleted, verified in/m);
    expect(writes(simulator)).toEqual(["PATCH tenants 200", "PATCH roles 200"]);
    const reads = simulator.requests.filter(
      ({ method, path }) => method === "GET" && path.endsWith("/roles"),
    );
    expect(reads).toHaveLength(2);
  });
});

describe("an answer that is lost", () => {
  test("osac reads the cluster if the answer is lost after the write", async () => {
    const simulator = await start();
    simulator.fail({ connection: "lost", when: patches });
    expect(await run(apply, simulator)).toMatchObject({ code: 0 });
    expect(stored(simulator)).toEqual({ tenant: true, role: true });
    expect(writes(simulator)).toEqual(["PATCH tenants 0", "PATCH roles 200"]);
  });

  test("an answer lost before the write stops the run, and osac sends nothing twice", async () => {
    const simulator = await start();
    simulator.fail({ connection: "reset", when: patches });
    const { code, err, out } = await run(applySoon, simulator);
    expect(code).toBe(6);
    expect(err).toMatch(/\[write-failed\]/);
    expect(err).toContain("tenants: no clear answer; checking for up to 10 s whether it was written");
    expect(err).toContain("nothing of this request was stored");
    expect(out).toMatch(/failed +create tenants\/sandbox\n +not tried create roles\/logs_reader/);
    expect(writes(simulator)).toEqual(["PATCH tenants 0"]);
    expect(stored(simulator)).toEqual({ tenant: false, role: false });
  });

  test("osac waits if the server goes on with the write after the answer was lost", async () => {
    const simulator = await start();
    simulator.fail({ connection: "late", delayMs: 2_000, when: patches });
    expect(await run(applySoon, simulator)).toMatchObject({ code: 0 });
    expect(stored(simulator)).toEqual({ tenant: true, role: true });
    expect(writes(simulator)).toEqual(["PATCH tenants 0", "PATCH roles 200"]);
  });

  test("osac reports an unknown result if it cannot read the cluster after a lost answer", async () => {
    const simulator = await start();
    let isCut = false;
    const afterwards: Fault["when"] = ({ method }) => isCut && method === "GET";
    simulator.fail({ connection: "reset", when: (request) => (isCut ||= patches(request)) });
    simulator.fail(
      ...Array.from({ length: 200 }, (): Fault => ({ status: 500, body: "ill", when: afterwards })),
    );
    const { code, err } = await run(applySoon, simulator);
    expect(code).toBe(6);
    expect(err).toMatch(/tenants\/sandbox: .*\[write-failed\]\n +hint: what was stored cannot be told/);
  });
});

describe("a server in trouble", () => {
  test.for([500, 502, 504])("%d: a write is not sent again blindly", async (status) => {
    const simulator = await start();
    simulator.fail({ status, body: "busy", when: patches });
    const { code, err } = await run(applySoon, simulator);
    expect(code).toBe(6);
    expect(err).toContain(`the server answered ${status}: busy`);
    expect(writes(simulator)).toEqual([`PATCH tenants ${status}`]);
  });

  test("an error of OpenSearch itself is not waited for", async () => {
    const simulator = await start();
    const body = '{"error":{"type":"null_pointer_exception","reason":"oh"},"status":500}';
    simulator.fail({ status: 500, body, when: patches });
    const { code, err } = await run(apply, simulator);
    expect(code).toBe(6);
    expect(err).toContain("the server answered 500: oh [write-failed]");
    expect(err).not.toContain("looking for");
  });

  test.for([429, 503])("%d: a write is sent again after a look", async (status) => {
    const simulator = await start();
    const busy = { status, body: "busy", headers: { "retry-after": "0" }, when: patches };
    simulator.fail(busy, busy);
    expect(await run(apply, simulator)).toMatchObject({ code: 0 });
    expect(writes(simulator)).toEqual([
      ...Array.from({ length: 2 }, () => `PATCH tenants ${status}`),
      "PATCH tenants 200",
      "PATCH roles 200",
    ]);
  });

  test("a server that is busy for good is left alone in the end", async () => {
    const simulator = await start();
    const busy = { status: 429, body: "busy", headers: { "retry-after": "0" }, when: patches };
    simulator.fail(...Array.from({ length: 9 }, () => busy));
    const { code, err } = await run(apply, simulator);
    expect(code).toBe(6);
    expect(err).toMatch(
      /the server answered 429: busy \[write-failed\]\n +hint: a second look showed that nothing/,
    );
    expect(writes(simulator)).toEqual(Array.from({ length: 4 }, () => "PATCH tenants 429"));
  });

  test("a refusal says what the server said and which entity", async () => {
    const simulator = await start();
    simulator.fail({
      status: 400,
      body: '{"status":"error","reason":"Invalid configuration","invalid_keys":{"keys":"colour"}}',
      when: ({ method, path }) => method === "PATCH" && path.endsWith("/tenants"),
    });
    const { code, err } = await run(apply, simulator);
    expect(code).toBe(6);
    expect(err).toContain(
      "tenants/sandbox: the server answered 400: Invalid configuration; invalid_keys: colour",
    );
    expect(stored(simulator)).toEqual({ tenant: false, role: false });
  });
});

describe("a version conflict", () => {
  test("osac sends the request again", async () => {
    const simulator = await start();
    simulator.fail(conflict, conflict);
    expect(await run(apply, simulator)).toMatchObject({ code: 0 });
    expect(stored(simulator)).toEqual({ tenant: true, role: true });
  });

  test("is tried again three times and no more", async () => {
    const simulator = await start();
    simulator.fail(...Array.from({ length: 9 }, () => conflict));
    const { code, err } = await run(apply, simulator);
    expect(code).toBe(6);
    expect(err).toContain("[conflict]");
    expect(writes(simulator)).toEqual(Array.from({ length: 4 }, () => "PATCH tenants 409"));
  });

  test("stops the run where somebody else changed the same entity", async () => {
    const simulator = await start();
    simulator.fail({
      ...conflict,
      when: (request) => {
        if (!patches(request)) return false;
        void simulator.edit("tenants", (tenants) => void (tenants["sandbox"] = { description: "Theirs" }));
        return true;
      },
    });
    const { code, err } = await run(apply, simulator);
    expect(code).toBe(6);
    expect(err).toContain("[changed-meanwhile]");
    expect(simulator.stored("tenants")["sandbox"]).toEqual({ description: "Theirs" });
  });

  test("that something in between refuses is told from one that the server refuses", async () => {
    const simulator = await start();
    simulator.fail({ status: 403, body: "<html>Blocked</html>", when: patches });
    const { code, err } = await run([...apply, "--kinds", "tenants"], simulator);
    expect(code).toBe(6);
    expect(err).toMatch(
      /answered 403: <html>Blocked<\/html> \[rejected\]\n {2}hint: .*proxy or load balancer/,
    );
  });

  test("a version conflict of two runs at once ends with both applied", async () => {
    const simulator = await start({ writeDelayMs: 50 });
    const ran = await Promise.all([run(apply, simulator), run([...apply, "--kinds", "roles"], simulator)]);
    expect(stored(simulator)).toEqual({ tenant: true, role: true });
    expect(ran.map(({ code }) => code)).toContain(0);
  });
});

describe("before the first write", () => {
  test("a caller who may read but not write is refused, for all kinds at once", async () => {
    const simulator = await start();
    const refuse: Fault = {
      status: 403,
      body: '{"status":"FORBIDDEN","message":"No permission to access REST API: no"}',
      when: patches,
    };
    const info = JSON.stringify({ has_api_access: false });
    simulator.fail(refuse, refuse, {
      status: 200,
      body: info,
      headers: { "content-type": "application/json" },
      when: ({ path }) => path.endsWith("/permissionsinfo"),
    });
    const { code, err } = await run(apply, simulator);
    expect(code).toBe(7);
    expect(err.match(/\[not-allowed\]/g)).toHaveLength(2);
    expect(err).toContain("nothing was written");
    expect(stored(simulator)).toEqual({ tenant: false, role: false });
  });

  test("no terminal and no --yes: nothing is written", async () => {
    const simulator = await start();
    const { code, err, out } = await run(["apply"], simulator);
    expect(code).toBe(3);
    expect(out).toContain("Plan: 2 to create");
    expect(err).toContain("[no-confirmation]");
    expect(writes(simulator)).toEqual([]);
  });

  test.for<[string, number]>([
    ["n\n", 0],
    ["\n", 0],
    ["what?\n", 0],
    ["", 0],
    ["y\n", 2],
    ["yes\n", 2],
  ])("the answer %j at the prompt means %d writes", async ([answer, count]) => {
    const simulator = await start();
    const { code, err } = await run(["apply"], simulator, { stdin: typed(answer) });
    expect(code).toBe(0);
    expect(err).toContain("Write 2 changes to simulated? [y/N]");
    expect(writes(simulator)).toHaveLength(count);
  });
});

describe("Ctrl-C", () => {
  test("between two requests ends after the first, and says how far it came", async () => {
    const simulator = await start();
    const stopping = new AbortController();
    simulator.fail({
      delayMs: 1,
      when: (request) => {
        if (!patches(request)) return false;
        stopping.abort("SIGINT");
        return true;
      },
    });
    const { code, out, err } = await run(apply, simulator, { signal: stopping.signal });
    expect(code).toBe(6);
    expect(err).toMatch(/^interrupted: the request under way is finished first/m);
    expect(out).toMatch(/done +create tenants\/sandbox\n +not tried create roles\/logs_reader/);
    expect(out).toContain("Applied in part: 1 created, 0 updated, 0 deleted, 1 change not made");
    expect(stored(simulator)).toEqual({ tenant: true, role: false });
  });

  test("Ctrl-C before the first request writes nothing and ends with 130", async () => {
    const simulator = await start();
    const stopping = new AbortController();
    simulator.fail({
      delayMs: 1,
      when: ({ path }) => {
        if (!path.endsWith("/permissionsinfo")) return false;
        stopping.abort("SIGINT");
        return true;
      },
    });
    expect(await run(apply, simulator, { signal: stopping.signal })).toMatchObject({ code: 130 });
    expect(writes(simulator)).toEqual([]);
  });
});

describe("after the last write", () => {
  test("what reads otherwise is said", async () => {
    const simulator = await start();
    spoil(simulator);
    const { code, err, out } = await run(apply, simulator);
    expect(code).toBe(6);
    expect(err).toMatch(
      /roles.yml:2:1: error: roles\/logs_reader: it was written, but the cluster returns something else/,
    );
    expect(out).toContain("2 created, 0 updated, 0 deleted, not verified");
  });

  test("--output json has the result beside each change", async () => {
    const simulator = await start();
    spoil(simulator);
    const { code, out } = await run([...apply, "--output", "json"], simulator);
    expect(code).toBe(6);
    expect(JSON.parse(out)).toMatchObject({
      exitCode: 6,
      changes: [{ result: "done" }, { result: "done" }],
      findings: [{ code: "not-as-desired" }],
    });
  });

  test("a read that fails does not hide what was written", async () => {
    const simulator = await start();
    let isWritten = false;
    const after: Fault["when"] = ({ method }) => {
      isWritten ||= method === "PATCH";
      return isWritten && method === "GET";
    };
    simulator.fail(...Array.from({ length: 20 }, (): Fault => ({ status: 500, body: "ill", when: after })));
    const { code, out, err } = await run(apply, simulator);
    expect(code).toBe(6);
    expect(out + err).toMatch(/2 created|done +create/);
  });
});

/** Changes the role as another client, when the run reads for the second time. */
function spoil(simulator: Simulator): void {
  let reads = 0;
  simulator.fail({
    delayMs: 50,
    when: ({ method, path }) => {
      if (method !== "GET" || !path.endsWith("/api/roles")) return false;
      reads += 1;
      if (reads < 2) return false;
      void simulator.edit("roles", (roles) => void (roles["logs_reader"] = { cluster_permissions: [] }));
      return true;
    },
  });
}

/** A terminal where the user types this and then nothing more. */
function typed(text: string): AsyncIterable<string> & { readonly isTerminal: boolean } {
  const lines = async function* (): AsyncGenerator<string> {
    if (text !== "") yield text;
  };
  return Object.assign(lines(), { isTerminal: true });
}
