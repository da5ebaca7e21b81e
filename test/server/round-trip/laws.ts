import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "../../../src/model/value.ts";
import { add } from "../contract/answers.ts";
import type { Caller } from "../contract/caller.ts";
import { cheapHash } from "../contract/suite.ts";
import { directories, directory, type Files } from "./directories.ts";
import { disagreement, errorCodes, type Run } from "./runs.ts";
import type { Cluster } from "./suite.ts";

const headlines = ({ changes }: Run): string[] =>
  changes.map(({ action, kind, name }) => `${action} ${kind}/${name}`);

async function listNames(user: Caller, kind: string): Promise<string[]> {
  return Object.keys((await user.get(kind)).body as object).toSorted();
}

/** Names 0 to n-1, each with its body. */
function many(count: number, body: (index: number) => Json): Record<string, Json> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`law-${index}`, body(index)]));
}

/** A file of every kind that many teams write to. */
function oneOfEach(side: string): Files {
  return {
    roles: { [`role-${side}`]: { description: side } },
    rolesmapping: { [`role-${side}`]: { users: [side] } },
    internalusers: { [`user-${side}`]: { hash: cheapHash } },
    tenants: { [`tenant-${side}`]: { description: side } },
  };
}

/** What holds for any files and any cluster, seen as an ordinary user. */
export function laws(cluster: () => Cluster): void {
  test("after any directory is applied, its plan is empty", async () => {
    const { asUser } = cluster();
    await fc.assert(
      fc.asyncProperty(directories, async (files) => {
        const path = await directory(files);
        const applied = await asUser(["apply", path, "--yes"]);
        expect(disagreement({ ...applied, changes: [] })).toEqual([]);
        expect(disagreement(await asUser(["plan", path]))).toEqual([]);
      }),
      // Each run meets what the runs before it left. Shrinking would take minutes, and meet another cluster.
      { numRuns: 10, seed: 20_261_123, endOnFailure: true },
    );
  });

  test("an edit by hand is drift, and nothing else is", async () => {
    const { asUser, user } = cluster();
    const path = await directory({ roles: many(3, (index) => ({ description: `role ${index}` })) });
    await asUser(["apply", path, "--yes"]);

    const edit = await user.patch("roles", [add("/law-1/cluster_permissions", ["cluster_monitor"])]);
    const drift = await asUser(["drift", path]);

    expect(edit.status).toBe(200);
    expect(drift.exitCode).toBe(2);
    expect(headlines(drift)).toEqual(["update roles/law-1"]);
    expect(drift.changes[0]!.fields.map(({ path: field }) => field)).toEqual([["cluster_permissions"]]);
  });

  test("pruning deletes exactly what is unmanaged", async () => {
    const { asUser, user } = cluster();
    const path = await directory({ roles: { kept: { description: "declared" } } });
    await asUser(["apply", path, "--yes"]);
    const before = await listNames(user, "roles");
    await user.patch("roles", [add("/gone", { description: "x" }), add("/also~1gone", { description: "x" })]);

    const plain = await asUser(["apply", path, "--yes"]);
    const pruned = await asUser(["apply", path, "--yes", "--prune", "roles=all"]);

    expect(plain.unmanaged.map(({ name }) => name).toSorted()).toEqual(["also/gone", "gone"]);
    expect(headlines(pruned)).toEqual(["delete roles/also/gone", "delete roles/gone"]);
    expect(await listNames(user, "roles")).toEqual(before);
  });

  test("many new roles and mappings, which are written in an order of their own, end as declared", async () => {
    const { asUser } = cluster();
    const path = await directory({
      roles: many(150, (index) => ({ cluster_permissions: ["cluster_monitor", `custom:${index}`] })),
      rolesmapping: many(150, (index) => ({ backend_roles: [`team-${index}`] })),
    });

    const applied = await asUser(["apply", path, "--yes"]);

    expect(errorCodes(applied)).toEqual([]);
    expect(applied.progress).toContain("created empty, filled later");
    expect(disagreement(await asUser(["plan", path]))).toEqual([]);
  });

  test("two runs at once lose nothing that either of them declares", async () => {
    const { asUser } = cluster();
    const paths = [await directory(oneOfEach("left")), await directory(oneOfEach("right"))];

    const applied = await Promise.all(paths.map((path) => asUser(["apply", path, "--yes"])));
    const plans = await Promise.all(paths.map((path) => asUser(["plan", path])));

    expect(applied.flatMap(errorCodes)).toEqual([]);
    expect(plans.flatMap(disagreement)).toEqual([]);
  });
}
