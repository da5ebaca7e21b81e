import { listNames } from "../../kinds/list-names.ts";
import { addressOf } from "../../kinds/address.ts";
import { byCodeUnit, isFields, trueFlags } from "../../kinds/canonical.ts";
import { allKinds, kinds } from "../../kinds/index.ts";
import { maskLiveTexts } from "../../kinds/live-texts.ts";
import { sameValue } from "../../kinds/same.ts";
import {
  backupVersion,
  type BackedUpChange,
  type Backup,
  type Body,
  type Change,
  type Finding,
  type Json,
  type KindName,
  type LiveEntity,
  type LiveKind,
  type Lost,
  type Plan,
  type Trace,
  type Value,
} from "../../model.ts";
import { holdsSecret } from "../../secret.ts";
import { entityOf } from "../live-entity.ts";
import { writesIn } from "../writes.ts";
import { guarded, pointerOf, sealed, secretPlaces, traceOf } from "./sealed.ts";

type Live = ReadonlyMap<KindName, LiveKind>;

/** What a backup says besides the cluster and the plan. */
export interface BackupFacts {
  readonly tool: string;
  readonly createdAt: Date;
  /** The directory of files, from where the run was started. */
  readonly directory: string;
  readonly storedVersion: string | null;
  /** Secrets that can be seen are kept, too. */
  readonly keepsSecrets: boolean;
}

/** What a plan is about to change, as it is now: the touched kinds whole, and of their secrets only the places. */
export function backupOf(plan: Plan, live: Live, facts: BackupFacts): Backup {
  const { tool, createdAt, directory, storedVersion, keepsSecrets } = facts;
  const { changes, cluster, managed } = plan;
  const { major, minor, patch } = cluster.version;
  return {
    version: backupVersion,
    tool,
    createdAt: createdAt.toISOString(),
    directory,
    cluster: {
      name: cluster.name ?? null,
      uuid: cluster.uuid ?? null,
      version: cluster.isVersionGuessed ? null : `${major}.${minor}.${patch}`,
    },
    planId: plan.id ?? null,
    storedVersion,
    changes: changes.map((change) => ({
      action: change.action,
      kind: change.kind,
      name: change.name,
      fields: fieldsOf(change),
      result: null,
      after: null,
    })),
    lost: lostBy(plan, live, keepsSecrets),
    managed: Object.fromEntries(touchedKinds(plan).map((kind) => [kind, managed[kind] ?? 0])),
    documents: documentsOf(plan, live, keepsSecrets),
  };
}

/** The backup at the end of the run: what became of each change, and the entities as they are now, where they were read. */
export function completed(
  backup: Backup,
  plan: Plan,
  outcomes: readonly { readonly change: Change; readonly result: string }[],
  after: Live | undefined,
): Backup {
  const results = new Map(outcomes.map(({ change, result }) => [addressOf(change), result]));
  const planned = new Map(plan.changes.map((change) => [addressOf(change), change]));
  return {
    ...backup,
    changes: backup.changes.map((change): BackedUpChange => ({
      ...change,
      result: results.get(addressOf(change)) ?? null,
      after: after?.get(change.kind)?.readable
        ? traceAfter(planned.get(addressOf(change))!, entityOf(after, change))
        : null,
    })),
  };
}

/** What a rollback could not bring back, by entity and field: changed by the plan, and not in the backup. */
export function lostBy({ requests }: Plan, live: Live, keepsSecrets: boolean): Lost[] {
  return writesIn(requests).flatMap(({ change, operations }) => {
    const entity = entityOf(live, change);
    if (change.action === "create" || !entity) return [];
    const { kind, name } = change;
    const after = change.action === "update" ? change.after : undefined;
    const before = guarded(maskLiveTexts(kind, bodyOf(kind, entity)), after);
    const isLost = (path: readonly string[]): boolean =>
      operations.some((sent) => `${pointerOf([name, ...path])}/`.startsWith(`${sent.path}/`)) &&
      !isKept(valueAt(before, path), valueAt(after, path), keepsSecrets);
    return secretPlaces(before)
      .filter(isLost)
      .map((path) => ({ kind, name, path }));
  });
}

/** Entities that a message names. */
const namesMax = 10;

/** Says before anything is written what a rollback could not bring back. */
export function notInBackup(plan: Plan, live: Live, keepsSecrets: boolean): Finding[] {
  const lost = lostBy(plan, live, keepsSecrets);
  return touchedKinds(plan).flatMap((kind): Finding[] => {
    const names = lost
      .filter((one) => one.kind === kind)
      .map(({ name, path }) => `${name} (${path.join(".")})`);
    if (names.length === 0) return [];
    const message = `a rollback cannot restore values that the backup does not have: ${listNames(names, namesMax)}`;
    const hint = keepsSecrets
      ? "osac cannot read these; keep them elsewhere"
      : "--backup-secrets stores what osac can read: hashes with the admin certificate, secrets that the server does not redact";
    return [{ code: "not-in-backup", severity: "notice", message, hint, kind }];
  });
}

/** A secret is no loss where the backup has it, or where the plan leaves it as it is. */
function isKept(before: Value | undefined, after: Value | undefined, keepsSecrets: boolean): boolean {
  const isKnown = !holdsSecret(before, (secret) => !secret.isKnown);
  if (isKnown && keepsSecrets) return true;
  // What cannot be seen equals anything; it stays only where the plan does not know it either.
  const isSent = holdsSecret(after, (secret) => secret.isKnown);
  return sameValue(before, after) && (isKnown || !isSent);
}

function valueAt(value: Value | undefined, path: readonly string[]): Value | undefined {
  return path.reduce<Value | undefined>((at, field) => (isFields(at) ? at[field] : undefined), value);
}

function fieldsOf(change: Change): string[] {
  if (change.action !== "update") return [];
  const { before, after } = change;
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !sameValue(before[name], after[name])).toSorted(byCodeUnit);
}

/** The touched kinds as they are, with what must not be read wrapped as a secret. Static entities are nobody's to change. */
function documentsOf(plan: Plan, live: Live, keepsSecrets: boolean): Backup["documents"] {
  const desired = new Map(
    plan.changes.flatMap((change) => (change.action === "update" ? [[addressOf(change), change.after]] : [])),
  );
  const document = (kind: KindName): { [name: string]: Json } => {
    const answer = live.get(kind);
    const entities = answer?.readable ? [...answer.entities.values()] : [];
    return Object.fromEntries(
      entities
        .filter(({ builtIn }) => builtIn !== "static")
        .map((entity) => {
          const after = desired.get(addressOf({ kind, name: entity.name }));
          return [
            entity.name,
            sealed(guarded(maskLiveTexts(kind, bodyOf(kind, entity)), after), keepsSecrets),
          ];
        }),
    );
  };
  return Object.fromEntries(touchedKinds(plan).map((kind) => [kind, document(kind)]));
}

function touchedKinds({ changes }: Plan): KindName[] {
  const touched = new Set(changes.map(({ kind }) => kind));
  return allKinds.map(({ name }) => name).filter((name) => touched.has(name));
}

function traceAfter(change: Change, entity: LiveEntity | undefined): Trace {
  if (!entity) return traceOf(undefined, []);
  const after = change.action === "delete" ? undefined : change.after;
  const body = guarded(maskLiveTexts(change.kind, bodyOf(change.kind, entity)), after) as Body;
  return traceOf(body, secretPlaces(body).map(pointerOf));
}

/** The body with its flags, as it is compared and kept. */
export function bodyOf(kind: KindName, { raw, body }: LiveEntity): Body {
  return { ...trueFlags(kinds[kind], raw), ...body };
}
