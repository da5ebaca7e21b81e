import { OsacError } from "../../errors.ts";
import type { ClusterInfo } from "../../model/cluster.ts";
import type { LiveState } from "../../model/entity.ts";
import type { KindName } from "../../model/kind-name.ts";
import type { RecordedChange, SavedPlan } from "../../model/saved-plan.ts";
import type { Body } from "../../model/value.ts";
import { valueAtPath, withPath } from "../../value/path.ts";
import { findLiveEntity } from "../live-entity.ts";
import { fingerprint } from "./fingerprint.ts";
import { fits } from "./match-reviewed.ts";
import { createMask, recordLive, toMaskedBody } from "./record-changes.ts";
import { originFindings, planAgain, staleFinding } from "./saved-plan.ts";

/** The entities that a plan changes, as it leaves them; undefined for one that it deletes. */
export type PlannedState = ReadonlyMap<KindName, ReadonlyMap<string, Body | undefined>>;

/**
 * Returns what a saved plan makes of the entities of some resource types. Throws an `OsacError` if the plan
 * is for another cluster, was edited, or was made from another state of these entities.
 */
export function findPlannedState(saved: SavedPlan, live: LiveState, cluster: ClusterInfo): PlannedState {
  const mask = createMask(live);
  const changes = saved.changes.filter(({ kind }) => live.has(kind));
  const moved = changes.filter((change) => {
    const after = change.after ? toMaskedBody(change.after) : undefined;
    const now = recordLive(change, findLiveEntity(live, change), after, mask);
    return fingerprint(now) !== change.fingerprint && !fits(change, now);
  });
  const findings = [
    ...originFindings(saved, cluster),
    ...moved.map(({ kind, name }) =>
      staleFinding("changed-meanwhile", "the cluster changed it after the plan was made", planAgain, {
        kind,
        name,
      }),
    ),
  ];
  if (findings.length > 0) throw new OsacError("stale", findings);
  const planned = new Map<KindName, Map<string, Body | undefined>>();
  for (const change of changes) {
    const entities = planned.get(change.kind) ?? new Map<string, Body | undefined>();
    planned.set(change.kind, entities.set(change.name, makeBody(change, live)));
  }
  return planned;
}

/** Ignored fields stay as they are. */
function makeBody(change: RecordedChange, live: LiveState): Body | undefined {
  if (change.after === null) return undefined;
  const now = findLiveEntity(live, change)?.body;
  return (change.ignored ?? []).reduce((body, path) => {
    const value = valueAtPath(now, path);
    return value === undefined ? body : withPath(body, path, value);
  }, toMaskedBody(change.after));
}
