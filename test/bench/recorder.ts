import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Agent, request } from "undici";
import { createCertificates } from "../../src/simulator/certificates.ts";

/** One request as it passed. */
export interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** A proxy before a cluster that writes down what passes. */
export interface Recorder {
  readonly url: string;
  readonly caCert: string;
  /** Everything since the last call. */
  take(): Recorded[];
  stop(): Promise<void>;
}

/** Starts a recorder on loopback, before a cluster of that authority. */
export async function startRecorder(target: string, ca: string): Promise<Recorder> {
  const certificates = await createCertificates();
  const dispatcher = new Agent({ connect: { ca }, headersTimeout: 0, bodyTimeout: 0 });
  let recorded: Recorded[] = [];
  const forward = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const { method = "GET", url: path = "/" } = incoming;
    const { host: _, connection: __, ...headers } = incoming.headers;
    const body = await text(incoming);
    recorded.push({ method, path, body });
    const answer = await request(`${target}${path}`, {
      dispatcher,
      method: method as "GET",
      headers,
      ...(body === "" ? {} : { body }),
    });
    outgoing.writeHead(answer.statusCode, answer.headers);
    answer.body.pipe(outgoing);
  };
  const { cert, key } = certificates.server;
  const server = createServer({ cert, key }, (incoming, outgoing) => {
    forward(incoming, outgoing).catch((error: unknown) => outgoing.destroy(error as Error));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    caCert: certificates.ca.cert,
    take() {
      const taken = recorded;
      recorded = [];
      return taken;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await dispatcher.destroy();
    },
  };
}
