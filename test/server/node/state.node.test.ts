import { describe, expect, test } from "vitest";
import { skipsNode, useNodes } from "../../support/real-cluster.ts";
import { asOwner, readState, restoreState } from "./state.ts";

describe.skipIf(skipsNode("3.4.0"))("a node that test files share", () => {
  const nodes = useNodes("3.4.0");

  test("is as it was, after a file changed entities, indices, templates and data streams", async () => {
    const node = nodes[0]!;
    const fresh = await readState(node);
    await asOwner(node, async (owner) => {
      const left = [
        await owner.put("roles/left", { cluster_permissions: ["cluster_monitor"] }),
        await owner.delete("rolesmapping/own_index"),
        await owner.put("/left", { aliases: { also_left: {} } }),
        await owner.put("/_index_template/left", { index_patterns: ["left-*"], data_stream: {} }),
        await owner.put("/_data_stream/left-stream"),
      ];
      expect(left.map(({ status }) => status)).toEqual([201, 200, 200, 200, 200]);
    });
    expect(await readState(node)).not.toEqual(fresh);

    expect(await restoreState(node, fresh)).toBe(true);

    expect(await readState(node)).toEqual(fresh);
    await asOwner(node, async (owner) => {
      expect((await owner.get("roles/left")).status).toBe(404);
      expect((await owner.get("rolesmapping/own_index")).status).toBe(200);
    });
  });

  test("is not lent again with a setting that a file left", async () => {
    const node = nodes[0]!;
    const fresh = await readState(node);
    const set = async (value: number | null): Promise<void> =>
      asOwner(node, async (owner) => {
        const body = { persistent: { "cluster.max_shards_per_node": value } };
        expect(await owner.put("/_cluster/settings", body)).toMatchObject({ status: 200 });
      });

    await set(500);
    expect(await restoreState(node, fresh)).toBe(false);

    await set(null);
    expect(await restoreState(node, fresh)).toBe(true);
  });
});
