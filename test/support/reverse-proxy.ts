import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { Agent, request } from "undici";
import { onTestFinished } from "vitest";
import type { Certificate } from "../../src/simulator/certificates.ts";
import { toUrl } from "./simulated-cluster.ts";

interface Route {
  /** The address of the cluster. */
  readonly to: { readonly url: string; readonly caCert: string };
  /** The path below which the proxy serves the cluster. The proxy removes it from requests. */
  readonly below?: string;
  /** Ends TLS with this certificate. */
  readonly certificate?: Certificate;
  /** Answers some paths itself, and returns true then. */
  readonly answers?: (path: string, response: ServerResponse, method: string) => boolean;
}

/** A reverse proxy before a cluster, as nginx would be; returns its url. */
export async function startReverseProxy({ to, below = "", certificate, answers }: Route): Promise<string> {
  const dispatcher = new Agent({ connect: { ca: to.caCert } });
  onTestFinished(() => dispatcher.close());
  const forward = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "GET", url = "/", headers } = incoming;
    const path = url.slice(below.length);
    if (!url.startsWith(`${below}/`)) response.writeHead(404).end("nothing here");
    else if (!answers?.(path.split("?")[0]!, response, method)) {
      const { authorization, "content-type": type } = headers;
      const answer = await request(`${to.url}${path}`, {
        dispatcher,
        method: method as "GET",
        headers: { ...(authorization && { authorization }), ...(type && { "content-type": type }) },
        body: method === "GET" ? null : incoming,
      });
      const { connection: _, "transfer-encoding": __, ...kept } = answer.headers;
      response.writeHead(answer.statusCode, kept).end(await answer.body.text());
    }
  };
  const listener = (incoming: IncomingMessage, response: ServerResponse): void =>
    void forward(incoming, response).catch(() => response.destroy());
  const server = certificate ? createTlsServer({ ...certificate }, listener) : createServer(listener);
  onTestFinished(() => server.closeAllConnections());
  return `${certificate ? "https" : "http"}://${await toUrl(server)}${below}`;
}
