import { addressOf } from "../../kinds/address.ts";
import { kinds } from "../../kinds/index.ts";
import type {
  BackedUpChange,
  Backup,
  Body,
  Change,
  ClusterInfo,
  Comparison,
  Declared,
  Directory,
  Finding,
  KindName,
  LiveKind,
  Place,
  Plan,
  Pruning,
} from "../../model.ts";
import { Secret } from "../../secret.ts";
import { bodyOf } from "./backup.ts";
import { entityOf } from "../live-entity.ts";
import { noClusterUuid, stale } from "../reviewed/saved-plan.ts";
import { traceOf, unsealed } from "./sealed.ts";

/** What a backup asks for, in the terms in which files ask. */
export interface WayBack {
  /** What the run updated or deleted, as it was. */
  readonly kinds: Directory["kinds"];
  /** What the run created goes, and nothing else. */
  readonly prune: { readonly [Kind in KindName]?: Pruning };
  /** Users whose login the run changed, and the backup has. */
  readonly changedLogins: ReadonlySet<string>;
}

/** Where in a backup something stands. */
type PlaceOf = (path: readonly string[]) => Place;

/** The way back to a backup: every entity that the run touched as it was before. */
export function wayBack(backup: Backup, placeOf: PlaceOf): WayBack {
  const touched = touchedBy(backup);
  const names = [...new Set(touched.map(({ kind }) => kind))];
  const of = (kind: KindName, isCreated: boolean): BackedUpChange[] =>
    touched.filter((change) => change.kind === kind && (change.action === "create") === isCreated);
  const declared = (change: BackedUpChange): [string, Declared] => {
    const { kind, name } = change;
    return [name, { kind, name, body: bodyIn(backup, change), at: placeOf(["documents", kind, name]) }];
  };
  return {
    kinds: new Map(names.map((kind) => [kind, new Map(of(kind, false).map(declared))])),
    prune: Object.fromEntries(
      names.map((kind) => [
        kind,
        { mode: "all", include: of(kind, true).map(({ name }) => asGlob(name)), exclude: [] },
      ]),
    ),
    changedLogins: new Set(
      touched.filter((change) => isLoginChanged(change, backup)).map(({ name }) => name),
    ),
  };
}

/** What a backup is not good for, whatever the cluster holds: another cluster. */
export function otherCluster(backup: Backup, { uuid, name }: ClusterInfo): Finding[] {
  if (uuid === undefined || backup.cluster.uuid === null)
    throw noClusterUuid("osac cannot tell whether this is the cluster of the backup");
  if (uuid === backup.cluster.uuid) return [];
  const [old, now] = [
    [backup.cluster.name, backup.cluster.uuid],
    [name, uuid],
  ].map(([title, id]) => `${title ?? "(name unknown)"} (${id})`);
  const message = `the backup is of the cluster ${old}, and this is ${now}`;
  return [stale("other-cluster", message, "check the url, or take a backup of this cluster")];
}

/**
 * The plan of a way back: what the run did not touch is none of its business, guards count against what is managed now,
 * and whatever is not simply as the run left it is said.
 */
export function asWayBack(
  plan: Comparison,
  live: ReadonlyMap<KindName, LiveKind>,
  backup: Backup,
): Comparison {
  return {
    ...plan,
    managed: { ...plan.managed, ...managedNow(plan, backup) },
    unmanaged: [],
    findings: [
      // What that means for a way back is said below.
      ...plan.findings.filter(({ code }) => code !== "skipped-differs"),
      ...movedSince(plan, live, backup),
      ...left(plan, live, backup),
      ...lost(backup),
    ],
  };
}

/** The plan with the place of every deletion: where the backup tells that the run created the entity. */
export function withPlaces(plan: Plan, backup: Backup, placeOf: PlaceOf): Plan {
  const indices = new Map(backup.changes.map((change, index) => [addressOf(change), String(index)]));
  const placed = new Map(
    plan.changes.map((change): [Change, Change] => {
      const index = change.action === "delete" ? indices.get(addressOf(change)) : undefined;
      return [change, index === undefined ? change : { ...change, at: placeOf(["changes", index]) }];
    }),
  );
  const changesOf = (changes: readonly Change[]): Change[] =>
    changes.map((change) => placed.get(change) ?? change);
  return {
    ...plan,
    changes: changesOf(plan.changes),
    requests: plan.requests.map((request) => ({ ...request, changes: changesOf(request.changes) })),
  };
}

