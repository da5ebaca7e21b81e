import { createServer } from "node:net";
import { toUrl } from "./simulated-cluster.ts";

/** A server of the attacker who opened the pull request. It keeps every byte that it receives. */
export async function evilServer(): Promise<{ readonly address: string; readonly received: string[] }> {
  const received: string[] = [];
  const server = createServer((socket) => {
    received.push("a connection");
    socket.on("data", (bytes) => received.push(bytes.toString("latin1")));
    socket.on("error", () => {});
    socket.setTimeout(500, () => socket.destroy());
  });
  return { address: await toUrl(server), received };
}
