import { expect, test } from "vitest";
import { findPolicyViolation } from "../../../src/passwords/check-policy.ts";
import { Secret } from "../../../src/secrets/secret.ts";

/** What `dashboardsinfo` of a real node shows. */
const shown = {
  regex: "(?=.*[A-Z])(?=.*[^a-zA-Z\\d])(?=.*[0-9])(?=.*[a-z]).{8,}",
  message: "Password should be better",
};

const violation = (text: string, policy = {}): string | undefined =>
  findPolicyViolation(new Secret(text), policy);

test("a password that fits the cluster's rule is fine", () => {
  expect(violation("Correct-7-horse", shown)).toBeUndefined();
});

test("a password that does not is refused in the cluster's own words", () => {
  expect(violation("correct-7-horse", shown)).toBe("Password should be better");
});

test("a rule without words gets some, without the password", () => {
  expect(violation("hunter2", { regex: "[A-Z]+" })).toBe(
    "the password does not match the cluster's password rule",
  );
});

test("the whole password has to match, in each alternative", () => {
  expect(violation("aab", { regex: "a+" })).toBeDefined();
  expect(violation("ab", { regex: "a|b" })).toBeDefined();
  expect(violation("b", { regex: "a|b" })).toBeUndefined();
});

test("a cluster without a rule refuses only what the server always refuses", () => {
  expect(violation("a")).toBeUndefined();
  expect(violation("")).toBe("the password is empty");
  expect(violation("a".repeat(100))).toBeUndefined();
  expect(violation("a".repeat(101))).toBe("the password is longer than 100 characters");
});

test("signs that Java lets one escape are those signs", () => {
  expect(violation("a!-", { regex: "[\\!\\@]*" })).toBeDefined();
  expect(violation("!-@", { regex: "[\\!\\-\\@]*\\-?\\@" })).toBeUndefined();
  expect(violation("\\!", { regex: "\\\\!" })).toBeUndefined();
});

test.each(["(?i)[a-z]+", "[a-z&&[^b]]+", "\\p{Lower}+", "[a-z]++", "\\Qa\\E", "(", "(a)\\1", "\\A[a-z]\\z"])(
  "of %s, which JavaScript cannot read as Java does, nothing is told",
  (regex) => {
    expect(violation("B", { regex })).toBeUndefined();
  },
);
