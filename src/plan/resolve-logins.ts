import type { Kind } from "../kinds/kind.ts";
import { isRecord } from "../value/record.ts";
import { hasSecrets } from "../schema/secret-paths.ts";
import { withField, withoutField } from "../value/path.ts";
import type { EntityNote } from "../model/plan.ts";
import type { Body, Value } from "../model/value.ts";
import { holdsSecret } from "../value/walk.ts";
import type { DesiredEntity } from "./diff.ts";

/** Which logins to send although nobody can tell whether they differ, and which are known to be right. */
export interface LoginChoice {
  /** Names of users whose login is to be sent. */
  readonly forced: ReadonlySet<string>;
  readonly areAllForced: boolean;
  /** Names of users whose password is known to be right: it fits the stored hash, or has logged in. */
  readonly verified: ReadonlySet<string>;
  /** Names of users whose password is known to be wrong, for it has not logged in. */
  readonly refuted: ReadonlySet<string>;
}

/** The two sides of a comparison. */
export interface Comparison {
  readonly desired: ReadonlyMap<string, DesiredEntity>;
  readonly live: ReadonlyMap<string, Body>;
}

/**
 * Decides for each user whether its login is part of the comparison. The server shows no hashes: that of an
 * existing user is compared where it can be seen (admin certificate), sent on demand, else left as it is.
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

/** Declared secrets that equal the live ones only because those cannot be seen. */
export function listUnverifiedSecrets(kind: Kind, { desired, live }: Comparison): EntityNote[] {
  // Elsewhere only placeholders that were not looked up cannot be seen, and those are refused.
  if (!hasSecrets(kind)) return [];
  const listed: EntityNote[] = [];
  for (const [name, { body, at }] of desired) {
    for (const reason of listUnseen(body, live.get(name))) listed.push({ kind: kind.name, name, reason, at });
  }
  return listed;
}

/** Paths, with dots, at which one side cannot be seen. */
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
