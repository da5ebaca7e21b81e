import { beforeAll, describe, expect, test } from "vitest";
import type { Simulator } from "../../../src/simulator/index.ts";
import { run, start } from "../../support/simulated-cluster.ts";
import { asCertificate } from "../../support/status-caller.ts";
import { statusOfInvalidConfigurations } from "./commands.ts";

describe.each(["2.11.1", "2.19.4", "3.4.0"])("with the simulator of %s", (version) => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await start({ version });
  });

  statusOfInvalidConfigurations(version, () => simulator);
});

test("an action group that the server cannot load is a warning until a role uses it", async () => {
  const simulator = await start({ version: "2.19.4" });
  await simulator.edit("actiongroups", (groups) => ({ ...groups, odd: { allowed_actions: ["/(/"] } }));

  const { code, err } = await run(["status"], simulator);

  expect(code).toBe(0);
  expect(err).toMatch(/warning: actiongroups\/odd: .*once the cluster_permissions of a role use the group/);
});

test("a node that is busy with another update is to be asked again", async () => {
  const simulator = await start();
  const failure = { node_id: "n1", caused_by: { reason: "A config update is already in progress" } };
  const body = { _nodes: { failures: [failure] }, configupdate_response: { has_failures: true } };
  simulator.fail({ status: 200, body: JSON.stringify(body), when: ({ method }) => method === "PUT" });

  const { code, err } = await asCertificate(simulator, ["status", "--probe-reload"]);

  expect(code).toBe(6);
  expect(err).toMatch(/\[not-loaded\]\n.*ask again/);
});

test("nothing is asked to load unless somebody says so", async () => {
  const simulator = await start();

  await asCertificate(simulator, ["status"]);

  expect(simulator.requests.filter(({ method }) => method === "PUT")).toEqual([]);
});
