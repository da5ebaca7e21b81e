import { makeFinding } from "../../errors.ts";
import { formatAddress, writePattern } from "../../kinds/address.ts";
import { kinds } from "../../kinds/index.ts";
import type { BackedUpChange, Backup } from "../../model/backup.ts";
import type { Change } from "../../model/change.ts";
import type { ClusterInfo } from "../../model/cluster.ts";
import type { Declared, Directory, LiveState } from "../../model/entity.ts";
import type { Finding, Place } from "../../model/finding.ts";
import type { KindName } from "../../model/kind-name.ts";
import type { Comparison, Plan, Pruning } from "../../model/plan.ts";
import type { Body } from "../../model/value.ts";
import { Secret } from "../../secrets/secret.ts";
import { countGrowth } from "../diff.ts";
import { findLiveEntity, withFlags } from "../live-entity.ts";
import { noClusterUuidError, staleFinding } from "../reviewed/saved-plan.ts";
import { makeTrace, decodeSecrets } from "./encode-secrets.ts";

/** A backup in the form of a directory of files. */
export interface RollbackDirectory {
  /** The entities that the run updated or deleted, as they were. */
  readonly kinds: Directory["kinds"];
  /** Deletes the entities that the run created, and no others. */
  readonly prune: { readonly [Kind in KindName]?: Pruning };
  /** Users whose login the run changed and the backup has. */
  readonly changedLogins: ReadonlySet<string>;
}

type Locate = (path: readonly string[]) => Place;

/** Makes the directory that restores a backup: every entity that the run changed, as it was before. */
export function makeRollbackDirectory(backup: Backup, locate: Locate): RollbackDirectory {
  const touched = listTouched(backup);
  const names = [...new Set(touched.map(({ kind }) => kind))];
  const of = (kind: KindName, isCreated: boolean): BackedUpChange[] =>
    touched.filter((change) => change.kind === kind && (change.action === "create") === isCreated);
  const declared = (change: BackedUpChange): [string, Declared] => {
    const { kind, name } = change;
    return [name, { kind, name, body: readBody(backup, change), at: locate(["documents", kind, name]) }];
  };
  return {
    kinds: new Map(names.map((kind) => [kind, new Map(of(kind, false).map(declared))])),
    prune: Object.fromEntries(
      names.map((kind) => [
        kind,
        { mode: "all", include: of(kind, true).map(({ name }) => writePattern(name)), exclude: [] },
      ]),
    ),
    changedLogins: new Set(
      touched.filter((change) => isLoginChanged(change, backup)).map(({ name }) => name),
    ),
  };
}

/** A backup of another cluster cannot be rolled back. */
export function otherClusterFindings(backup: Backup, { uuid, name }: ClusterInfo): Finding[] {
  if (uuid === undefined || backup.cluster.uuid === null)
    throw noClusterUuidError("osac cannot tell whether this is the cluster of the backup");
  if (uuid === backup.cluster.uuid) return [];
  const [old, now] = [
    [backup.cluster.name, backup.cluster.uuid],
    [name, uuid],
  ].map(([title, id]) => `${title ?? "(name unknown)"} (${id})`);
  const message = `the backup is of the cluster ${old}, and osac is connected to ${now}`;
  return [staleFinding("other-cluster", message, "check the url, or take a backup of this cluster")];
}

/**
 * Turns a plan into that of a rollback: only with changes of the run, with the number of entities managed now
 * for the guards, and with findings about entities that are not as the run left them.
 */
export function toRollbackPlan(plan: Comparison, live: LiveState, backup: Backup): Comparison {
  return {
    ...plan,
    managed: { ...plan.managed, ...countManaged(plan, backup) },
    unmanaged: [],
    findings: [
      // `becameBuiltInFindings` reports these for a rollback.
      ...plan.findings.filter(({ code }) => code !== "skipped-differs"),
      ...movedSinceFindings(plan, live, backup),
      ...becameBuiltInFindings(plan, live, backup),
      ...lostFindings(backup),
    ],
  };
}

/** Adds the place of every deletion: the line of the backup that records the creation. */
export function addPlaces(plan: Plan, backup: Backup, locate: Locate): Plan {
  const indices = new Map(backup.changes.map((change, index) => [formatAddress(change), String(index)]));
  const placed = new Map(
    plan.changes.map((change): [Change, Change] => {
      const index = change.action === "delete" ? indices.get(formatAddress(change)) : undefined;
      return [change, index === undefined ? change : { ...change, at: locate(["changes", index]) }];
    }),
  );
  const listChanges = (changes: readonly Change[]): Change[] =>
    changes.map((change) => placed.get(change) ?? change);
  return {
    ...plan,
    changes: listChanges(plan.changes),
    requests: plan.requests.map((request) => ({ ...request, changes: listChanges(request.changes) })),
  };
}

