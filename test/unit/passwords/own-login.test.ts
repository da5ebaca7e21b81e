import { expect, test } from "vitest";
import type { Change } from "../../../src/model/change.ts";
import type { Body } from "../../../src/model/value.ts";
import { keepsPassword } from "../../../src/passwords/own-login.ts";
import { Secret } from "../../../src/secrets/secret.ts";

const inUse = new Secret("Sturdy-Horse_7-Batteries");
const unseen = new Secret(undefined);

const keeps = (before: Body, after: Body): Promise<boolean | undefined> => {
  const change: Change = { action: "update", kind: "internalusers", name: "deploy", before, after };
  return keepsPassword([change], "deploy", inUse);
};

test("a password that stays as it is, whatever it is, is kept", async () => {
  const [old, asDeclared] = [
    { hash: unseen, backend_roles: ["a"] },
    { hash: new Secret("$2y$12$other"), backend_roles: ["b"] },
  ];
  expect(await keeps(old, asDeclared)).toBe(true);
  expect(await keeps(old, { ...asDeclared, hash: new Secret(undefined, "${env.UNSET}") })).toBe(true);
});

test("a password that is sent is told by what it is", async () => {
  expect(await keeps({}, { hash: new Secret("Another-Horse_8").asPassword() })).toBe(false);
  expect(await keeps({}, { hash: new Secret(undefined, "${env.UNSET}") })).toBeUndefined();
});
