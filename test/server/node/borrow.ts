import { request } from "undici";
import { inject } from "vitest";
import type { PoolRequest } from "./serve-pool.ts";
import { type NodeFacts, type NodeOptions, type RunningNode, startNode } from "./start.ts";

/**
 * A node that other files use before and after this one, as fresh as at its start. Whoever changes more than documents
 * of the Security plugin, indices, data streams and index templates starts a node of their own.
 */
export async function borrowNode(options: NodeOptions): Promise<RunningNode> {
  const pool = inject("nodePool") as string | undefined;
  // Other configurations of vitest have no pool.
  if (pool === undefined) return startNode(options);
  const facts = (await ask(pool, { borrow: options })) as NodeFacts;
  return {
    ...facts,
    renewCertificate: async () => (await ask(pool, { renew: facts.url })) as string,
    stop: async () => {
      await ask(pool, { return: facts.url });
    },
  };
}

async function ask(pool: string, asked: PoolRequest): Promise<unknown> {
  const { statusCode, body } = await request(pool, { method: "POST", body: JSON.stringify(asked) });
  if (statusCode !== 200) throw new Error(await body.text());
  return body.json();
}
