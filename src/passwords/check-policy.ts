import { matchesExpression } from "../value/match-expression.ts";
import type { Secret } from "../secrets/secret.ts";

/** The rule for passwords in `dashboardsinfo`: `password_validation_regex` and `…_error_message`. */
export interface PasswordPolicy {
  readonly regex?: string | undefined;
  readonly message?: string | undefined;
}

/** The longest password that the server accepts, whatever its settings (`PasswordValidator`). */
const charactersMax = 100;

/** Matches patterns that JavaScript accepts and reads differently from Java. They give no answer. */
const readOtherwise = /&&|\\[bBkpPv1-9]/;

/**
 * Returns the reason that the cluster would refuse the password; undefined if it would not, or if that is
 * unknown. Only the cluster knows its smallest length and its measure of strength. A cluster without a rule
 * of its own shows one in `dashboardsinfo` that it does not enforce (seen on 3.4.0), so a violation does not
 * prove a refusal.
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

/** Returns true if a text matches the Java pattern; undefined if JavaScript has no equivalent. */
function matchesJava(source: string, text: string): boolean | undefined {
  if (readOtherwise.test(source)) return undefined;
  // Java accepts an escape before any sign, JavaScript only before those with a special meaning.
  return matchesExpression(
    source.replace(/\\([^A-Za-z0-9])/gu, (_, sign: string) => escapeCodePoint(sign)),
    text,
  );
}

function escapeCodePoint(sign: string): string {
  return `\\u{${sign.codePointAt(0)!.toString(16)}}`;
}
