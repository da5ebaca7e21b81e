import { createServer } from "node:http";
import { connect } from "node:net";
import { toUrl } from "./simulated-cluster.ts";

/**
 * A proxy that connects and records the targets. With an answer it sends this instead; for "" it closes the
 * connection.
 */
export async function startProxy(
  answer?: string | { readonly hangsUp: true },
): Promise<{ url: string; targets: string[] }> {
  const targets: string[] = [];
  const server = createServer();
  server.on("connect", ({ url = "" }, client, head) => {
    targets.push(url);
    if (answer !== undefined) {
      if (typeof answer === "object") client.destroy();
      else if (answer !== "") client.end(`HTTP/1.1 ${answer}\r\n\r\n`);
      return;
    }
    const [host, port] = url.split(":");
    const target = connect(Number(port), host, () => {
      client.write("HTTP/1.1 200 OK\r\n\r\n");
      target.write(head);
      target.pipe(client).pipe(target);
    });
    for (const [one, other] of [[client, target] as const, [target, client] as const])
      one.on("error", () => other.destroy()).on("close", () => other.destroy());
  });
  return { url: `http://${await toUrl(server)}`, targets };
}
