import { addressOf } from "../../kinds/address.ts";
import { byCodeUnit, isFields, trueFlags } from "../../kinds/canonical.ts";
import { detectorOf } from "../../hidden.ts";
import { withoutPaths } from "../../kinds/fields.ts";
import { kinds } from "../../kinds/index.ts";
import { withoutField } from "../../kinds/login.ts";
import { sameValue } from "../../kinds/same.ts";
import type {
  Body,
  Change,
  Json,
  KindName,
  LiveEntity,
  LiveKind,
  RecordedChange,
  Value,
} from "../../model.ts";
import { isTelling, Secret, holdsSecret, secretsIn } from "../../secret.ts";
import { canonicalJson, fingerprintOf } from "./fingerprint.ts";
import { entityOf } from "../live-entity.ts";

/** What stands for a secret that no text of the files stands for. */
const unseen = "(sensitive)";

/** A secret is recorded as an object with this field alone, which no text can be taken for. */
const secretField = "$secret";

type Fields = { [field: string]: Json };
type RecordedBody = { readonly [field: string]: Json };

/**
 * The changes as a saved plan holds them: in one form whatever the order of files and sets, each with the fingerprint
 * of the entity it was computed from, and without the value of any secret. `secrets` are the known ones of the files:
 * their values are hidden wherever they stand.
 */
export function recordChanges(
  changes: readonly Change[],
  live: ReadonlyMap<KindName, LiveKind>,
  secrets: readonly Secret[],
): RecordedChange[] {
  const isSecret = secretTexts(secrets, live);
  return changes
    .map((change) => recordChange(change, entityOf(live, change), isSecret))
    .toSorted((a, b) => byCodeUnit(addressOf(a), addressOf(b)));
}

/** Whether a text gives a secret away. */
export type IsSecret = (text: string) => boolean;

/**
 * Knows the secrets of the files, and those of the cluster that every caller is shown: who sees hashes records the same.
 * A text that has one in it, as it is or otherwise spelt, gives it away.
 */
export function secretTexts(secrets: readonly Secret[], live: ReadonlyMap<KindName, LiveKind>): IsSecret {
  let values: Set<string> | undefined;
  let detect: IsSecret;
  return (text) => {
    if (!values) {
      values = new Set([...secrets, ...shownSecrets(live)].map((secret) => secret.reveal()));
      detect = detectorOf(values);
    }
    return values.has(text) || detect(text);
  };
}

function shownSecrets(live: ReadonlyMap<KindName, LiveKind>): Secret[] {
  const bodies = [...live].flatMap(([kind, answer]) => {
    const { login } = kinds[kind];
    const entities = answer.readable ? [...answer.entities.values()] : [];
    return entities.map(({ body }) => (login ? withoutField(body, login.hash) : body));
  });
  return bodies.flatMap(secretsIn).filter(({ isKnown }) => isKnown);
}

/** Whether a change sends a secret that the files have in the clear, so that nothing of it is recorded. */
export function sendsUnrecorded(change: Change): boolean {
  if (change.action === "delete") return false;
  const after = change.action === "update" ? withoutSame(change.after, change.before) : change.after;
  return holdsSecret(after, ({ isKnown, reference }) => isKnown && reference === undefined);
}

/** A live entity as it is recorded beside the body that it is to become, whose secrets may be its own. */
export function recordLive(
  { kind, ignored }: Pick<Change, "kind" | "ignored">,
  entity: LiveEntity | undefined,
  desired: Body | undefined,
  isSecret: IsSecret,
): Fields | null {
  if (!entity) return null;
  const body = { ...trueFlags(kinds[kind], entity.raw), ...entity.body };
  return recordBody(withoutPaths(body, ignored), desired, isSecret);
}

function recordChange(change: Change, entity: LiveEntity | undefined, isSecret: IsSecret): RecordedChange {
  const { action, kind, name, ignored } = change;
  const before = change.action === "create" ? undefined : withoutPaths(change.before, ignored);
  const after = change.action === "delete" ? undefined : withoutPaths(change.after, ignored);
  return {
    action,
    kind,
    name,
    ...(ignored ? { ignored } : {}),
    fingerprint: fingerprintOf(recordLive(change, entity, after, isSecret)),
    before: before ? recordBody(before, after, isSecret) : null,
    after: after ? recordBody(before ? withoutSame(after, before) : after, before, isSecret) : null,
  };
}

function recordBody(body: Body, other: Body | undefined, isSecret: IsSecret): Fields {
  const spots = new Map<string, Spot>();
  if (other) collectSpots(other, "", spots);
  return recorded(hidden(body, "", { spots, isSecret })) as Fields;
}

