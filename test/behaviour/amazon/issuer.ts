import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { onTestFinished } from "vitest";
import { masterIdentity } from "../../../src/simulator/amazon/edge.ts";
import { toUrl } from "../../support/simulated-cluster.ts";

/** The session that the issuer gives out. */
export const session = {
  ...masterIdentity,
  accessKeyId: "ASIASESSION",
  sessionToken: "a-session-token-of-the-issuer",
};

/** The token with which EC2 lets its metadata be read. */
const metadataToken = "a-token-of-the-instance";

/** What the issuer was asked, with the headers that authenticate. */
interface Asked {
  readonly line: string;
  readonly body: string;
  readonly headers: IncomingMessage["headers"];
}

export interface Issuer {
  readonly url: string;
  readonly asked: readonly Asked[];
}

/** An answer in place of the usual one. */
export type OddAnswer = (response: ServerResponse, asked: Asked) => void;

/**
 * Plays the services of AWS that give out credentials: STS, SSO, the endpoint of a container, and the metadata
 * of an instance of EC2 (version 2, which wants a token).
 */
export async function startIssuer(odd?: OddAnswer): Promise<Issuer> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const { method, url = "", headers } = request;
      const one = { line: `${method} ${url}`, body, headers };
      asked.push(one);
      if (odd) return odd(response, one);
      const { status = 200, type = "application/json", text } = answer(`${method} ${url}`, body, headers);
      response.writeHead(status, { "content-type": type }).end(text);
    });
  });
  onTestFinished(() => server.closeAllConnections());
  return { url: `http://${await toUrl(server)}`, asked };
}

interface Usual {
  readonly status?: number;
  readonly type?: string;
  readonly text: string;
}

const expiration = "2099-01-01T00:00:00Z";

function answer(line: string, body: string, headers: IncomingMessage["headers"]): Usual {
  if (line.startsWith("POST /")) return { type: "text/xml", text: makeRoleAnswer(body) };
  if (line.startsWith("GET /federation/credentials?")) return { text: JSON.stringify(ssoAnswer) };
  if (line === "PUT /latest/api/token") return { type: "text/plain", text: metadataToken };
  const isInstance = line.startsWith("GET /latest/");
  if (isInstance && headers["x-aws-ec2-metadata-token"] !== metadataToken) return { status: 401, text: "" };
  if (line === "GET /latest/meta-data/iam/security-credentials/")
    return { type: "text/plain", text: "osac-applier" };
  return { text: JSON.stringify({ Code: "Success", Type: "AWS-HMAC", ...keysAnswer }) };
}

const keysAnswer = {
  AccessKeyId: session.accessKeyId,
  SecretAccessKey: session.secretAccessKey,
  Token: session.sessionToken,
  LastUpdated: "2026-01-01T00:00:00Z",
  Expiration: expiration,
};

const ssoAnswer = {
  roleCredentials: {
    accessKeyId: session.accessKeyId,
    secretAccessKey: session.secretAccessKey,
    sessionToken: session.sessionToken,
    expiration: Date.parse(expiration),
  },
};

function makeRoleAnswer(body: string): string {
  const action = new URLSearchParams(body).get("Action")!;
  return `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><Credentials><AccessKeyId>${session.accessKeyId}</AccessKeyId><SecretAccessKey>${session.secretAccessKey}</SecretAccessKey><SessionToken>${session.sessionToken}</SessionToken><Expiration>${expiration}</Expiration></Credentials><AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/osac-applier/s</Arn><AssumedRoleId>AROA:s</AssumedRoleId></AssumedRoleUser></${action}Result></${action}Response>`;
}
