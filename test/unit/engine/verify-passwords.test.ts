import { expect, test } from "vitest";
import { verifyLogins } from "../../../src/engine/verify-passwords.ts";
import type { LoginResults } from "../../../src/cluster/try-logins.ts";
import { kinds } from "../../../src/kinds/index.ts";
import type { Connection, Reader } from "../../../src/model/cluster.ts";
import { Secret } from "../../../src/secrets/secret.ts";
import { at, cluster, makeLive } from "../plan/planned.ts";

/** The users whose password an earlier run tried, and those of whom osac says that it does not try it. */
async function verify(
  references: Readonly<Record<string, string>>,
  isCompared: (name: string) => boolean = () => true,
  results: LoginResults | "none" = new Map(
    Object.keys(references).map((name) => [name, { is: "right", password: new Secret("secret-1") } as const]),
  ),
) {
  const users = Object.entries(references).map(
    ([name, reference]) =>
      [
        name,
        { kind: "internalusers", name, at, body: { password: new Secret("secret-1", reference) } },
      ] as const,
  );
  const directory = {
    path: ".",
    kinds: new Map([["internalusers" as const, new Map(users)]]),
    ignored: [],
    findings: [],
  };
  const live = makeLive(kinds.internalusers, Object.fromEntries(users.map(([name]) => [name, {}])));
  const { verified, refuted, findings } = await verifyLogins(
    undefined as unknown as Reader,
    undefined as unknown as Connection,
    { directory, live, cluster },
    { logins: results === "none" ? undefined : results, isCompared: ({ name }) => isCompared(name) },
  );
  return { verified: [...verified], refuted: [...refuted], messages: findings.map(({ message }) => message) };
}

/** A login would reveal whether a part that the files hold is right. */
test.for<[reference: string, isTried: boolean]>([
  ["${env.PW}", true],
  ["${envbc.PW}", true],
  ["${envbase64.PW}", true],
  ["${file:/run/secrets/pw}", true],
  ["${file:../secrets/pw}", true],
  ["${file:pw}", false],
  ["${file:./pw}", false],
  ["${file:.../pw}", false],
  ["${env.PW}2026", false],
  ["${env.PW} ", false],
  ["${env.PW}\n", false],
  ["Winter${env.PW}", false],
  ["${env.PW}${env.REST}", false],
  ["${env.PW:-guess}", false],
  ["${env.PW-guess}", false],
  ["${envother.PW}", false],
  ["${file:/run/secrets/pw}x", false],
  ["${file:/run/${env.PW}}", false],
  ["${var.PW}", false],
  ["guess", false],
  ["", false],
])("a password from %j is tried: %s", async ([reference, isTried]) => {
  const { verified, messages } = await verify({ ann: reference });
  expect([verified, messages]).toEqual([
    isTried ? ["ann"] : [],
    isTried
      ? []
      : [
          "--verify-passwords does not try ann: the files hold their passwords, at least in part, and the author of the files could be guessing",
        ],
  ]);
});

test("only the passwords that are compared are tried or told", async () => {
  const references = { ann: "${env.A}", bob: "guess", carl: "${env.C}", dave: "guess" };
  const { verified, messages } = await verify(references, (name) => ["ann", "bob"].includes(name));
  expect([verified, messages.length, messages[0]]).toEqual([
    ["ann"],
    1,
    expect.stringContaining("does not try bob: "),
  ]);
});

test("the result of an earlier login counts for the same password alone", async () => {
  const results: LoginResults = new Map([
    ["right", { is: "right", password: new Secret("secret-1") }],
    ["wrong", { is: "wrong", password: new Secret("secret-1") }],
    ["other", { is: "right", password: new Secret("secret-2") }],
    ["unknown", { is: "unknown", reason: "blocked", password: new Secret("secret-1") }],
  ] as const);
  const references = Object.fromEntries([...results.keys(), "untried"].map((name) => [name, "${env.PW}"]));
  const { verified, refuted, messages } = await verify(references, undefined, results);
  expect([verified, refuted, messages]).toEqual([["right"], ["wrong"], []]);
});

test.for<[users: number, end: string]>([
  [20, "u20: the files hold"],
  [21, "u20 and 1 more: the files hold"],
])("of %d users that are not tried, twenty are named", async ([count, end]) => {
  const names = Array.from({ length: count }, (_, place) => `u${place + 1}`);
  const { messages } = await verify(Object.fromEntries(names.map((name) => [name, "guess"])));
  expect(messages[0]).toContain(end);
});

test("without logins nothing is tried and nothing is told", async () => {
  const { verified, messages } = await verify({ ann: "guess", bob: "${env.PW}" }, undefined, "none");
  expect([verified, messages]).toEqual([[], []]);
});
