import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { Connection } from "../../../src/model/cluster.ts";
import { Secret } from "../../../src/secrets/secret.ts";
import { connection } from "./fake-reader.ts";

/** A request as the server received it. */
interface Received {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly headers: IncomingMessage["headers"];
}

type Respond = (request: Received, response: ServerResponse, count: number) => void;

/** Ends a response with JSON. */
export const json = (response: ServerResponse, body: unknown, status = 200, headers = {}): void =>
  void response
    .writeHead(status, { "content-type": "application/json", ...headers })
    .end(JSON.stringify(body));

/** A server on loopback that answers as it is told, and what it received. */
export async function serve(respond: Respond, own: Partial<Connection> = {}, path = "") {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      const one = { method: request.method!, path: request.url!, body, headers: request.headers };
      received.push(one);
      respond(one, response, received.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${port}${path}`;
  return {
    received,
    connection: { ...connection, password: new Secret("a-password"), url, ...own } as Connection,
  };
}
