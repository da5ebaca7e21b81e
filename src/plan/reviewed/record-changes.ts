import { formatAddress } from "../../kinds/address.ts";
import { compareByCodeUnit, isRecord } from "../../value/record.ts";
import { withoutPaths, withoutField, valueAtPath, withPath } from "../../value/path.ts";
import { kinds } from "../../kinds/index.ts";
import { maskLiveTexts } from "../../kinds/mask-live-texts.ts";
import { createDetector } from "../../secrets/redact.ts";
import { isSameValue } from "../../value/equal.ts";
import type { Change } from "../../model/change.ts";
import type { LiveEntity, LiveState } from "../../model/entity.ts";
import type { KindName } from "../../model/kind-name.ts";
import type { RecordedChange } from "../../model/saved-plan.ts";
import type { Body, Json, Value, JsonObject } from "../../model/value.ts";
import { Secret } from "../../secrets/secret.ts";
import { holdsSecret, findSecrets, mapItems, findParts } from "../../value/walk.ts";
import { canonicalJson, digest, fingerprint } from "./fingerprint.ts";
import { findLiveEntity, getEntities, withFlags } from "../live-entity.ts";
import { escapeField, secretField, readSecrets, isWrittenSecret } from "../secret-field.ts";

/** The text for a secret that has no text in the files. */
const unseen = "(sensitive)";

/**
 * Records changes for a saved plan, independent of the order of files and sets, without the value of any
 * secret. Each has the fingerprint of the entity that it was computed from. A value outside of secret fields
 * is recorded as it is: nothing can be hidden from the review and changed after it.
 */
export function recordChanges(changes: readonly Change[], live: LiveState): RecordedChange[] {
  const mask = createMask(live);
  return changes
    .map((change) => recordChange(change, findLiveEntity(live, change), mask))
    .toSorted((a, b) => compareByCodeUnit(formatAddress(a), formatAddress(b)));
}

/** Masks the texts of a live body. */
export type Mask = (kind: KindName, body: Body) => Body;

/**
 * Creates a mask for texts of a live body that contain a secret of the cluster. It uses only secrets that
 * every caller sees, so that callers who see hashes or have other passwords record the same.
 */
export function createMask(live: LiveState): Mask {
  let detect: ((text: string) => boolean) | undefined;
  return (kind, body) =>
    maskLiveTexts(kind, body, (text) => (detect ??= createDetector(listShownSecrets(live)))(text));
}

function listShownSecrets(live: LiveState): string[] {
  const bodies = [...live].flatMap(([kind, answer]) => {
    const { login } = kinds[kind];
    return [...getEntities(answer).values()].map(({ body }) =>
      login ? withoutField(body, login.hash) : body,
    );
  });
  return bodies
    .flatMap(findSecrets)
    .flatMap((secret) => (secret.isKnown && !secret.facts.isStored ? [secret.reveal()] : []));
}

/**
 * Records a live entity. Its values are masked wherever the desired body has a secret, because they may be
 * the same.
 */
export function recordLive(
  { kind, ignored }: Pick<Change, "kind" | "ignored">,
  entity: LiveEntity | undefined,
  desired: Body | undefined,
  mask: Mask,
): JsonObject | null {
  if (!entity) return null;
  const body = withFlags(kind, entity);
  return recordBody(mask(kind, withoutPaths(body, ignored)), desired);
}

function recordChange(change: Change, entity: LiveEntity | undefined, mask: Mask): RecordedChange {
  const { action, kind, name, ignored } = change;
  const before = change.action === "create" ? undefined : withoutPaths(change.before, ignored);
  const after = change.action === "delete" ? undefined : withoutPaths(change.after, ignored);
  return {
    action,
    kind,
    name,
    ...(ignored ? { ignored } : {}),
    fingerprint: fingerprint(recordLive(change, entity, after, mask)),
    before: before ? recordBody(mask(kind, before), after) : null,
    after: after ? recordBody(before ? dropUnchanged(after, before) : after, before) : null,
  };
}

function recordBody(body: Body, other: Body | undefined): JsonObject {
  const spots = new Map<string, Spot>();
  if (other) collectSpots(other, "", spots);
  return toRecordedJson(maskCounterparts(body, "", spots)) as JsonObject;
}

