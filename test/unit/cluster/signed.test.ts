import { describe, expect, test } from "vitest";
import { isSessionOver, refuseSignature, sendSigned } from "../../../src/cluster/sigv4/send-signed.ts";
import type { Answer, RequestSigner } from "../../../src/model/cluster.ts";
import { listErrors } from "../../support/refusal.ts";
import { answer } from "./fake-reader.ts";

const refused = (message: string): Answer => answer(403, { message });
const over = refused("The security token included in the request is expired");
const wrong = refused("The request signature we calculated does not match");

/** A signer that counts, and sends back what it was asked for. */
function stage(...answers: readonly Answer[]) {
  const log: string[] = [];
  let signatures = 0;
  const signer: RequestSigner = {
    host: "domain",
    sign: async ({ method, path }) => {
      signatures += 1;
      return {
        headers: { authorization: `signature ${signatures}` },
        canonical: `${method}\n${path}`,
        renew: () => void log.push("renew"),
      };
    },
  };
  const send = async (method: string) =>
    sendSigned(signer, { method, path: "/" }, async ({ authorization }) => {
      log.push(authorization!);
      return answers[log.filter((one) => one !== "renew").length - 1]!;
    });
  return { log, send };
}

describe("a signed request", () => {
  test("is sent once, and again with new credentials if the session is over", async () => {
    const done = answer(200, {});
    const once = stage(done);
    expect(await once.send("GET")).toBe(done);
    expect(once.log).toEqual(["signature 1"]);
    const twice = stage(over, done);
    expect(await twice.send("PATCH")).toBe(done);
    expect(twice.log).toEqual(["signature 1", "renew", "signature 2"]);
    const still = stage(over, over);
    expect((await listErrors(() => still.send("GET"))).join()).toContain(
      "the session of the AWS credentials is over",
    );
    expect(still.log).toEqual(["signature 1", "renew", "signature 2"]);
  });

  test("that reads ends the run if the signature is refused; a write has the answer that nothing was written", async () => {
    expect((await listErrors(() => stage(wrong).send("GET"))).join()).toContain("[signature-refused]");
    expect(await stage(wrong).send("PATCH")).toBe(wrong);
    expect(await stage(over, wrong).send("PATCH")).toBe(wrong);
    expect((await listErrors(() => stage(over, wrong).send("GET"))).join()).toContain("[signature-refused]");
  });
});

test("the session is over if the service says so with 403, in either spelling", () => {
  const text = "The security token included in the request is EXPIRED";
  expect(isSessionOver(answer(403, { Message: text }))).toBe(true);
  expect(isSessionOver(answer(403, { message: text }))).toBe(true);
  expect(isSessionOver(answer(401, { message: text }))).toBe(false);
  expect(isSessionOver(answer(403, text))).toBe(false);
  expect(isSessionOver(answer(403, { message: 1 }))).toBe(false);
  expect(isSessionOver(wrong)).toBe(false);
});

const explain = async (message: string, canonical = "GET\n/a"): Promise<string> =>
  (
    await listErrors(() => refuseSignature(refused(message), canonical, { host: "domain" } as RequestSigner))
  ).join();

const expected = (text: string): string =>
  `signature we calculated does not match. The Canonical String for this request should have been\n'${text}'`;

const long = (name: string): string => Array.from({ length: 12 }, (_, index) => `${name}${index}`).join("\n");

describe("a refused signature is explained", () => {
  const start = "[signature-refused] domain refuses the signature:";
  const hint = " | check the secret access key; a proxy that changes host, path or body breaks the signature";
  const other = `${start} the service computes another signature`;

  test.for([
    [
      "The security token included in the request is expired",
      "the session of the AWS credentials is over | get new ones: run aws sso login, or configure-aws-credentials again with a longer role-duration-seconds",
    ],
    [
      "UnrecognizedClientException",
      "the service does not know the AWS credentials | check the access key, and that AWS_SESSION_TOKEN belongs to it; keys of China and of other partitions work only there",
    ],
    [
      "The security token included in the request is invalid",
      "the service does not know the AWS credentials | check the access key, and that AWS_SESSION_TOKEN belongs to it; keys of China and of other partitions work only there",
    ],
    [
      "Signature expired: 1 is now earlier than 2",
      "the clock of this machine is more than five minutes wrong (Signature expired: 1 is now earlier than 2) | set the clock; the signature has the time of this machine",
    ],
    [
      "Signature not yet current: 'x'",
      "the clock of this machine is more than five minutes wrong (Signature not yet current: ) | set the clock; the signature has the time of this machine",
    ],
    [
      "Credential should be scoped to a valid region",
      "the signature is for another region or service | pass the region of the domain with --aws-region",
    ],
  ] as const)("%s", async ([message, words]) => {
    expect(await explain(message)).toBe(`${start} ${words}`);
  });

  test("with the lines in which both sides differ, without the session token", async () => {
    expect(await explain(expected("GET\n/a"))).toBe(
      `${other}; both sign the same request, so the secret access key differs${hint}`,
    );
    expect(await explain(expected("GET\r\n/b\nmore"))).toBe(
      `${other}; osac signed "/a", the service expects "/b"; osac signed "nothing", the service expects "more"${hint}`,
    );
    expect(await explain(expected("GET"))).toBe(
      `${other}; osac signed "/a", the service expects "nothing"${hint}`,
    );
    const token = await explain(
      expected("GET\nX-Amz-Security-Token:their-geheim"),
      "GET\nx-amz-security-token:our-geheim",
    );
    expect(token).toBe(
      `${other}; osac signed another session token, the service expects another session token${hint}`,
    );
    expect((await explain(expected(long("b")), long("a"))).match(/osac signed/g)).toHaveLength(9);
  });

  test("and any other refusal is left to others", () => {
    for (const given of [
      answer(403, { message: "no" }),
      answer(400, { message: "signature we calculated does not match" }),
    ])
      expect(() => refuseSignature(given, "", { host: "domain" } as RequestSigner)).not.toThrow();
  });
});
