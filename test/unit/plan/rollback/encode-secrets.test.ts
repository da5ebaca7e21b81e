import { describe, expect, test } from "vitest";
import type { Body, Value } from "../../../../src/model/value.ts";
import {
  maskSecrets,
  encodeSecrets,
  listSecretPlaces,
  makeTrace,
  decodeSecrets,
} from "../../../../src/plan/rollback/encode-secrets.ts";
import { Secret } from "../../../../src/secrets/secret.ts";

const secret = new Secret("canary-sealed");
const unseen = new Secret(undefined);

/** What may be read of a body beside what the files have. */
const readable = (value: Value, desired?: Value): unknown =>
  encodeSecrets(maskSecrets(value, desired), false);

describe("a sealed body", () => {
  const plain = { a: null, b: [1, "x", { c: true }], d: { $secret: 1, e: 2 }, f: { g: "only" }, h: {} };

  test("is a body again, but for the secrets that were not kept", () => {
    expect(decodeSecrets(encodeSecrets(plain, false))).toEqual(plain);
    const lookalike = { a: { $secret: "text" }, b: { $$secret: null } };
    expect(decodeSecrets(encodeSecrets(lookalike, false))).toEqual(lookalike);
    const kept = decodeSecrets(encodeSecrets({ list: [secret], map: { a: secret, b: unseen } }, true)) as {
      list: Secret[];
      map: { a: Secret; b: Secret };
    };
    expect([kept.list[0]!.reveal(), kept.map.a.reveal(), kept.map.b.isKnown]).toEqual([
      "canary-sealed",
      "canary-sealed",
      false,
    ]);
    const { a } = decodeSecrets(encodeSecrets({ a: secret }, false)) as { a: Secret };
    expect([a instanceof Secret, a.isKnown]).toEqual([true, false]);
  });

  test.each<[string, Value, Value | undefined, unknown]>([
    ["nothing", null, secret, null],
    ["a text", "text", undefined, "text"],
    ["a text where the files have a secret", "old", secret, { $secret: null }],
    ["a number where the files have a secret", 5, secret, { $secret: null }],
    ["a number", 5, undefined, 5],
    ["what the files do not have", { a: "x", b: { c: "canary" } }, undefined, { a: "x", b: { c: "canary" } }],
    [
      "an item that the files have beside a secret, and one that may be the secret of yesterday",
      ["ann", "old"],
      ["ann", secret],
      ["ann", { $secret: null }],
    ],
    ["items of a list without secrets", ["ann", "old"], ["ann", "bob"], ["ann", "old"]],
    ["items where the files have no list", ["ann"], secret, ["ann"]],
  ])("shows of %s what may be read", (_, value, desired, expected) => {
    expect(readable(value, desired)).toEqual(expected);
  });
});

test("the places of secrets are the fields that lead to each, and a list that has one counts whole", () => {
  const body = { a: secret, b: { c: unseen, d: 1 }, e: [{ f: secret }, secret], g: ["x"], h: null };
  expect(listSecretPlaces(body)).toEqual([["a"], ["b", "c"], ["e"]]);
});

const trace = (body: Body | undefined, ...places: string[]): string => makeTrace(body, places).fingerprint;

describe("a trace", () => {
  test("tells bodies apart, and a body from none", () => {
    expect(makeTrace(undefined, ["/a"])).toEqual({ fingerprint: "absent", unseen: ["/a"] });
    expect(trace({ a: 1 })).not.toBe(trace({ a: 2 }));
    expect(trace({ a: 1 })).toBe(trace({ a: 1 }));
    expect(trace({})).not.toBe("absent");
  });

  test("does not tell apart what differs in a secret, or in a place that is left out", () => {
    expect(trace({ a: secret, b: 1 })).toBe(trace({ a: unseen, b: 1 }));
    expect(trace({ a: [secret], b: 1 })).toBe(trace({ a: [unseen, "x"], b: 1 }));
    expect(trace({ m: { "a/b": 1, c: 1 } }, "/m/a~1b")).toBe(trace({ m: { "a/b": 2, c: 1 } }, "/m/a~1b"));
    expect(trace({ m: { "a/b": 1, c: 1 } }, "/m/a~1b")).not.toBe(trace({ m: { "a/b": 1, c: 2 } }, "/m/a~1b"));
    expect(trace({ m: { a: secret, b: 1 } })).not.toBe(trace({ m: { a: secret, b: 2 } }));
  });
});
