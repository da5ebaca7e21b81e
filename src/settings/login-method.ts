import { makeTargetPrefix } from "./settings-file.ts";
import type { FixedCode } from "../codes.ts";
import { OsacError, makeFinding } from "../errors.ts";
import type { Finding } from "../model/finding.ts";
import { options, type Option, type OptionName } from "./options.ts";
import type { GivenSetting } from "./given-setting.ts";

const user: readonly OptionName[] = ["username", "password", "passwordFile"];
const token: readonly OptionName[] = ["token", "tokenFile"];
const signature: readonly OptionName[] = ["auth"];

/** Settings with the same purpose; the one with the higher rank wins. */
const alternatives: readonly (readonly [readonly OptionName[], readonly OptionName[], string])[] = [
  [user, token, "two ways to log in"],
  [signature, user, "two ways to log in"],
  [signature, token, "two ways to log in"],
  [["password"], ["passwordFile"], "two ways to log in"],
  [["token"], ["tokenFile"], "two ways to log in"],
  [["newPassword"], ["newPasswordFile"], "two new passwords"],
  [["subjectPassword"], ["subjectPasswordFile"], "two passwords of the subject"],
];

/** Settings that have no effect without a partner, with their partners and a hint. */
const pairs: readonly (readonly [OptionName, readonly OptionName[], string])[] = [
  ["username", ["password", "passwordFile"], "pass the password with --password-file or OSAC_PASSWORD"],
  ["password", ["username"], "pass the user with --username or OSAC_USERNAME"],
  ["passwordFile", ["username"], "pass the user with --username or OSAC_USERNAME"],
  ["awsRegion", ["auth"], "sign the requests with --auth sigv4 or OSAC_AUTH"],
  ["awsHost", ["auth"], "sign the requests with --auth sigv4 or OSAC_AUTH"],
  ["awsProfile", ["auth"], "sign the requests with --auth sigv4 or OSAC_AUTH"],
  ["clientCert", ["clientKey"], "pass its key with --client-key or OSAC_CLIENT_KEY"],
  ["recoveryCert", ["recoveryKey"], "pass its key with --recovery-key or OSAC_RECOVERY_KEY"],
  ["recoveryKey", ["recoveryCert"], "pass its certificate with --recovery-cert or OSAC_RECOVERY_CERT"],
  ["clientKey", ["clientCert"], "pass its certificate with --client-cert or OSAC_CLIENT_CERT"],
];

/**
 * Chooses one login: a token on the command line overrides a user from the environment. Throws for two logins
 * of the same rank, and for an incomplete one.
 */
export function resolveLogin(
  given: ReadonlyMap<OptionName, GivenSetting>,
): ReadonlyMap<OptionName, GivenSetting> {
  const settled = new Map(given);
  const findings = [...resolveAlternatives(settled), ...incompletePairFindings(settled)];
  if (findings.length > 0) throw new OsacError("input", findings);
  return settled;
}

function resolveAlternatives(settled: Map<OptionName, GivenSetting>): Finding[] {
  const findings: Finding[] = [];
  for (const [one, other, what] of alternatives) {
    const [first, second] = [findStrongest(settled, one), findStrongest(settled, other)];
    if (!first || !second) continue;
    if (first.rank === second.rank) findings.push(saidTwiceFinding(first, second, what));
    for (const name of first.rank < second.rank ? one : other) settled.delete(name);
  }
  return findings;
}

function incompletePairFindings(settled: ReadonlyMap<OptionName, GivenSetting>): Finding[] {
  const target = settled.get("target")?.texts[0];
  return pairs.flatMap(([name, partners, hint]) => {
    const lonely = settled.get(name);
    if (!lonely || partners.some((partner) => settled.has(partner))) return [];
    const message = `${lonely.source.name} has no effect alone`;
    return [loginFinding("incomplete-login", message, nameOwnVariable(hint, name, lonely, target), lonely)];
  });
}

/** In a run on a target, the partner is a variable of its own, unless the other part comes from the usual one. */
function nameOwnVariable(
  hint: string,
  name: OptionName,
  { source }: GivenSetting,
  target: string | undefined,
): string {
  const { env }: Option<unknown> = options[name];
  return target === undefined || source.name === env
    ? hint
    : hint.replaceAll("OSAC_", makeTargetPrefix(target));
}

function findStrongest(
  given: ReadonlyMap<OptionName, GivenSetting>,
  names: readonly OptionName[],
): GivenSetting | undefined {
  return names
    .flatMap((name) => given.get(name) ?? [])
    .toSorted((a, b) => b.rank - a.rank)
    .at(0);
}

function saidTwiceFinding(first: GivenSetting, second: GivenSetting, what: string): Finding {
  const message = `${first.source.name} and ${second.source.name} are ${what}`;
  return loginFinding("conflicting-logins", message, "keep one of them", second);
}

function loginFinding(code: FixedCode, message: string, hint: string, { source }: GivenSetting): Finding {
  return makeFinding(code, { message, hint, at: source.at });
}
