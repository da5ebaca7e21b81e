import { createHmac, generateKeyPairSync, randomUUID, type KeyObject, sign } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** The claims or the header of a token. `undefined` removes a default one. */
type Fields = Readonly<Record<string, unknown>>;

/** An issuer of ID tokens on loopback, which behaves like GitHub's. */
export interface TokenIssuer {
  readonly url: string;
  /** Makes a token as a job gets it, with these claims replaced. */
  token(claims?: Fields, header?: Fields): string;
  /**
   * Makes a token with another algorithm: without a signature, or signed with the public key as the secret.
   */
  forged(algorithm: "none" | "HS256", claims?: Fields): string;
  /** The variables with which a job with `id-token: write` requests a token with these claims. */
  job(claims?: Fields): { ACTIONS_ID_TOKEN_REQUEST_URL: string; ACTIONS_ID_TOKEN_REQUEST_TOKEN: string };
  /** Signs with a new key from now on, and no longer publishes the old one. */
  rotate(): void;
  /** The number of tokens that jobs have requested. */
  readonly asked: number;
  /** The number of times that the keys were read. */
  readonly keysRead: number;
  stop(): Promise<void>;
}

interface Key {
  readonly id: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** The seconds that a token of GitHub lives. */
const lifetime = 300;

/** Starts an issuer. `repository` and `audience` are the default claims of its tokens. */
export async function startIssuer(repository: string, audience: string): Promise<TokenIssuer> {
  let key = newKey("key-1");
  let asked = 0;
  let keysRead = 0;
  const jobs = new Map<string, Fields>();
  const server = createServer((incoming, response) => {
    const { pathname, searchParams } = new URL(incoming.url!, url);
    if (pathname === "/.well-known/openid-configuration")
      return response.end(JSON.stringify({ issuer: url, jwks_uri: `${url}/.well-known/jwks` }));
    if (pathname === "/.well-known/jwks") {
      keysRead += 1;
      return response.end(JSON.stringify({ keys: [published(key)] }));
    }
    const claims = jobs.get(readBearer(incoming));
    if (claims === undefined) return response.writeHead(401).end("{}");
    asked += 1;
    const aud = searchParams.get("audience") ?? "https://github.com/example-org";
    return response.end(JSON.stringify({ count: 1, value: token({ aud, ...claims }) }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const readClaims = (claims: Fields): Fields => ({
    ...githubClaims(url, repository),
    aud: audience,
    ...claims,
  });
  const readHeader = (header: Fields): Fields => ({ typ: "JWT", alg: "RS256", kid: key.id, ...header });
  function token(claims: Fields = {}, header: Fields = {}): string {
    const text = `${encoded(readHeader(header))}.${encoded(readClaims(claims))}`;
    return `${text}.${sign("RSA-SHA256", Buffer.from(text), key.privateKey).toString("base64url")}`;
  }

  return {
    url,
    token,
    forged: (algorithm, claims = {}) => {
      const text = `${encoded(readHeader({ alg: algorithm }))}.${encoded(readClaims(claims))}`;
      if (algorithm === "none") return `${text}.`;
      const secret = key.publicKey.export({ type: "spki", format: "pem" });
      return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
    },
    job: (claims = {}) => {
      const runner = `runner-${jobs.size + 1}`;
      jobs.set(runner, claims);
      return {
        ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/job/idtoken?api-version=2.0`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: runner,
      };
    },
    rotate: () => {
      key = newKey(`${key.id}+`);
    },
    get asked() {
      return asked;
    },
    get keysRead() {
      return keysRead;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The claims of a job that runs in an environment. */
function githubClaims(issuer: string, repository: string): Fields {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: issuer,
    sub: `repo:${repository}:environment:production`,
    environment: "production",
    repository: repository.replaceAll(/@\d+/g, ""),
    ref: "refs/heads/main",
    event_name: "push",
    jti: randomUUID(),
    iat: now,
    nbf: now - lifetime,
    exp: now + lifetime,
  };
}

function newKey(id: string): Key {
  return { id, ...generateKeyPairSync("rsa", { modulusLength: 2048 }) };
}

function published({ id, publicKey }: Key): Fields {
  return { ...publicKey.export({ format: "jwk" }), kid: id, use: "sig", alg: "RS256" };
}

function readBearer({ headers }: IncomingMessage): string {
  return (headers.authorization ?? "").replace(/^bearer /i, "");
}

function encoded(fields: Fields): string {
  return Buffer.from(JSON.stringify(fields)).toString("base64url");
}
