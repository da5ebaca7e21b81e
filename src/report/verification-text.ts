import type { ListVerification, Verification } from "../model/verification.ts";
import { formatWords } from "./command-line.ts";
import { formatQuantity } from "./findings-text.ts";
import { formatItem, formatValue, printable } from "./printable.ts";
import { applyStyle, type Theme } from "./theme.ts";

/** Formats whether the cluster gives the same answer; empty if it was not asked. */
export function verificationText(
  verification: Verification | undefined,
  subject: string,
  theme: Theme,
): string {
  if (verification === undefined) return "";
  const { result, reason = "" } = verification;
  if (result === "agrees") return `  verified: ${replyText(verification)}\n`;
  if (result === "not-verified")
    return `  not verified: ${formatValue(reason)}${requestText(verification)}\n`;
  const word = applyStyle(theme, ["bold", "red"], "the cluster disagrees:");
  return `  ${word} ${replyText(verification)}\n${reproductionText(verification, subject)}`;
}

/** Formats how many answers about a list the cluster gives, too, and where it disagrees. */
export function listVerificationText(
  verifications: readonly ListVerification[],
  subject: string,
  theme: Theme,
): string {
  const agreeing = verifications.filter(({ verification }) => verification.result === "agrees");
  const targets = new Set(agreeing.map(({ target }) => target));
  const count = `${formatQuantity(agreeing.length, "answer")}: ${[...targets].map(formatItem).join(", ")}`;
  const rest = verifications.filter(({ verification }) => verification.result === "not-verified");
  const reasons = new Set(
    rest.map(({ verification: { reason = "", status } }) => describeReason(reason, status)),
  );
  return [
    ...(agreeing.length === 0 ? [] : [`  verified with requests that only read: ${count}\n`]),
    ...[...reasons].map((reason) => `  not verified: ${formatValue(reason)}\n`),
    ...verifications
      .filter(({ verification }) => verification.result === "disagrees")
      .map(
        ({ operation, target, verification }) =>
          `  ${printable(`${operation}, on ${target}`)}\n${verificationText(verification, subject, theme)}`,
      ),
  ].join("");
}

function describeReason(reason: string, status: number | undefined): string {
  return status === undefined || reason.includes(String(status)) ? reason : `${reason} (${status})`;
}

function replyText({ status, request = "", says = "" }: Verification): string {
  return printable(`the cluster answers ${status} to ${request}: ${says}`);
}

function requestText({ request }: Verification): string {
  return request === undefined ? "" : printable(`, to ${request}`);
}

function reproductionText({ request = "", url = "", roles }: Verification, subject: string): string {
  const address = `${url}${request.replace(/^GET /, "")}`;
  const name = subject.slice(subject.indexOf(":") + 1);
  const login = subject === "anonymous" ? [] : ["-u", name];
  const command = formatWords(["curl", "--cacert", "root-ca.pem", ...login, address]);
  const cluster = roles?.cluster === undefined ? "unknown" : formatNames(roles.cluster);
  return [
    `    to repeat it: ${command}`,
    `    roles by the cluster: ${cluster}`,
    `    roles by osac: ${formatNames(roles?.osac ?? [])}`,
    "",
  ].join("\n");
}

function formatNames(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.map(formatItem).join(", ");
}
