import type { Kind } from "../kinds/kind.ts";
import { isRecord } from "../value/record.ts";
import { hasSecrets } from "../schema/secret-paths.ts";
import { withField, withoutField } from "../value/path.ts";
import type { EntityNote } from "../model/plan.ts";
import type { Body, Value } from "../model/value.ts";
import { holdsSecret } from "../value/walk.ts";
import type { DesiredEntity } from "./diff.ts";

/** The logins that osac sends without a comparison, and those whose password is verified. */
export interface LoginChoice {
  /** Names of users whose login osac sends even if it cannot compare it. */
  readonly forced: ReadonlySet<string>;
  readonly areAllForced: boolean;
  /** Names of users whose password is right: it matches the current hash, or a login succeeded. */
  readonly verified: ReadonlySet<string>;
  /** Names of users whose password is wrong, because a login failed. */
  readonly refuted: ReadonlySet<string>;
}

/** The two sides of a comparison. */
export interface Comparison {
  readonly desired: ReadonlyMap<string, DesiredEntity>;
  readonly live: ReadonlyMap<string, Body>;
}

/**
 * Decides for each user whether its login is part of the comparison. The server shows hashes only to the
 * admin certificate. Other callers send the login of an existing user on demand, or leave it as it is.
 */
export function resolveLogins(kind: Kind, comparison: Comparison, choice: LoginChoice): Comparison {
  if (!kind.login) return comparison;
  const { hash } = kind.login;
  const desired = new Map<string, DesiredEntity>();
  const live = new Map(comparison.live);
  for (const [name, wanted] of comparison.desired) {
    const before = live.get(name);
    const treatment = before ? chooseTreatment(name, wanted.body[hash], choice) : "compared";
    if (before && treatment === "sent") live.set(name, withoutField(before, hash));
    desired.set(
      name,
      before && treatment === "kept" ? { ...wanted, body: keepStored(wanted.body, before, hash) } : wanted,
    );
  }
  return { desired, live };
}

function chooseTreatment(
  name: string,
  login: Value | undefined,
  choice: LoginChoice,
): "sent" | "kept" | "compared" {
  if (login === undefined) return "kept";
  if (choice.areAllForced || choice.forced.has(name) || choice.refuted.has(name)) return "sent";
  return choice.verified.has(name) ? "kept" : "compared";
}

/** Declared secrets that are not compared, because osac cannot see the live ones. */
export function listSecretsNotCompared(kind: Kind, { desired, live }: Comparison): EntityNote[] {
  // In other kinds only placeholders without a value are unknown, and the plan refuses those.
  if (!hasSecrets(kind)) return [];
  const listed: EntityNote[] = [];
  for (const [name, { body, at }] of desired) {
    for (const reason of listUnseen(body, live.get(name))) listed.push({ kind: kind.name, name, reason, at });
  }
  return listed;
}

/** Paths, with dots, of values that osac cannot see on one side. */
function listUnseen(desired: Body, live: Body | undefined): string[] {
  const paths: string[] = [];
  if (live) collectUnseen(desired, live, "", paths);
  return paths;
}

function collectUnseen(desired: Body, live: Body, prefix: string, paths: string[]): void {
  for (const name of Object.keys(desired)) {
    const wanted = desired[name];
    const stored = live[name];
    if (wanted === stored || wanted === undefined || stored === undefined) continue;
    if (isRecord(wanted) && isRecord(stored)) collectUnseen(wanted, stored, `${prefix}${name}.`, paths);
    else if (!isSeen(wanted) || !isSeen(stored)) paths.push(prefix + name);
  }
}

function isSeen(value: Value): boolean {
  return !holdsSecret(value, ({ isKnown }) => !isKnown);
}

function keepStored(body: Body, before: Body, field: string): Body {
  const stored = before[field];
  return withField(body, field, stored);
}
