import { findDangerLevel, findDangers, type DangerLevel } from "../kinds/danger.ts";
import type { AccessChange } from "../model/access-change.ts";
import type { Change } from "../model/change.ts";
import type { ClusterInfo } from "../model/cluster.ts";
import type { DriftCounts } from "../model/drift.ts";
import type { Finding, Place } from "../model/finding.ts";
import type { EntityNote, Plan, ProtectiveSetting, Review, SettingChange } from "../model/plan.ts";
import type { Json } from "../model/value.ts";
import { findFieldChanges, type FieldChange } from "./field-changes.ts";
import { documentVersion } from "./json-text.ts";
import { entitiesIn } from "./lists-text.ts";
import type { SavedAs } from "./plan-id.ts";

/** A field of a drift report, where nobody has decided yet which side is to become the other. */
interface FieldDrift {
  readonly path: readonly string[];
  readonly inFiles?: Json | undefined;
  readonly inCluster?: Json | undefined;
}

/** A change as the document shows it; `drift` adds a cause and `apply` a result. */
interface ChangeDocument {
  readonly action: Change["action"];
  readonly kind: string;
  readonly name: string;
  readonly at?: Place | undefined;
  readonly declaredUntil?: string | undefined;
  readonly fields: readonly (FieldChange | FieldDrift)[];
  readonly destructive?: DangerLevel | undefined;
  /** Power that goes although the entity stays. */
  readonly revokedPermissions?:
    | readonly { readonly address: string; readonly description: string }[]
    | undefined;
  readonly cause?: string | undefined;
  readonly result?: string | undefined;
}

/** What became of a reviewed plan; `changedInCluster` and `changedInPlan` are changes from what it saw to what there is now. */
interface ReviewDocument {
  readonly planId: string | null;
  readonly applied: number;
  readonly stale: number;
  readonly changedInCluster: readonly ChangeDocument[];
  readonly changedInPlan: readonly ChangeDocument[];
}

/** What `plan`, `apply` and `drift` print with `--output json`; its schema is `schemas/plan.schema.json`. */
export interface PlanDocument {
  readonly version: number;
  readonly command: string;
  readonly exitCode: number;
  readonly cluster: {
    readonly name: string | null;
    readonly uuid: string | null;
    readonly version: string | null;
  };
  /** The full id; null where the cluster does not tell its UUID. */
  readonly planId: string | null;
  /** Where `plan --out` saved it. */
  readonly saved?: SavedAs | undefined;
  readonly summary: Readonly<Record<string, number>>;
  /** Only of `drift`. */
  readonly drift?: DriftCounts | undefined;
  readonly changes: readonly ChangeDocument[];
  /** What the settings file says about what a run may do, and what the files change about that. */
  readonly settings?: readonly ProtectiveSetting[] | undefined;
  readonly settingChanges?: readonly SettingChange[] | undefined;
  /** Who gains or loses what; absent where no change can touch access. */
  readonly access?: readonly AccessChange[] | undefined;
  /** What of access could not be compared, and why. */
  readonly accessDoubts?: readonly string[] | undefined;
  readonly review?: ReviewDocument | undefined;
  readonly unmanaged: readonly EntityNote[];
  readonly skipped: readonly EntityNote[];
  readonly ignored: readonly EntityNote[];
  readonly unverified: readonly EntityNote[];
  readonly findings: readonly Finding[];
  readonly requests: Readonly<Record<string, number>>;
  /** Where what was changed is kept as it was before. */
  readonly backup?: string | undefined;
}

/** What a run adds to the plan itself. */
export interface RunFacts {
  readonly command: string;
  readonly exitCode: number;
  readonly findings: readonly Finding[];
  readonly requests: Readonly<Record<string, number>>;
  /** Where what was changed is kept as it was before. */
  readonly backup?: string | undefined;
  readonly saved?: SavedAs | undefined;
  /** How much there is of each kind of drift, and what of it counts. */
  readonly drift?: DriftCounts | undefined;
  /** What this command knows of a change besides, for example its cause. */
  readonly about?: ((change: Change) => Pick<ChangeDocument, "cause" | "result">) | undefined;
}

