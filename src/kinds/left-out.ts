import type { Body, LeftOut, Value, Version } from "../model.ts";
import { Secret } from "../secret.ts";
import { canonicalize, isFields, type Omission, type Trail } from "./canonical.ts";
import type { Kind } from "./kind.ts";
import { sameValue } from "./same.ts";
import { isWithin } from "./version.ts";

/** The canonical form of an entity, and what of the body it does not have. */
export function canonicalizeFully(
  kind: Kind,
  body: Body,
  version: Version,
): { readonly body: Body; readonly leftOut: readonly LeftOut[] } {
  const trail: Trail = { path: [], omissions: [] };
  const canonical = canonicalize(kind, body, version, trail);
  return { body: canonical, leftOut: trail.omissions.filter(isLost).map((one) => describe(one, version)) };
}

/** Nothing is lost where the value is empty, has no effect on any server, or says what its absence would say. */
function isLost({ value, shape, meaning, absence, within }: Omission): boolean {
  if (isEmpty(value) || shape?.["x-no-effect"]) return false;
  return meaning === undefined || !sameValue(meaning, absence) || within.some(isLost);
}

function isEmpty(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return isFields(value) && Object.keys(value).length === 0;
}

function describe({ path, value, shape }: Omission, version: Version): LeftOut {
  if (!shape) return { path };
  const { "x-since": since, "x-until": until, "x-dropped-since": forgottenSince } = shape;
  const valueSince = shape["x-values-since"]?.[textOf(value, shape["x-upper"])];
  if (valueSince !== undefined) return { path, isValue: true, since: valueSince };
  if (since !== undefined && !isWithin(version, { since })) return { path, since };
  if (until !== undefined && isWithin(version, { since: until })) return { path, until };
  return forgottenSince === undefined ? { path } : { path, forgottenSince };
}

function textOf(value: Value | undefined, isUpper = false): string {
  const text = String(value instanceof Secret && value.isKnown ? value.reveal() : value);
  return isUpper ? text.toUpperCase() : text;
}
