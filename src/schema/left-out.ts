import type { LeftOut } from "../model/entity.ts";
import type { Version } from "../model/finding.ts";
import type { Body, Value } from "../model/value.ts";
import { Secret } from "../secrets/secret.ts";
import { canonicalize, type Omission, type Trail } from "./canonical.ts";
import { isRecord } from "../value/record.ts";
import type { Kind } from "../kinds/kind.ts";
import { isSameValue } from "../value/equal.ts";
import { isWithin } from "../value/version.ts";

/** Returns the canonical form of an entity, and the parts of the body that it drops. */
export function canonicalizeFully(
  kind: Kind,
  body: Body,
  version: Version,
): { readonly body: Body; readonly leftOut: readonly LeftOut[] } {
  const trail: Trail = { path: [], omissions: [] };
  const canonical = canonicalize(kind, body, version, trail);
  return {
    body: canonical,
    leftOut: trail.omissions.filter(isLost).map((one) => describeLeftOut(one, version)),
  };
}

/** False if the value is empty, has no effect on any server, or means the same as its absence. */
function isLost({ value, shape, meaning, absence, within }: Omission): boolean {
  if (isEmpty(value) || shape?.["x-no-effect"]) return false;
  return meaning === undefined || !isSameValue(meaning, absence) || within.some(isLost);
}

function isEmpty(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && Object.keys(value).length === 0;
}

function describeLeftOut({ path, value, shape }: Omission, version: Version): LeftOut {
  if (!shape) return { path };
  const { "x-since": since, "x-until": until, "x-dropped-since": forgottenSince } = shape;
  const valueSince = shape["x-values-since"]?.[formatLostValue(value, shape["x-upper"])];
  if (valueSince !== undefined) return { path, isValue: true, since: valueSince };
  if (since !== undefined && !isWithin(version, { since })) return { path, since };
  if (until !== undefined && isWithin(version, { since: until })) return { path, until };
  return forgottenSince === undefined ? { path } : { path, forgottenSince };
}

function formatLostValue(value: Value | undefined, isUpper = false): string {
  const text = String(value instanceof Secret && value.isKnown ? value.reveal() : value);
  return isUpper ? text.toUpperCase() : text;
}
