import { matchesExpression } from "../value/match-expression.ts";
import type { Secret } from "../secrets/secret.ts";

/** The rule for passwords that `dashboardsinfo` shows: `password_validation_regex` and `…_error_message`. */
export interface PasswordPolicy {
  readonly regex?: string | undefined;
  readonly message?: string | undefined;
}

/** What the server takes at most, whatever its settings (`PasswordValidator`). */
const charactersMax = 100;

/** Read by JavaScript without complaint and otherwise than by Java: nothing can be told from such a pattern. */
const readOtherwise = /&&|\\[bBkpPv1-9]/;

/**
 * Why the cluster would refuse the password, undefined where it would not or where that cannot be told. Only the
 * cluster knows its smallest length and how it measures strength. A cluster without a rule of its own shows
 * one in `dashboardsinfo` that it does not enforce (seen on 3.4.0), so a violation is no proof of a refusal.
 */
export function findPolicyViolation(
  password: Secret,
  { regex, message }: PasswordPolicy,
): string | undefined {
  const text = password.reveal();
  if (text === "") return "the password is empty";
  if (text.length > charactersMax) return `the password is longer than ${charactersMax} characters`;
  if (!regex || matchesJava(regex, text) !== false) return undefined;
  return message ?? "the password does not match the cluster's password rule";
}

/** Whether a text is what the Java pattern asks for; undefined where JavaScript has nothing that means the same. */
function matchesJava(source: string, text: string): boolean | undefined {
  if (readOtherwise.test(source)) return undefined;
  // Java lets any sign be escaped, JavaScript only those that have a meaning of their own.
  return matchesExpression(
    source.replace(/\\([^A-Za-z0-9])/gu, (_, sign: string) => escapeCodePoint(sign)),
    text,
  );
}

function escapeCodePoint(sign: string): string {
  return `\\u{${sign.codePointAt(0)!.toString(16)}}`;
}
