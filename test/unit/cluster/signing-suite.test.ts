import { expect, test } from "vitest";
import {
  buildTexts,
  computeSignature,
  isSameSignature,
  parseAuthorization,
} from "../../../src/simulator/amazon/verify-signature.ts";
import suite from "./aws-signing-test-suite.json" with { type: "json" };

// The suite of AWS: https://github.com/awslabs/aws-c-auth, tests/aws-signing-test-suite/v4, commit 495329c (Apache-2.0).
// Left out are paths that a client normalizes before it signs, and a header of several lines, which HTTP no longer has.

const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/** A signed request as it goes over the wire. */
function parseRequest(text: string) {
  const [head = "", body = ""] = text.split("\n\n", 2);
  const [line = "", ...lines] = head.split("\n");
  const [, method = "", target = ""] = /^(\S+) (.*) HTTP\/1\.1$/.exec(line)!;
  const headers: Record<string, string> = {};
  for (const one of lines) {
    const [, name = "", value = ""] = /^([^:]+):(.*)$/.exec(one)!;
    const key = name.toLowerCase();
    headers[key] = key in headers ? `${headers[key]},${value}` : value;
  }
  return { method, target, headers, body };
}

test.for(suite)("the simulated domain verifies $title of the suite of AWS", (given) => {
  const request = parseRequest(given.request);
  const authorization = parseAuthorization(request.headers["authorization"]!)!;
  const { canonical, toSign } = buildTexts(request, authorization);
  expect(canonical).toBe(given.canonical);
  expect(isSameSignature(computeSignature(secret, authorization.scope, toSign), given.signature)).toBe(true);
  expect(authorization.signature).toBe(given.signature);
});
