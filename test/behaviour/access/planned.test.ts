import { describe, expect, test } from "vitest";
import { start } from "../../support/simulated-cluster.ts";
import { desk, forge, type Desk } from "../commands/saved.ts";

const role = {
  index_permissions: [{ index_patterns: ["logs-*"], allowed_actions: ["indices:data/read/search"] }],
};

/** A saved plan that gives the role `reader` to `ann` as well. */
async function stage() {
  const simulator = await start({
    documents: {
      roles: { reader: role },
      rolesmapping: { all_access: { backend_roles: ["admin"] }, reader: { users: ["bob"] } },
    },
  });
  const files = {
    "roles_mapping.yml": "_meta: { type: rolesmapping, config_version: 2 }\nreader: { users: [ann, bob] }\n",
  };
  const made = await desk(simulator, files);
  const saved = await made.plan();
  return { simulator, made, saved };
}

async function can({ osac }: Desk, subject: string, ...more: readonly string[]) {
  return osac(["access", "can", subject, "search", "logs-1", "security", "--plan", "plan.json", ...more]);
}

describe("osac access can --plan", () => {
  test("answers for the cluster with the changes of the plan, without the files", async () => {
    const { made } = await stage();
    await made.write("roles_mapping.yml", "_meta: { type: rolesmapping, config_version: 2 }\n");
    const { code, out } = await can(made, "external:ann");
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/ from the cluster \S+ with the changes of plan\.json\n/),
    ]);
    const live = await made.osac(["access", "can", "external:ann", "search", "logs-1", "security", "--live"]);
    expect(live.code).toBe(2);
    expect((await can(made, "external:eve")).code).toBe(2);
  });

  test("osac access can --plan answers for a plan that is applied already", async () => {
    const { made } = await stage();
    await made.apply();
    expect((await can(made, "external:ann")).code).toBe(0);
  });

  test("refuses a plan whose entities the cluster changed since, and one that was edited", async () => {
    const { made, simulator, saved } = await stage();
    await simulator.edit("rolesmapping", (mappings) => {
      (mappings["reader"] as { users: string[] }).users = ["eve"];
    });
    const moved = await can(made, "external:ann");
    expect([moved.code, moved.err]).toEqual([4, expect.stringContaining("[changed-meanwhile]")]);
    await forge(made, saved, { cluster: { ...saved.cluster, uuid: "another" } });
    expect((await can(made, "external:ann")).err).toContain("[other-cluster]");
  });

  test("names the places of the entries that the files have, too", async () => {
    const { made } = await stage();
    const asked = ["access", "explain", "external:ann", "search", "logs-1", "security"];
    const planned = await made.osac([...asked, "--plan", "plan.json"]);
    expect(planned.out).toContain("\n    security/roles_mapping.yml:2:19: rolesmapping/reader: users ann\n");
    expect(planned.out).toContain(
      "\n    roles/reader: index_permissions[0].index_patterns logs-* matches logs-1\n",
    );
    await made.apply();
    const live = await made.osac([...asked, "--live"]);
    expect(live.out).toContain("\n    security/roles_mapping.yml:2:19: rolesmapping/reader: users ann\n");
    await made.write("roles_mapping.yml", "_meta: { type: rolesmapping, config_version: 2 }\nreader: {}\n");
    expect((await made.osac([...asked, "--live"])).out).toContain("\n    rolesmapping/reader: users ann\n");
  });

  test("does not go with --live", async () => {
    const { made } = await stage();
    const { code, err } = await can(made, "external:ann", "--live");
    expect([code, err]).toEqual([3, expect.stringContaining("[ignored-flag]")]);
  });
});
