import aws4 from "aws4";
import { describe, expect, test } from "vitest";
import { findRegion, isServerless } from "../../../src/cluster/sigv4/find-region.ts";
import { signRequest } from "../../../src/cluster/sigv4/signing.ts";
import {
  buildTexts,
  computeSignature,
  parseAuthorization,
} from "../../../src/simulator/amazon/verify-signature.ts";

const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const host = "search-logs-abc.us-east-1.es.amazonaws.com";
const time = new Date("2015-08-30T12:36:00Z");
const roles = "/_plugins/_security/api/roles";
const patch = '[{"op":"add","path":"/reader","value":{"cluster_permissions":["cluster_monitor"]}}]';
const session = { ...keys, sessionToken: "AQoDYXdzEXAMPLETOKEN" };

interface Case {
  readonly title: string;
  readonly method?: string;
  readonly path: string;
  readonly body?: string;
  readonly host?: string;
  readonly credentials?: typeof keys & { readonly sessionToken?: string };
  readonly signature: string;
}

/** Signatures for the service `es` that three libraries computed alike. */
const cases: readonly Case[] = [
  {
    title: "the root",
    path: "/",
    signature: "fcbf9c41d67925bf35afa8a8240ebd28c8eefa27deab117a211107f97593327d",
  },
  {
    title: "a kind",
    path: roles,
    signature: "51a1fc9e5e3335bd12708019faac4e1a4d6b8d45c8b84431237f46c77ffd96ce",
  },
  {
    title: "a session",
    path: roles,
    credentials: session,
    signature: "2af2b29cdb97db4ea439ed48906bfb402331439d4be8f3eec617b6d41b2c1392",
  },
  {
    title: "a host with a port",
    path: roles,
    host: `${host}:8443`,
    signature: "8f7e12eb8e1e770558997efad8ca92ef471c8bfe8db7dec89c4df07ba47f26d6",
  },
  {
    title: "a name with a slash",
    path: `${roles}/a%2Fb`,
    signature: "7de2f8939692511c4d7ba946585d0e470f9d97a259d089e39362ed6938097632",
  },
  {
    title: "a query",
    path: "/_plugins/_security/health?mode=lenient",
    signature: "93ea310e4f8f7ba3e118fd9ee44e131f588694b8cb531d75bcf50442bf7ff72c",
  },
  {
    title: "a body",
    method: "PATCH",
    path: roles,
    body: patch,
    signature: "3b8431f9861f9003fa24af3e01a54144e7009a00f4888014aaeddec418d1e297",
  },
];

describe("the signature of a request is the published one", () => {
  test.for(cases)("$title", async ({ method = "GET", path, body, signature, ...given }) => {
    const scope = { region: "us-east-1", host: given.host ?? host };
    const { headers } = await signRequest({ method, path, body }, scope, given.credentials ?? keys, time);
    expect(parseAuthorization(headers["authorization"]!)?.signature).toBe(signature);
  });
});

/** aws4 signs the length of the body as well; its types lack the option. */
const unsigned = { extraHeadersToIgnore: { "content-length": true, "content-type": true } };

const oddName = "a b/c%d+e*f!'()~:@&=$,;ü日本🔑";

const requests = [
  ...cases,
  { title: "wildcards in a query", path: "/_nodes/http?timeout=2s&filter_path=nodes.*.version" },
  {
    title: "a list in a query",
    method: "PUT",
    path: "/_plugins/_security/configupdate?config_types=roles,config",
  },
  {
    title: "letters outside of ASCII",
    method: "PATCH",
    path: roles,
    body: '[{"op":"remove","path":"/größe 日本"}]',
  },
  { title: "every special character in a name", path: `${roles}/${encodeURIComponent(oddName)}` },
  { title: "a long name", path: `${roles}/${encodeURIComponent("ü/%".repeat(700))}` },
  { title: "parameters in another order", path: "/_nodes/http?b=2&a-1=3&a=1%202&filter_path=*" },
  { title: "an encoded name", path: `${roles}/gr%C3%B6%C3%9Fe%20%25%27` },
];

describe("two independent implementations compute the same signature", () => {
  test.for(requests)("$title", async ({ method = "GET", path, body = "" }) => {
    const scope = { region: "eu-central-1", host };
    const { headers, canonical } = await signRequest({ method, path, body }, scope, session, time);
    const authorization = parseAuthorization(headers["authorization"]!)!;

    const texts = buildTexts({ method, target: path, headers, body }, authorization);
    expect(texts.canonical).toBe(canonical);
    expect(computeSignature(session.secretAccessKey, authorization.scope, texts.toSign)).toBe(
      authorization.signature,
    );

    const given = {
      "X-Amz-Date": "20150830T123600Z",
      "X-Amz-Content-Sha256": headers["x-amz-content-sha256"]!,
    };
    const other = aws4.sign(
      {
        ...unsigned,
        service: "es",
        region: "eu-central-1",
        host,
        method,
        path,
        headers: given,
        ...(body === "" ? {} : { body }),
      },
      session,
    );
    expect(other.headers!["Authorization"]).toContain(`Signature=${authorization.signature}`);
  });
});

test.for([
  ["search-logs-abc.us-east-1.es.amazonaws.com", "us-east-1"],
  ["vpc-logs-abc.cn-north-1.es.amazonaws.com.cn:443", "cn-north-1"],
  ["search-logs-abc.aos.eu-west-3.on.aws", "eu-west-3"],
  ["logs.example.com", undefined],
  ["es.amazonaws.com.example.com", undefined],
] as const)("the region in %s is %s", ([name, region]) => {
  expect(findRegion(name)).toBe(region);
});

test("a collection of OpenSearch Serverless is known by its name", () => {
  expect(isServerless("abc.eu-west-1.aoss.amazonaws.com")).toBe(true);
  expect(isServerless(host)).toBe(false);
});
