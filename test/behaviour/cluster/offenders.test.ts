import { describe, expect, test } from "vitest";
import type { Applied } from "../../../src/apply/apply-requests.ts";
import type { Simulator } from "../../../src/simulator/index.ts";
import { applyFiles } from "../../support/engine.ts";
import { run, startQuick, writes } from "../../support/simulated-cluster.ts";

const mappings = "_meta: { type: rolesmapping, config_version: 2 }\n";
const names = Array.from({ length: 20 }, (_, index) => `team_${String(index).padStart(2, "0")}`);

/** Twenty roles that exist, and mappings for them. */
async function teams(): Promise<{ simulator: Simulator; files: Record<string, string> }> {
  const roles = Object.fromEntries(names.map((name) => [name, { description: name }]));
  const simulator = await startQuick({ documents: { roles } });
  return {
    simulator,
    files: { "roles_mapping.yml": mappings + names.map((name) => `${name}: { users: [u] }\n`).join("") },
  };
}

/** Deletes roles as another client during a run, so that the server refuses their mappings. */
const withoutRoles = (simulator: Simulator, gone: readonly string[]) => () =>
  simulator.edit("roles", (roles) =>
    Object.fromEntries(Object.entries(roles).filter(([name]) => !gone.includes(name))),
  );

const failed = ({ outcomes }: Applied): string[] =>
  outcomes.filter(({ result }) => result === "failed").map(({ change }) => change.name);

describe("a refused request", () => {
  test.for<[string, readonly string[]]>([
    ["the first", ["team_00"]],
    ["the last", ["team_19"]],
    ["some", ["team_03", "team_04", "team_17"]],
    ["all", names],
  ])("tells the entities at fault by name, and nothing is written: %s of twenty", async ([, gone]) => {
    const { simulator, files } = await teams();
    const applied = await applyFiles(simulator, files, {}, withoutRoles(simulator, gone));
    expect(failed(applied)).toEqual(gone);
    expect(applied.findings.map(({ code, name, message }) => [code, name, message])).toEqual(
      gone.map((name) => ["rejected", name, `the server answered 404: role '${name}' not found.`]),
    );
    expect(applied.outcomes.filter(({ result }) => result === "not-tried")).toHaveLength(20 - gone.length);
    const stored = Object.keys(simulator.stored("rolesmapping"));
    expect(stored.filter((name) => names.includes(name))).toEqual([]);
    expect(writes(simulator).every((write) => write.endsWith(" 404"))).toBe(true);
  });

  test("says how many others wait for it", async () => {
    const { simulator, files } = await teams();
    const applied = await applyFiles(simulator, files, {}, withoutRoles(simulator, ["team_07"]));
    expect(applied.findings[0]!.hint).toBe(
      "because of it, 19 more changes to rolesmapping could not be written",
    );
  });

  test("a request refused for a reason that is none of its entities names them all", async () => {
    const { simulator, files } = await teams();
    const refused = { status: 403, body: '{"message":"go away"}', when: isPatch };
    const applied = await applyFiles(simulator, files, {}, () =>
      simulator.fail(...Array.from({ length: 99 }, () => refused)),
    );
    expect(failed(applied)).toEqual(names);
    expect(applied.findings[0]!.message).toBe(
      `the server answered 403: go away (the request had ${names.slice(0, 10).join(", ")} and 10 more)`,
    );
  });

  test("is said to hide more where the search breaks off", async () => {
    const { simulator, files } = await teams();
    let patches = 0;
    const isLate = (request: { method: string }): boolean => isPatch(request) && (patches += 1) > 10;
    const applied = await applyFiles(simulator, files, {}, async (planned) => {
      await withoutRoles(simulator, ["team_03", "team_17"])();
      simulator.fail({ status: 429, body: "busy", when: isLate });
      return planned;
    });
    expect(failed(applied)).toEqual(["team_03"]);
    expect(applied.findings[0]!.hint).toMatch(/^because of it, or of others that were not found, 19 more/);
  });
});

const isPatch = ({ method }: { method: string }): boolean => method === "PATCH";

const certificate = ({ adminCert, adminKey }: Simulator): Record<string, string> => ({
  "admin.pem": adminCert,
  "admin.key": adminKey,
});

describe("--keep-going", () => {
  const files = {
    "tenants.yml": "_meta: { type: tenants, config_version: 2 }\nsandbox: { description: Sand }\n",
    "roles.yml": "_meta: { type: roles, config_version: 2 }\nreader: { cluster_permissions: [read] }\n",
    "roles_mapping.yml": `${mappings}reader: { users: [u] }\n`,
    "nodes_dn.yml": "_meta: { type: nodesdn, config_version: 2 }\nother: { nodes_dn: [CN=x] }\n",
  };
  const env = { OSAC_CLIENT_CERT: "admin.pem", OSAC_CLIENT_KEY: "admin.key" };
  const apply = ["apply", "--yes", "--allow-escalation", "node-trust/nodesdn/other"];
  const refuseRoles = {
    status: 400,
    body: '{"status":"error","reason":"no"}',
    when: ({ method, path }: { method: string; path: string }) =>
      method === "PATCH" && path.endsWith("/roles"),
  };

  test("writes what has nothing to do with the kind that failed", async () => {
    const simulator = await startQuick();
    simulator.fail(refuseRoles);
    const argv = [...apply, "--keep-going"];
    const { code, out } = await run(argv, simulator, { env }, { ...files, ...certificate(simulator) });
    expect(code).toBe(6);
    expect(out).toMatch(
      /done +create tenants\/sandbox\n +failed +create roles\/reader\n +not tried create rolesmapping\/reader\n +done +create nodesdn\/other/,
    );
    expect(out).toContain("Applied in part: 2 created");
  });

  test("is off by default", async () => {
    const simulator = await startQuick();
    simulator.fail(refuseRoles);
    const { out } = await run(apply, simulator, { env }, { ...files, ...certificate(simulator) });
    expect(out).toMatch(/not tried create nodesdn\/other/);
  });

  test("osac sends nothing more to a cluster that cannot load its configuration", async () => {
    const simulator = await startQuick();
    simulator.fail({ ...refuseRoles, status: 500, body: '{"message":"Error Failed node [a]"}' });
    const argv = [...apply, "--keep-going"];
    const { out } = await run(argv, simulator, { env }, { ...files, ...certificate(simulator) });
    expect(out).toMatch(/not tried create nodesdn\/other/);
  });
});
