import { codes, type FindingCode, type FixedCode, type Severity } from "./codes.ts";
import type { ExitReason } from "./exit-codes.ts";
import type { Finding, LintFinding } from "./model/finding.ts";

/** The order in which one of several reasons decides, before anything is written. */
const reasonPrecedence: readonly ExitReason[] = [
  "interrupted",
  "internal",
  "input",
  "access",
  "stale",
  "lockout",
  "guard",
  "changes",
];

/** Returns true for an error. Only errors refuse a run. */
export function isError({ severity }: Pick<Finding, "severity">): boolean {
  return severity === "error";
}

/** Returns the reason why a run with these findings must not write; undefined if no finding is an error. */
export function findExitReason(findings: readonly Finding[]): ExitReason | undefined {
  const reasons = findings.filter(isError).map(({ refusedBy }): ExitReason => refusedBy ?? "input");
  return reasonPrecedence.find((reason) => reasons.includes(reason));
}

/**
 * Ends a run for a reason that the user can act on. `findings` holds all errors, and the reason decides the
 * exit code. Any other error is a bug of osac.
 */
export class OsacError extends Error {
  override readonly name = "OsacError";
  readonly reason: ExitReason;
  readonly findings: readonly Finding[];

  constructor(reason: ExitReason, findings: readonly Finding[], options?: ErrorOptions) {
    super(findings.map((finding) => finding.message).join("\n"), options);
    this.reason = reason;
    this.findings = findings;
  }
}

/** A finding without its code; with a severity only if the table of codes leaves it open. */
type Details<Code, Type extends Finding> = Omit<Type, "code" | "severity"> &
  (Code extends FixedCode ? unknown : { readonly severity: Severity });

/** Makes a finding with the severity from the table of codes. */
export function makeFinding<Code extends FindingCode>(code: Code, details: Details<Code, Finding>): Finding {
  return { code, severity: codes[code][0] as Severity, ...details };
}

/** Makes a finding about an entity, before it has a place. */
export function makeLintFinding<Code extends FindingCode>(
  code: Code,
  details: Details<Code, LintFinding>,
): LintFinding {
  return { code, severity: codes[code][0] as Severity, ...details };
}

/** Makes an error with a single finding, the common case. */
export function failure(
  reason: ExitReason,
  code: FindingCode,
  message: string,
  details: Omit<Finding, "code" | "severity" | "message"> & ErrorOptions = {},
): OsacError {
  const { cause, ...rest } = details;
  return new OsacError(reason, [{ code, severity: "error", message, ...rest }], { cause });
}

/** Returns an `OsacError`. Throws any other error again: it is a bug. */
export function requireOsacError(error: unknown): OsacError {
  if (error instanceof OsacError) return error;
  throw error;
}

/** Returns an `OsacError` unchanged; any other error becomes an internal error. */
export function toOsacError(error: unknown): OsacError {
  if (error instanceof OsacError) return error;
  const message = `internal error: ${error instanceof Error ? error.message : String(error)}`;
  const hint = "this is a bug in osac; please report it with the whole output";
  return failure("internal", "internal-error", message, { hint, cause: error });
}
