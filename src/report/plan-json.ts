import { findDestructiveSort, findDestructiveEffects, type DestructiveSort } from "../kinds/destructive.ts";
import type { AccessChange, AccessDifference } from "../model/access-change.ts";
import type { Change } from "../model/change.ts";
import type { ClusterInfo } from "../model/cluster.ts";
import type { DriftCounts } from "../model/drift.ts";
import type { Escalation } from "../model/escalation.ts";
import type { Finding, Place } from "../model/finding.ts";
import type { EntityNote, Plan, ProtectiveSetting, Review, SettingChange } from "../model/plan.ts";
import type { TargetRun } from "../model/target-run.ts";
import type { Json } from "../model/value.ts";
import { findFieldChanges, type FieldChange } from "./field-changes.ts";
import { documentVersion } from "./json-text.ts";
import { entitiesIn } from "./lists-text.ts";
import type { SavedAs } from "./plan-id.ts";

/** A field of a drift report: the two sides, without a direction. */
interface FieldDrift {
  readonly path: readonly string[];
  readonly inFiles?: Json | undefined;
  readonly inCluster?: Json | undefined;
}

/** A change in the document; `drift` adds a cause and `apply` a result. */
interface ChangeDocument {
  readonly action: Change["action"];
  readonly kind: string;
  readonly name: string;
  readonly at?: Place | undefined;
  readonly declaredUntil?: string | undefined;
  readonly fields: readonly (FieldChange | FieldDrift)[];
  readonly destructive?: DestructiveSort | undefined;
  /** Permissions that are lost although the entity stays. */
  readonly revokedPermissions?:
    | readonly { readonly address: string; readonly description: string }[]
    | undefined;
  readonly cause?: string | undefined;
  readonly result?: string | undefined;
}

/**
 * The state of a reviewed plan. `changedInCluster` and `changedInPlan` lead from the reviewed state to the
 * current one.
 */
interface ReviewDocument {
  readonly planId: string | null;
  readonly applied: number;
  readonly stale: number;
  readonly changedInCluster: readonly ChangeDocument[];
  readonly changedInPlan: readonly ChangeDocument[];
}

/** The JSON document of `plan`, `apply` and `drift`; its schema is `schemas/plan.schema.json`. */
export interface PlanDocument {
  readonly version: number;
  readonly command: string;
  readonly exitCode: number;
  readonly cluster: {
    readonly name: string | null;
    readonly uuid: string | null;
    readonly version: string | null;
  };
  /** The full id; null if the cluster does not report its UUID. */
  readonly planId: string | null;
  /** The file of `plan --out`. */
  readonly saved?: SavedAs | undefined;
  readonly summary: Readonly<Record<string, number>>;
  /** Present only for `drift`. */
  readonly drift?: DriftCounts | undefined;
  readonly changes: readonly ChangeDocument[];
  /** The settings that limit what a run may do, and the changes that the files make to them. */
  readonly settings?: readonly ProtectiveSetting[] | undefined;
  readonly settingChanges?: readonly SettingChange[] | undefined;
  /** The changes that let somebody administer, or that remove a protection; absent if there are none. */
  readonly escalations?: readonly Escalation[] | undefined;
  /** Who gains or loses access; absent if no change can touch access. */
  readonly access?: readonly AccessChange[] | undefined;
  /** The parts of access that could not be compared, and the reasons. */
  readonly accessDoubts?: readonly string[] | undefined;
  /** The facts with which the access was compared; absent if the settings give none. */
  readonly accessFacts?: AccessDifference["facts"];
  readonly review?: ReviewDocument | undefined;
  readonly unmanaged: readonly EntityNote[];
  readonly skipped: readonly EntityNote[];
  readonly ignored: readonly EntityNote[];
  readonly notCompared: readonly EntityNote[];
  readonly findings: readonly Finding[];
  readonly requests: Readonly<Record<string, number>>;
  /** The path of the backup. */
  readonly backup?: string | undefined;
  /** The target of the run, if it was about one of several. */
  readonly target?: TargetRun | undefined;
}

/** The facts that a run adds to the plan. */
export interface RunFacts {
  readonly command: string;
  readonly exitCode: number;
  readonly findings: readonly Finding[];
  readonly requests: Readonly<Record<string, number>>;
  /** The path of the backup. */
  readonly backup?: string | undefined;
  readonly saved?: SavedAs | undefined;
  /** The number of entities of each kind of drift, and the kinds that count. */
  readonly drift?: DriftCounts | undefined;
  /** Returns the fields that the command adds to a change, for example its cause. */
  readonly about?: ((change: Change) => Pick<ChangeDocument, "cause" | "result">) | undefined;
}

/** Makes the document of a plan. Secrets are masked as in the text. */
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
      ...destructiveDocument(change),
      ...about?.(change),
    })),
    ...settingsDocument(plan),
    escalations: plan.escalations?.length ? plan.escalations : undefined,
    access: plan.access?.changes,
    accessDoubts: plan.access?.doubts,
    accessFacts: plan.access?.facts,
    review: plan.review && reviewDocument(plan.review),
    unmanaged: plan.unmanaged,
    skipped: plan.skipped,
    ignored: plan.ignored,
    notCompared: plan.notCompared,
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

/** Returns the cluster for a document; null replaces what the caller may not read. */
export function clusterDocument({
  name,
  uuid,
  version,
  isVersionGuessed,
}: ClusterInfo): PlanDocument["cluster"] {
  const number = `${version.major}.${version.minor}.${version.patch}`;
  return { name: name ?? null, uuid: uuid ?? null, version: isVersionGuessed ? null : number };
}

function destructiveDocument(change: Change): Pick<ChangeDocument, "destructive" | "revokedPermissions"> {
  const destructive = findDestructiveSort(change);
  const revokedPermissions = findDestructiveEffects(change)
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

/** Counts the changes of each action. */
export function countActions(
  changes: readonly { readonly action: Change["action"] }[],
): Record<Change["action"], number> {
  const count = (action: Change["action"]): number =>
    changes.filter((change) => change.action === action).length;
  return { create: count("create"), update: count("update"), delete: count("delete") };
}

function makeSummary({
  changes,
  unmanaged,
  skipped,
  ignored,
  compared,
  notCompared,
  notSent,
}: Plan): Record<string, number> {
  return {
    ...countActions(changes),
    unmanaged: unmanaged.length,
    skipped: skipped.length,
    compared,
    ignored: entitiesIn(ignored),
    notCompared: entitiesIn(notCompared),
    notSupported: notSent.length,
  };
}