/** Removes secrets that do not change. Not every caller sees them, and all callers must record the same. */
function dropUnchanged(after: Body, before: Body): Body {
  return findParts(after, (part) => part instanceof Secret)
    .filter(({ path, value }) => isSameValue(value, valueAtPath(before, path)))
    .reduce((rest, { path }) => withPath(rest, path, new Secret(undefined)), after);
}

/** The values of one side at a path. All items of a list have the same path. */
interface Spot {
  isSecret: boolean;
  /** A list or a map at the path has values. */
  isNested: boolean;
  readonly plain: Set<Value>;
}

function collectSpots(value: Value, path: string, spots: Map<string, Spot>): void {
  const spot = spots.get(path) ?? { isSecret: false, isNested: false, plain: new Set() };
  spots.set(path, spot);
  if (value instanceof Secret) spot.isSecret = true;
  else if (typeof value !== "object" || value === null) spot.plain.add(value);
  else {
    spot.isNested = true;
    for (const [step, item] of Object.entries(value)) collectSpots(item, joinStep(path, value, step), spots);
  }
}

function joinStep(path: string, parent: Value, step: string): string {
  return Array.isArray(parent) ? `${path}/*` : `${path}/${step}`;
}

/** Masks values wherever the other side has a secret: they may be an older secret. */
function maskCounterparts(value: Value, path: string, spots: ReadonlyMap<string, Spot>): Value {
  if (value instanceof Secret) return value;
  if (isOthersSecret(value, spots.get(path))) return new Secret(undefined);
  return mapItems(value, (item, step) => maskCounterparts(item, joinStep(path, value, step), spots));
}

function isOthersSecret(value: Value, spot: Spot | undefined): boolean {
  if (!spot?.isSecret) return false;
  return typeof value === "object" && value !== null ? !spot.isNested : !spot.plain.has(value);
}

/** The value as JSON. Secrets come last in a list, so that their place reveals nothing. */
function toRecordedJson(value: Value): Json {
  if (value instanceof Secret) return { [secretField]: describeSecret(value) };
  if (Array.isArray(value)) {
    const secret = value.filter((item) => holdsSecret(item));
    const plain = value.filter((item) => !secret.includes(item));
    const texts = secret
      .map(toRecordedJson)
      .toSorted((a, b) => compareByCodeUnit(canonicalJson(a), canonicalJson(b)));
    return [...plain.map(toRecordedJson), ...texts];
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [escapeField(name), toRecordedJson(item)]),
  );
}

/** A secret that the files contain is recorded as a digest: it is in git, and must be the reviewed one. */
function describeSecret(secret: Secret): string {
  const { reference, isPassword, facts } = secret;
  if (reference !== undefined) return isPassword ? `hash of ${reference}` : reference;
  return facts.isWritten && secret.isKnown ? `sha256 ${digest(secret.reveal())}` : unseen;
}

/**
 * A recorded body with secrets that have no value, so that values in the same places of other bodies are
 * masked too.
 */
export function toMaskedBody(body: JsonObject): Body {
  return readSecrets(body, (text) => new Secret(undefined, text ?? undefined)) as Body;
}

/** A recorded body for people to read. */
export function toReadableBody(body: JsonObject): Body {
  return readSecrets(body, (text) => text) as Body;
}

/** A recorded body in which all secrets are equal. In lists they come last. */
export function dropReferences(body: JsonObject): JsonObject {
  return toRecordedJson(readSecrets(body, () => new Secret(undefined))) as JsonObject;
}

/**
 * The live body without the secrets that the reviewed body lacks because osac sends them without a
 * comparison.
 */
export function dropUnasked(live: JsonObject, seen: JsonObject, desired: JsonObject): JsonObject {
  const isUnasked = (path: readonly string[]): boolean =>
    valueAtPath(seen, path) === undefined &&
    isRecord(valueAtPath(seen, path.slice(0, -1))) &&
    isWrittenSecret(valueAtPath(desired, path));
  const unasked = findParts(live, isWrittenSecret).map(({ path }) => path);
  return withoutPaths(live, unasked.filter(isUnasked)) as JsonObject;
}