/** How many are managed now: whatever became of the run, the way back leads to as many as there were before it. */
function managedNow({ changes }: Comparison, { managed }: Backup): Partial<Record<KindName, number>> {
  const entries = Object.entries(managed).map(([kind, before]): [string, number] => {
    const counted = (action: Change["action"]): number =>
      changes.filter((change) => change.kind === kind && change.action === action).length;
    return [kind, before + counted("delete") - counted("create")];
  });
  return Object.fromEntries(entries);
}

/** Entities that somebody changed after the run: that would be undone as well. */
function movedSince(plan: Comparison, live: ReadonlyMap<KindName, LiveKind>, backup: Backup): Finding[] {
  const planned = new Set(plan.changes.map(addressOf));
  const changes = touchedBy(backup).filter((change) => planned.has(addressOf(change)));
  const moved = changes.filter((change) => {
    if (change.after === null) return false;
    const entity = entityOf(live, change);
    const now = traceOf(entity && bodyOf(change.kind, entity), change.after.unseen);
    return now.fingerprint !== change.after.fingerprint;
  });
  return [
    ...(changes.some(({ after }) => after === null) ? [unknownEnd] : []),
    ...moved.map(({ kind, name }): Finding => ({
      code: "changed-since",
      severity: "warning",
      message: "it was changed after the run that the backup is of, and the rollback undoes that as well",
      hint: "compare what the plan shows with what was meant; take another backup, or change the files, to keep it",
      kind,
      name,
    })),
  ];
}

const unknownEnd: Finding = {
  code: "changed-since",
  severity: "warning",
  message: "the backup does not tell how its run ended, so osac cannot tell what was changed since",
  hint: "look closely at the plan: it may undo what others did",
};

/** Entities that became the server's own since. */
function left(plan: Comparison, live: ReadonlyMap<KindName, LiveKind>, backup: Backup): Finding[] {
  const planned = new Set(plan.changes.map(addressOf));
  const skipped = new Set(plan.skipped.map(addressOf));
  return touchedBy(backup).flatMap((change): Finding[] => {
    const builtIn = entityOf(live, change)?.builtIn;
    const isLeft =
      change.action === "create" ? !planned.has(addressOf(change)) : skipped.has(addressOf(change));
    if (builtIn === undefined || !isLeft) return [];
    // Without kind and name: it is said although the entity does not change.
    const message = `${addressOf(change)} is ${builtIn} now, and stays as it is`;
    const hint = "the admin certificate can change it";
    return [{ code: "not-rolled-back", severity: "warning", message, hint }];
  });
}

/** What the backup was made without. */
function lost(backup: Backup): Finding[] {
  const touched = new Map(touchedBy(backup).map((change) => [addressOf(change), change]));
  return backup.lost.flatMap(({ kind, name, path }): Finding[] => {
    const change = touched.get(addressOf({ kind, name }));
    if (!change) return [];
    const isLogin = path.length === 1 && path[0] === kinds[kind].login?.hash;
    const isBack = isLogin && change.action === "delete";
    const message = `its ${path.join(".")} does not come back: the backup does not have it`;
    return [
      {
        code: "not-restored",
        severity: "warning",
        message: isBack ? `${message}, and until a new one is set nobody can log in as this user` : message,
        hint: isLogin
          ? `set it with osac apply --set-password ${name}`
          : "set it by hand, or apply the files again",
        kind,
        name,
      },
    ];
  });
}

/** What the run may have done; where its end is not known, everything that it was about to do. */
function touchedBy(backup: Backup): BackedUpChange[] {
  return backup.changes.filter((change) => change.result !== "not-tried" && !isUndone(change, backup));
}

/** What failed and left the entity as it was. Of a login nobody can tell. */
function isUndone(change: BackedUpChange, backup: Backup): boolean {
  const { result, after, action } = change;
  if (result !== "failed" || after === null || isLoginChanged(change, backup)) return false;
  const before = action === "create" ? undefined : bodyIn(backup, change);
  return traceOf(before, after.unseen).fingerprint === after.fingerprint;
}

function bodyIn({ documents }: Backup, { kind, name }: BackedUpChange): Body {
  return unsealed(documents[kind]![name]!) as Body;
}

function isLoginChanged(change: BackedUpChange, backup: Backup): boolean {
  const { kind, action, fields } = change;
  const hash = kinds[kind].login?.hash;
  if (hash === undefined || action !== "update" || !fields.includes(hash)) return false;
  const { [hash]: stored } = bodyIn(backup, change);
  return stored instanceof Secret && stored.isKnown;
}

/** A pattern that fits this one name. */
function asGlob(name: string): string {
  return name.replaceAll(/[*?]/g, "\\$&");
}
