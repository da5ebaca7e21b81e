import { createServer } from "node:net";
import { toUrl } from "./simulated-cluster.ts";

/** A machine of whoever opened the pull request: it keeps every byte that it is sent. */
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
