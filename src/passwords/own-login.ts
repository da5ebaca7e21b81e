import { kinds } from "../kinds/index.ts";
import { isSameValue } from "../value/equal.ts";
import type { Change } from "../model/change.ts";
import { Secret } from "../secrets/secret.ts";
import { passwordMatches } from "./match-hash.ts";

/**
 * Returns true if a user still logs in with a password after the changes, because none of them sets another
 * one; undefined if that is unknown.
 */
export async function keepsPassword(
  changes: readonly Change[],
  name: string,
  password: Secret,
): Promise<boolean | undefined> {
  const change = changes.find((one) => kinds[one.kind].login !== undefined && one.name === name);
  if (!change || change.action !== "update") return true;
  const { hash } = kinds[change.kind].login!;
  const [before, after] = [change.before[hash], change.after[hash]];
  // If osac cannot compare the stored one, it does not send it.
  if (!(after instanceof Secret) || isSameValue(before, after)) return true;
  if (!after.isKnown) return undefined;
  return after.isPassword ? after.reveal() === password.reveal() : passwordMatches(password, after.reveal());
}
