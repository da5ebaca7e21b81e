import { isRecord } from "../value/record.ts";
import type { Kind } from "../kinds/kind.ts";
import type { Body, Value } from "../model/value.ts";
import { Secret } from "../secrets/secret.ts";
import { holdsSecret } from "../value/walk.ts";
import { getOwnField, withoutField } from "../value/path.ts";
import type { DesiredEntity } from "./diff.ts";
import type { Comparison } from "./resolve-logins.ts";

/** The treatment of logins that a rollback cannot compare. */
export interface UnseenChoice {
  /** The login of a user that a rollback creates without its own. */
  readonly lockedLogin: () => Secret;
  /** Users whose login is known to differ from the live login, even if osac cannot see it. */
  readonly changedLogins: ReadonlySet<string>;
}

/**
 * Fills values that the desired side lacks because it comes from a backup without secrets. A live value
 * stays. Without a live value the field is omitted. A user that is created again gets a random login: without
 * a login, the server would refuse every later change of it.
 */
export function fillUnknown(kind: Kind, sides: Comparison, choice: UnseenChoice): Comparison {
  const desired = new Map<string, DesiredEntity>();
  const live = new Map(sides.live);
  for (const [name, wanted] of sides.desired) {
    const before = live.get(name);
    const body = fillFields(wanted.body, before ?? {});
    desired.set(name, {
      ...wanted,
      body: kind.login && !before ? addLockedLogin(kind.login.hash, body, choice) : body,
    });
    if (before && isChangedLogin(kind, before, choice.changedLogins.has(name)))
      live.set(name, withoutField(before, kind.login!.hash));
  }
  return { desired, live };
}

function addLockedLogin(hash: string, body: Body, { lockedLogin }: UnseenChoice): Body {
  return body[hash] === undefined ? { ...body, [hash]: lockedLogin() } : body;
}

function isChangedLogin({ login }: Kind, before: Body, isKnownToDiffer: boolean): boolean {
  return isKnownToDiffer && login !== undefined && hasUnseen(before[login.hash] ?? null);
}

function fillFields(fields: Body, live: Body): Body {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      const seen = fillValue(value, getOwnField(live, name));
      return seen === undefined ? [] : [[name, seen]];
    }),
  );
}

function fillValue(value: Value, live: Value | undefined): Value | undefined {
  if (value instanceof Secret) return value.isKnown ? value : live;
  if (isRecord(value)) return fillFields(value, isRecord(live) ? live : {});
  if (!Array.isArray(value) || !hasUnseen(value)) return value;
  // osac cannot know which item of the live list it was.
  return Array.isArray(live) ? live : value.filter((item) => !hasUnseen(item));
}

function hasUnseen(value: Value): boolean {
  return holdsSecret(value, (secret) => !secret.isKnown);
}
