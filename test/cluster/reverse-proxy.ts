import { createServer, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { Agent, request } from "undici";
import { onTestFinished } from "vitest";
import type { Certificate } from "../../src/simulator/certificates.ts";
import { addressOf } from "./stage.ts";

interface Route {
  /** Where the cluster is. */
  readonly to: { readonly url: string; readonly caCert: string };
  /** The path below which the proxy has it, and which it takes away. */
  readonly below?: string;
  /** Ends TLS with this certificate. */
  readonly certificate?: Certificate;
  /** Answers some paths itself, and returns true then. */
  readonly answers?: (path: string, response: ServerResponse) => boolean;
}

/** A reverse proxy before a cluster, as nginx would be; returns its url. */
export async function startReverseProxy({ to, below = "", certificate, answers }: Route): Promise<string> {
  const dispatcher = new Agent({ connect: { ca: to.caCert } });
  onTestFinished(() => dispatcher.close());
  const listener: RequestListener = (incoming, response) => {
    const { method = "GET", url = "/", headers } = incoming;
    if (!url.startsWith(`${below}/`)) return void response.writeHead(404).end("nothing here");
    const path = url.slice(below.length);
    if (answers?.(path.split("?")[0]!, response)) return;
    const forwarded = Object.entries(headers).filter(([name]) =>
      /^(?:authorization|content-type)$/.test(name),
    );
    const body = method === "GET" ? null : incoming;
    void request(`${to.url}${path}`, {
      dispatcher,
      method: method as "GET",
      headers: Object.fromEntries(forwarded),
      body,
    })
      .then(async (answer) => {
        const { connection: _, "transfer-encoding": __, ...kept } = answer.headers;
        response.writeHead(answer.statusCode, kept).end(await answer.body.text());
      })
      .catch(() => response.destroy());
  };
  const server = certificate ? createTlsServer({ ...certificate }, listener) : createServer(listener);
  onTestFinished(() => server.closeAllConnections());
  return `${certificate ? "https" : "http"}://${await addressOf(server)}${below}`;
}
