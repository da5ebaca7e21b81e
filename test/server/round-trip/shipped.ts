import { beforeAll, expect, test } from "vitest";
import { findJdk } from "../node/java.ts";
import { prepareNode } from "../node/prepare.ts";
import { disagreement } from "./runs.ts";
import type { Cluster } from "./suite.ts";

/** A fresh node holds what its plugin ships, so there is nothing to do. */
export function shippedDirectory(cluster: () => Cluster): void {
  let shipped: string;

  beforeAll(async () => {
    const { version } = cluster();
    shipped = (await prepareNode(version, findJdk(version)!)).securityConfig;
  });

  test("has an empty plan for a user, who is told what could not be compared", async () => {
    const plan = await cluster().asUser(["plan", shipped]);

    expect(disagreement(plan)).toEqual([]);
    const notCompared = plan.findings.filter(({ code }) => code === "no-read-access").map(({ kind }) => kind);
    expect(new Set(notCompared)).toEqual(new Set(["nodesdn", "allowlist"]));
    expect(plan.summary["compared"]).toBeGreaterThan(0);
  });

  test("has an empty plan for the admin certificate, which compares every kind and every hash", async () => {
    const plan = await cluster().asCertificate(["plan", shipped]);

    expect(disagreement(plan)).toEqual([]);
    expect(plan.findings.filter(({ code }) => code === "no-read-access")).toEqual([]);
    expect(plan.notCompared).toEqual([]);
  });
}
