import { makeFinding } from "../../errors.ts";
import { listNames } from "../../value/list-names.ts";
import { formatAddress } from "../../kinds/address.ts";
import { compareByCodeUnit } from "../../value/record.ts";
import { allKinds } from "../../kinds/index.ts";
import { maskLiveTexts } from "../../kinds/mask-live-texts.ts";
import { isSameValue } from "../../value/equal.ts";
import { backupVersion, type BackedUpChange, type Backup, type EntityTrace } from "../../model/backup.ts";
import type { Change, LostValue } from "../../model/change.ts";
import type { LiveEntity, LiveState } from "../../model/entity.ts";
import type { Finding } from "../../model/finding.ts";
import type { KindName } from "../../model/kind-name.ts";
import type { Plan } from "../../model/plan.ts";
import type { Body, Value, JsonObject } from "../../model/value.ts";
import { holdsSecret } from "../../value/walk.ts";
import { findLiveEntity, getEntities, withFlags } from "../live-entity.ts";
import { writesIn } from "../writes.ts";
import { maskSecrets, encodeSecrets, listSecretPlaces, makeTrace } from "./encode-secrets.ts";
import { formatPointer, valueAtPath } from "../../value/path.ts";

/** The facts in a backup besides the cluster and the plan. */
export interface BackupFacts {
  readonly tool: string;
  readonly createdAt: Date;
  /** The directory of files, from where the run was started. */
  readonly directory: string;
  readonly storedVersion: string | null;
  /** The backup also stores the secrets that the caller can see. */
  readonly keepsSecrets: boolean;
}

/**
 * Stores the changed kinds as they are now, with all their entities. Of secrets it stores only the places.
 */
export function makeBackup(plan: Plan, live: LiveState, facts: BackupFacts): Backup {
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
      fields: listChangedFields(change),
      result: null,
      after: null,
    })),
    lost: findLost(plan, live, keepsSecrets),
    managed: Object.fromEntries(listTouchedKinds(plan).map((kind) => [kind, managed[kind] ?? 0])),
    documents: makeDocuments(plan, live, keepsSecrets),
  };
}

/**
 * Completes the backup at the end of the run, with the result of each change and the entities as they are
 * now, if osac could read them.
 */
export function completeBackup(
  backup: Backup,
  plan: Plan,
  outcomes: readonly { readonly change: Change; readonly result: string }[],
  after: LiveState | undefined,
): Backup {
  const results = new Map(outcomes.map(({ change, result }) => [formatAddress(change), result]));
  const planned = new Map(plan.changes.map((change) => [formatAddress(change), change]));
  return {
    ...backup,
    changes: backup.changes.map((change): BackedUpChange => ({
      ...change,
      result: results.get(formatAddress(change)) ?? null,
      after: after?.get(change.kind)?.readable
        ? makeTraceAfter(planned.get(formatAddress(change))!, findLiveEntity(after, change))
        : null,
    })),
  };
}

/** Values that a rollback cannot restore: the plan changes them, and the backup does not have them. */
export function findLost({ requests }: Plan, live: LiveState, keepsSecrets: boolean): LostValue[] {
  return writesIn(requests).flatMap(({ change, operations }) => {
    const entity = findLiveEntity(live, change);
    if (change.action === "create" || !entity) return [];
    const { kind, name } = change;
    const after = change.action === "update" ? change.after : undefined;
    const before = maskSecrets(maskLiveTexts(kind, withFlags(kind, entity)), after);
    const isLost = (path: readonly string[]): boolean =>
      operations.some((sent) => `${formatPointer([name, ...path])}/`.startsWith(`${sent.path}/`)) &&
      !isKept(valueAtPath(before, path), valueAtPath(after, path), keepsSecrets);
    return listSecretPlaces(before)
      .filter(isLost)
      .map((path) => ({ kind, name, path }));
  });
}

/** Entities that a message names. */
const namesMax = 10;

/** Reports before the first write which values a rollback could not restore. */
export function notInBackupFindings(plan: Plan, live: LiveState, keepsSecrets: boolean): Finding[] {
  const lost = findLost(plan, live, keepsSecrets);
  return listTouchedKinds(plan).flatMap((kind): Finding[] => {
    const names = lost
      .filter((one) => one.kind === kind)
      .map(({ name, path }) => `${name} (${path.join(".")})`);
    if (names.length === 0) return [];
    const message = `a rollback cannot restore values that the backup does not have: ${listNames(names, namesMax)}`;
    const hint = keepsSecrets
      ? "osac cannot read these; keep them elsewhere"
      : "--backup-secrets stores what osac can read: hashes with the admin certificate, secrets that the server does not redact";
    return [makeFinding("not-in-backup", { message, hint, kind })];
  });
}

/** True for a secret that the backup has, or that the plan does not change. */
function isKept(before: Value | undefined, after: Value | undefined, keepsSecrets: boolean): boolean {
  const isKnown = !holdsSecret(before, (secret) => !secret.isKnown);
  if (isKnown && keepsSecrets) return true;
  // A value that osac cannot see equals any value. It stays only if the plan does not know a value either.
  const isSent = holdsSecret(after, (secret) => secret.isKnown);
  return isSameValue(before, after) && (isKnown || !isSent);
}

function listChangedFields(change: Change): string[] {
  if (change.action !== "update") return [];
  const { before, after } = change;
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !isSameValue(before[name], after[name])).toSorted(compareByCodeUnit);
}

/**
 * The changed kinds as they are, with masked secrets. Static entities are missing, because no client can
 * change them.
 */
function makeDocuments(plan: Plan, live: LiveState, keepsSecrets: boolean): Backup["documents"] {
  const desired = new Map(
    plan.changes.flatMap((change) =>
      change.action === "update" ? [[formatAddress(change), change.after]] : [],
    ),
  );
  const document = (kind: KindName): JsonObject => {
    const entities = [...getEntities(live.get(kind)).values()];
    return Object.fromEntries(
      entities
        .filter(({ builtIn }) => builtIn !== "static")
        .map((entity) => {
          const after = desired.get(formatAddress({ kind, name: entity.name }));
          return [
            entity.name,
            encodeSecrets(maskSecrets(maskLiveTexts(kind, withFlags(kind, entity)), after), keepsSecrets),
          ];
        }),
    );
  };
  return Object.fromEntries(listTouchedKinds(plan).map((kind) => [kind, document(kind)]));
}

function listTouchedKinds({ changes }: Plan): KindName[] {
  const touched = new Set(changes.map(({ kind }) => kind));
  return allKinds.map(({ name }) => name).filter((name) => touched.has(name));
}

function makeTraceAfter(change: Change, entity: LiveEntity | undefined): EntityTrace {
  if (!entity) return makeTrace(undefined, []);
  const after = change.action === "delete" ? undefined : change.after;
  const body = maskSecrets(maskLiveTexts(change.kind, withFlags(change.kind, entity)), after) as Body;
  return makeTrace(body, listSecretPlaces(body).map(formatPointer));
}