/** A plan as a document. Secrets are masked in it as in the text. */
export function makePlanDocument(
  plan: Plan,
  { command, exitCode, findings, requests, backup, saved, drift, about }: RunFacts,
): PlanDocument {
  return {
    version: documentVersion,
    command,
    exitCode,
    cluster: clusterDocument(plan.cluster),
    planId: plan.id ?? null,
    saved,
    summary: makeSummary(plan),
    drift,
    changes: plan.changes.map((change) => ({
      ...changeDocument(change, describeFields(change, drift !== undefined)),
      ...dangerDocument(change),
      ...about?.(change),
    })),
    ...settingsDocument(plan),
    access: plan.access?.changes,
    accessDoubts: plan.access?.doubts,
    review: plan.review && reviewDocument(plan.review),
    unmanaged: plan.unmanaged,
    skipped: plan.skipped,
    ignored: plan.ignored,
    unverified: plan.unverified,
    findings,
    requests,
    backup,
  };
}

function settingsDocument({ settings }: Plan): Pick<PlanDocument, "settings" | "settingChanges"> {
  const { protective = [], changes = [] } = settings ?? {};
  return {
    settings: protective.length > 0 ? protective : undefined,
    settingChanges: changes.length > 0 ? changes : undefined,
  };
}

/** The cluster as every document shows it; null stands for what the caller may not ask. */
export function clusterDocument({
  name,
  uuid,
  version,
  isVersionGuessed,
}: ClusterInfo): PlanDocument["cluster"] {
  const number = `${version.major}.${version.minor}.${version.patch}`;
  return { name: name ?? null, uuid: uuid ?? null, version: isVersionGuessed ? null : number };
}

function dangerDocument(change: Change): Pick<ChangeDocument, "destructive" | "revokedPermissions"> {
  const destructive = findDangerLevel(change);
  const revokedPermissions = findDangers(change)
    .filter(({ isDeletion }) => !isDeletion)
    .map(({ address, what }) => ({ address, description: what }));
  return {
    destructive,
    revokedPermissions: revokedPermissions.length > 0 ? revokedPermissions : undefined,
  };
}

function describeFields(change: Change, isDrift: boolean): ChangeDocument["fields"] {
  const fields = findFieldChanges(change, "before");
  if (!isDrift) return fields;
  return fields.map(({ path, before: inCluster, after: inFiles }) => ({ path, inFiles, inCluster }));
}

function changeDocument(change: Change, fields: ChangeDocument["fields"]): ChangeDocument {
  const { action, kind, name, at } = change;
  const until = change.action === "delete" ? change.declaredUntil : undefined;
  return {
    action,
    kind,
    name,
    at,
    declaredUntil: until,
    fields,
  };
}

function reviewDocument({ id, applied, stale, moved, otherwise }: Review): ReviewDocument {
  return {
    planId: id === "" ? null : id,
    applied,
    stale,
    changedInCluster: moved.map((change) => changeDocument(change, findFieldChanges(change, "none"))),
    changedInPlan: otherwise.map((change) => changeDocument(change, findFieldChanges(change, "none"))),
  };
}

function makeSummary({
  changes,
  unmanaged,
  skipped,
  ignored,
  compared,
  unverified,
  notSent,
}: Plan): Record<string, number> {
  const count = (action: Change["action"]): number =>
    changes.filter((change) => change.action === action).length;
  return {
    create: count("create"),
    update: count("update"),
    delete: count("delete"),
    unmanaged: unmanaged.length,
    skipped: skipped.length,
    compared,
    ignored: entitiesIn(ignored),
    unverified: entitiesIn(unverified),
    notSupported: notSent.length,
  };
}
