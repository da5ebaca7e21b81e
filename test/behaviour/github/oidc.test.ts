import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTokenSource } from "../../../src/github/oidc.ts";
import { openReader } from "../../../src/cluster/client.ts";
import { listening } from "../../support/simulated-cluster.ts";
import { startIssuer, type TokenIssuer } from "./token-issuer.ts";

const audience = "https://opensearch.example.org";
let issuer: TokenIssuer;
beforeAll(async () => {
  issuer = await startIssuer("example-org/search-security", "nobody");
});
afterAll(() => issuer.stop());

test("a job gets a token for the audience, which is told before it is used", async () => {
  const shown: string[] = [];
  const token = await createTokenSource({
    env: issuer.job(),
    audience,
    onToken: (text) => shown.push(text),
  })();
  expect(shown).toEqual([token.reveal()]);
  expect(readClaims(token.reveal())).toMatchObject({ aud: audience, iss: issuer.url });
});

test("requests at once and soon after use one token", async () => {
  const before = issuer.asked;
  const next = createTokenSource({ env: issuer.job(), audience, onToken: () => {} });
  await Promise.all([next(), next(), next()]);
  await next();
  expect(issuer.asked).toBe(before + 1);
});

test("each request of a run has a token that lives a while yet", async () => {
  const seen: unknown[] = [];
  const cluster = createServer(({ headers }, response) => {
    seen.push(headers.authorization);
    response.end("{}");
  });
  await new Promise<void>((resolve) => cluster.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(cluster.address() as AddressInfo).port}`;
  // The token is in its last minute from the start.
  const iat = Math.floor(Date.now() / 1000);
  const tokens: string[] = [];
  const next = createTokenSource({
    env: issuer.job({ iat, exp: iat + 50 }),
    audience,
    onToken: (text) => tokens.push(`Bearer ${text}`),
  });
  const given = { insecure: false, timeoutMs: 5_000, apiPrefix: "_plugins/_security", proxy: {} };
  const reader = openReader({ ...given, url, token: await next(), freshToken: next });
  await reader.read("/");
  await reader.read("/");
  await reader.close();
  cluster.close();
  expect(new Set(tokens).size).toBe(3);
  expect(seen).toEqual(tokens.slice(1));
});

test("the old token is used on where GitHub gives no new one", async () => {
  const iat = Math.floor(Date.now() / 1000);
  const env: Record<string, string> = { ...issuer.job({ iat, exp: iat + 50 }) };
  const next = createTokenSource({ env, audience, onToken: () => {} });
  const first = await next();
  env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = "no longer known";
  expect(await next()).toBe(first);
});

test("a job that may not ask is told what it needs", async () => {
  const next = createTokenSource({ env: {}, audience, onToken: () => {} });
  await expect(next()).rejects.toMatchObject({
    reason: "access",
    findings: [{ code: "no-id-token", hint: expect.stringContaining("id-token: write") }],
  });
});

test("a refusal is told with its status, and not repeated", async () => {
  const env = { ...issuer.job(), ACTIONS_ID_TOKEN_REQUEST_TOKEN: "nobody's" };
  await expect(createTokenSource({ env, audience, onToken: () => {} })()).rejects.toMatchObject({
    reason: "access",
    findings: [{ message: expect.stringContaining("status 401") }],
  });
});

test.for<[what: string, status: number, body: string, requests: number]>([
  ["too many requests", 429, "{}", 2],
  ["a failure", 500, "{}", 2],
  ["a busy server", 503, "{}", 2],
  ["an answer without a token", 200, "{}", 2],
  ["an answer with an empty token", 200, '{"value": ""}', 2],
  ["an answer that is no JSON", 200, "<html>", 2],
  ["a refusal", 403, "{}", 1],
  ["an unknown address", 404, "{}", 1],
])("%s is asked again, if that may help", async ([, status, body, requests]) => {
  let asked = 0;
  const url = await listening((_, response) => {
    asked += 1;
    if (asked === 1) response.writeHead(status).end(body);
    else response.end('{"value": "a-token-of-the-job"}');
  });
  const env = { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: "runner" };
  const token = await createTokenSource({ env, audience, onToken: () => {} })().catch(() => undefined);
  expect(token?.reveal()).toBe(requests === 2 ? "a-token-of-the-job" : undefined);
  expect(asked).toBe(requests);
});

function readClaims(token: string): unknown {
  return JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString());
}
