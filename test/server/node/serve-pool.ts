import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { NodePool } from "./pool.ts";
import type { NodeOptions } from "./start.ts";

/** A request of a test file: what to do, and with which node. */
export type PoolRequest =
  | { readonly borrow: NodeOptions }
  | { readonly renew: string }
  | { readonly return: string };

/** Serves a pool to the processes of the test files, on loopback. */
export async function servePool(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const pool = new NodePool();
  const server = createServer((request, response) => {
    answer(pool, request).then(
      (body) => response.end(JSON.stringify(body ?? null)),
      (error: Error) => response.writeHead(500).end(error.message),
    );
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.close();
      await pool.stop();
    },
  };
}

async function answer(pool: NodePool, request: IncomingMessage): Promise<unknown> {
  const asked = (await json(request)) as PoolRequest;
  if ("borrow" in asked) return pool.borrow(asked.borrow);
  if ("renew" in asked) return pool.renewCertificate(asked.renew);
  return pool.return(asked.return);
}
