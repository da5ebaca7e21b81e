import { describe, expect, test } from "vitest";
import type { Value } from "../../../src/model/value.ts";
import { findingsOn } from "./found.ts";

type Fields = { readonly [field: string]: Value };

const domain = (fields: Fields, type = "basic", backend = "intern"): Value => ({
  http_enabled: true,
  http_authenticator: { type },
  authentication_backend: { type: backend },
  ...fields,
});

const find = (dynamic: Fields) =>
  findingsOn({ config: { config: { dynamic } } }).map(({ severity, code, message }) => ({
    severity,
    code,
    message,
  }));

const sameOrder = (order: number) => ({
  severity: "warning",
  code: "same-order",
  message: `the login domains "a" and "b" are enabled and have the same order ${order}, and the server keeps only one of them`,
});

describe("of two enabled login domains with one order the server keeps one", () => {
  test.each<[string, Fields, Fields, number]>([
    ["a number", { order: 4 }, { order: 4 }, 4],
    ["no order, which is 0", {}, { order: 0 }, 0],
  ])("%s", (_, one, other, order) => {
    expect(find({ authc: { a: domain(one), b: domain(other) } })).toEqual([sameOrder(order)]);
  });

  test("numbers that the loader cuts off are the same, too", () => {
    const found = find({ authc: { a: domain({ order: 4 }), b: domain({ order: 4.5 }) } });
    expect(found).toContainEqual(sameOrder(4));
  });

  test("a disabled domain does not count", () => {
    expect(
      find({ authc: { a: domain({ order: 4 }), b: domain({ order: 4, http_enabled: false }) } }),
    ).toEqual([]);
    expect(find({ authc: { a: domain({ order: 4 }), b: domain({ order: 5 }) } })).toEqual([]);
  });
});

describe("a type that the server does not know makes it skip the domain", () => {
  test.each([
    ["Basic", "intern", 'http_authenticator.type cannot be "Basic"'],
    ["basci", "intern", 'http_authenticator.type cannot be "basci"'],
    ["basic", "Internal", 'authentication_backend.type cannot be "Internal"'],
  ])("%s with %s", (type, backend, fault) => {
    expect(find({ authc: { a: domain({}, type, backend) } })).toEqual([
      {
        severity: "error",
        code: "bad-value",
        message: `${fault}; the server then skips the whole login domain`,
      },
    ]);
  });

  test("in authz, too", () => {
    const z = { http_enabled: true, authorization_backend: { type: "LDAP" } };
    expect(find({ authc: { a: domain({}) }, authz: { z } })).toMatchObject([{ code: "bad-value" }]);
  });

  test.each([
    ["extended-proxy", "noop"],
    ["clientcert", "ldap2"],
    ["org.example.Authenticator", "org.example.Backend"],
  ])("%s with %s is known, or a class", (type, backend) => {
    expect(find({ authc: { a: domain({}, type, backend) } })).toEqual([]);
  });

  test("a disabled domain is not asked", () => {
    expect(find({ authc: { a: domain({}), b: domain({ http_enabled: false }, "none") } })).toEqual([]);
  });
});