/**
 * The number of managed entities now. A rollback leads to the number before the run, even if the run failed.
 */
function countManaged({ changes }: Comparison, { managed }: Backup): Partial<Record<KindName, number>> {
  return Object.fromEntries(
    Object.entries(managed).map(([kind, before]) => [kind, before - countGrowth(changes, kind)]),
  );
}

/** Entities that another client changed after the run. The rollback would undo these changes as well. */
function movedSinceFindings(plan: Comparison, live: LiveState, backup: Backup): Finding[] {
  const planned = new Set(plan.changes.map(formatAddress));
  const changes = listTouched(backup).filter((change) => planned.has(formatAddress(change)));
  const moved = changes.filter((change) => {
    if (change.after === null) return false;
    const entity = findLiveEntity(live, change);
    const now = makeTrace(entity && withFlags(change.kind, entity), change.after.unseen);
    return now.fingerprint !== change.after.fingerprint;
  });
  return [
    ...(changes.some(({ after }) => after === null) ? [unknownEndFinding] : []),
    ...moved.map(({ kind, name }): Finding =>
      makeFinding("changed-since", {
        message: "it was changed after the run that the backup is of, and the rollback undoes that as well",
        hint: "check the changes in the plan; to keep the present state, pass another backup, or change the files",
        kind,
        name,
      }),
    ),
  ];
}

const unknownEndFinding: Finding = makeFinding("changed-since", {
  message: "the backup has no record of how its run ended, so osac cannot find what was changed since",
  hint: "look closely at the plan: it may undo what others did",
});

/** Entities that became built-in after the run. */
function becameBuiltInFindings(plan: Comparison, live: LiveState, backup: Backup): Finding[] {
  const planned = new Set(plan.changes.map(formatAddress));
  const skipped = new Set(plan.skipped.map(formatAddress));
  return listTouched(backup).flatMap((change): Finding[] => {
    const builtIn = findLiveEntity(live, change)?.builtIn;
    const isLeft =
      change.action === "create" ? !planned.has(formatAddress(change)) : skipped.has(formatAddress(change));
    if (builtIn === undefined || !isLeft) return [];
    // The finding has no kind and name, because the plan does not change the entity.
    const message = `${formatAddress(change)} is ${builtIn} now, and stays as it is`;
    const hint = "the admin certificate can change it";
    return [makeFinding("not-rolled-back", { message, hint })];
  });
}

function lostFindings(backup: Backup): Finding[] {
  const touched = new Map(listTouched(backup).map((change) => [formatAddress(change), change]));
  return backup.lost.flatMap(({ kind, name, path }): Finding[] => {
    const change = touched.get(formatAddress({ kind, name }));
    if (!change) return [];
    const isLogin = path.length === 1 && path[0] === kinds[kind].login?.hash;
    const isBack = isLogin && change.action === "delete";
    const message = `its ${path.join(".")} does not come back: the backup does not have it`;
    return [
      makeFinding("not-restored", {
        message: isBack ? `${message}, and this user cannot log in until a new one is set` : message,
        hint: isLogin
          ? `set it with osac apply --set-password ${name}`
          : "set it by hand, or apply the files again",
        kind,
        name,
      }),
    ];
  });
}

/** The changes that the run may have made. If its end is unknown, these are all its changes. */
function listTouched(backup: Backup): BackedUpChange[] {
  return backup.changes.filter((change) => change.result !== "not-tried" && !isUndone(change, backup));
}

/** True for a failed change that left the entity as it was. For a login osac cannot know. */
function isUndone(change: BackedUpChange, backup: Backup): boolean {
  const { result, after, action } = change;
  if (result !== "failed" || after === null || isLoginChanged(change, backup)) return false;
  const before = action === "create" ? undefined : readBody(backup, change);
  return makeTrace(before, after.unseen).fingerprint === after.fingerprint;
}

function readBody({ documents }: Backup, { kind, name }: BackedUpChange): Body {
  return decodeSecrets(documents[kind]![name]!) as Body;
}

function isLoginChanged(change: BackedUpChange, backup: Backup): boolean {
  const { kind, action, fields } = change;
  const hash = kinds[kind].login?.hash;
  if (hash === undefined || action !== "update" || !fields.includes(hash)) return false;
  const { [hash]: stored } = readBody(backup, change);
  return stored instanceof Secret && stored.isKnown;
}