/** A secret that stays as it is need not be told, and not every caller could: who sees hashes records the same. */
function withoutSame(after: Body, before: Body): Body {
  return Object.fromEntries(
    Object.entries(after).map(([name, value]) => {
      const old = Object.hasOwn(before, name) ? before[name] : undefined;
      if (isFields(value) && isFields(old)) return [name, withoutSame(value, old)];
      const isSame = value instanceof Secret && sameValue(value, old);
      return [name, isSame ? new Secret(undefined) : value];
    }),
  );
}

/** What one side has at a path; the places of a list count as one path. */
interface Spot {
  isSecret: boolean;
  /** There is something below it. */
  isNested: boolean;
  /** What may be read there. */
  readonly plain: Set<Value>;
}

interface Rules {
  readonly spots: ReadonlyMap<string, Spot>;
  readonly isSecret: IsSecret;
}

function collectSpots(value: Value, path: string, spots: Map<string, Spot>): void {
  const spot = spots.get(path) ?? { isSecret: false, isNested: false, plain: new Set() };
  spots.set(path, spot);
  if (value instanceof Secret) spot.isSecret = true;
  else if (typeof value !== "object" || value === null) spot.plain.add(value);
  else {
    spot.isNested = true;
    for (const [name, item] of Object.entries(value))
      collectSpots(item, Array.isArray(value) ? `${path}/*` : `${path}/${name}`, spots);
  }
}

/**
 * Puts a secret wherever a value must not be read: one that equals a secret of the files, and whatever stands where
 * the other side has a secret, for it may be the secret of yesterday.
 */
function hidden(value: Value, path: string, rules: Rules): Value {
  if (value instanceof Secret) return value;
  if (isOthersSecret(value, rules.spots.get(path))) return new Secret(undefined);
  if (Array.isArray(value)) return value.map((item) => hidden(item, `${path}/*`, rules));
  if (isTelling(value) && rules.isSecret(String(value))) return new Secret(undefined);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, hidden(item, `${path}/${name}`, rules)]),
  );
}

function isOthersSecret(value: Value, spot: Spot | undefined): boolean {
  if (!spot?.isSecret) return false;
  return typeof value === "object" && value !== null ? !spot.isNested : !spot.plain.has(value);
}

/** The value as JSON. Where a secret stands in a list tells its value, for sets are sorted: there it comes last. */
function recorded(value: Value): Json {
  if (value instanceof Secret) return { [secretField]: textOf(value) };
  if (Array.isArray(value)) {
    const secret = value.filter((item) => holdsSecret(item));
    const plain = value.filter((item) => !secret.includes(item));
    const texts = secret.map(recorded).toSorted((a, b) => byCodeUnit(canonicalJson(a), canonicalJson(b)));
    return [...plain.map(recorded), ...texts];
  }
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, recorded(item)]));
}

function textOf({ reference, isPassword }: Secret): string {
  if (reference === undefined) return unseen;
  return isPassword ? `hash of ${reference}` : reference;
}

/** What is done with the secrets of a recorded value: each is named by its text. */
type Treatment<Result> = (text: string) => Result;

/** A recorded body with secrets that have no value, so that what stands in their places elsewhere is hidden as well. */
export function withSecrets(body: RecordedBody): Body {
  return treated<Secret>(body, (text) => new Secret(undefined, text)) as Body;
}

/** A recorded body for people to read. */
export function withTexts(body: RecordedBody): Body {
  return treated<string>(body, (text) => text) as Body;
}

/** A recorded body in which all secrets are one, in lists as well, where they come last. */
export function withoutReferences(body: RecordedBody): Fields {
  return recorded(treated<Secret>(body, () => new Secret(undefined))) as Fields;
}

/** The live body without the secrets that the seen one lacks because they are to be sent whatever they are. */
export function withoutUnasked(live: RecordedBody, seen: RecordedBody, desired: RecordedBody): Fields {
  const isUnasked = (field: string): boolean =>
    !Object.hasOwn(seen, field) &&
    secretText(live[field]!) !== undefined &&
    secretText(desired[field] ?? null) !== undefined;
  return Object.fromEntries(
    Object.entries(live)
      .filter(([field]) => !isUnasked(field))
      .map(([field, value]) => {
        const [old, wanted] = [seen[field], desired[field]];
        const isNested = isFields(value) && isFields(old) && isFields(wanted);
        return [field, isNested ? withoutUnasked(value, old, wanted) : value];
      }),
  );
}

function treated<Result extends Secret | string>(
  value: Json | RecordedBody,
  treat: Treatment<Result>,
): Value {
  const text = secretText(value);
  if (text !== undefined) return treat(text);
  if (Array.isArray(value)) return value.map((item: Json) => treated(item, treat));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([field, item]) => [field, treated(item, treat)]));
}

/** The text of a recorded secret; undefined for anything else. */
function secretText(value: Json | RecordedBody): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const [[field, text] = [], ...others] = Object.entries(value);
  return field === secretField && typeof text === "string" && others.length === 0 ? text : undefined;
}
