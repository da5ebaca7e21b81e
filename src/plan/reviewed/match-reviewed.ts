import { makeFinding } from "../../errors.ts";
import { formatAddress } from "../../kinds/address.ts";
import { flagNames } from "../../schema/canonical.ts";
import { kinds } from "../../kinds/index.ts";
import { maskLiveTexts } from "../../kinds/mask-live-texts.ts";
import { isSameValue } from "../../value/equal.ts";
import type { Change } from "../../model/change.ts";
import type { LiveState } from "../../model/entity.ts";
import type { Finding } from "../../model/finding.ts";
import type { KindName } from "../../model/kind-name.ts";
import type { Comparison, Plan } from "../../model/plan.ts";
import type { RecordedChange, SavedPlan } from "../../model/saved-plan.ts";
import type { Body } from "../../model/value.ts";
import { canonicalJson, fingerprint, computePlanId } from "./fingerprint.ts";
import { findLiveEntity } from "../live-entity.ts";
import {
  recordChanges,
  createMask,
  recordLive,
  toMaskedBody,
  toReadableBody,
  dropReferences,
  dropUnasked,
} from "./record-changes.ts";
import { noClusterUuidError, planAgain, staleFinding } from "./saved-plan.ts";
import { compareWithLive } from "../compare-with-live.ts";

type Recorded = RecordedChange["before"];

/** A reviewed change, with the current change and the live entity. */
interface Pair {
  readonly reviewed: RecordedChange;
  readonly current: RecordedChange | undefined;
  readonly live: Recorded;
  readonly fate: Fate;
}

type Fate = "waits" | "is there" | "is stale";

/**
 * Restricts the current plan to the saved plan. The result has the reviewed changes that are not made yet,
 * each from the reviewed state. Other differences stay as they are. A change that can no longer be made as
 * reviewed is an error.
 */
export function matchSavedPlan(plan: Comparison, live: LiveState, saved: SavedPlan): Comparison {
  const pairs = makePairs(plan, live, saved);
  const having = (fate: Fate): Pair[] => pairs.filter((pair) => pair.fate === fate);
  const waiting = new Set(having("waits").map(({ reviewed }) => formatAddress(reviewed)));
  const reviewed = new Set(saved.changes.map(formatAddress));
  const [applied, old] = [having("is there").length, having("is stale")];
  const held = restrictTo(plan, waiting, live);
  return {
    ...held,
    // A stale plan shows the id of the current plan.
    ...(old.length > 0 && plan.id !== undefined ? { id: plan.id } : {}),
    findings: [
      ...plan.findings,
      ...old.map((pair) => stalePairFinding(pair, plan)),
      ...(applied > 0 && waiting.size > 0 ? [alreadyThereFinding(applied, saved.changes.length)] : []),
      ...otherDifferenceFindings(plan.changes.filter((change) => !reviewed.has(formatAddress(change)))),
    ],
    review: {
      id: saved.id,
      applied,
      stale: old.length,
      moved: old.filter((pair) => isRead(pair, plan) && hasMoved(pair)).flatMap(findLiveMovement),
      otherwise: old.flatMap(({ reviewed: { kind, name, after }, current }) =>
        current ? makeMovement(kind, name, after, current.after) : [],
      ),
    },
  };
}

/** Compares a plan with the id of the reviewed plan, or with its first digits. */
export function matchPlanId(plan: Comparison, id: string): Comparison {
  if (plan.id === undefined) throw noClusterUuidError("osac cannot tell whether this is the reviewed plan");
  const isWhole = plan.findings.every(({ code }) => code !== "no-read-access");
  const review = { id, applied: 0, stale: 0, moved: [], otherwise: [] };
  if (plan.id.startsWith(id) || (plan.changes.length === 0 && isWhole)) return { ...plan, review };
  const message = `the current plan is not the reviewed one: its id is ${plan.id}, not ${id}`;
  const hint = "review this plan, or pass the flags of the other one";
  return { ...plan, review, findings: [...plan.findings, staleFinding("other-plan", message, hint)] };
}

/** Compares every entity of a plan with its state when the plan was made. */
export function checkUnchanged(plan: Plan, seen: LiveState, now: LiveState): Plan {
  const mask = createMask(seen);
  const moved = plan.changes.flatMap((change): { change: Change; movement: Change[] }[] => {
    const { kind, name } = change;
    const desired = change.action === "delete" ? undefined : change.after;
    const [old, current] = [seen, now].map((live) =>
      recordLive(change, findLiveEntity(live, change), desired, mask),
    ) as [Recorded, Recorded];
    const isSame = fingerprint(old) === fingerprint(current);
    // Fingerprints have no hashes. A caller who sees hashes compares them here.
    if (isSame && compareWithLive(change, now.get(kind)!).matchesBefore) return [];
    return [
      { change, movement: makeMovement(kind, name, old, current, (body) => maskLiveTexts(kind, body)) },
    ];
  });
  return {
    ...plan,
    findings: moved.map(({ change }) => movedFinding(change)),
    review: {
      id: plan.review?.id ?? plan.id ?? "",
      applied: 0,
      stale: moved.length,
      moved: moved.flatMap(({ movement: one }) => one),
      otherwise: [],
    },
  };
}

function makePairs(plan: Comparison, live: LiveState, saved: SavedPlan): Pair[] {
  const mask = createMask(live);
  const current = new Map(recordChanges(plan.changes, live).map((change) => [formatAddress(change), change]));
  return saved.changes.map((reviewed) => {
    const pair = {
      reviewed,
      current: current.get(formatAddress(reviewed)),
      live: recordLive(
        reviewed,
        findLiveEntity(live, reviewed),
        reviewed.after ? toMaskedBody(reviewed.after) : undefined,
        mask,
      ),
    };
    return { ...pair, fate: judgeFate(pair, plan) };
  });
}

function judgeFate({ reviewed, current, live }: Omit<Pair, "fate">, plan: Comparison): Fate {
  if (current && canonicalJson(current) === canonicalJson(reviewed)) return "waits";
  if (!isComparable(reviewed, plan) || !fits(reviewed, live)) return "is stale";
  if (!current) return "is there";
  // The rest of the change may be invisible, such as a password that is sent on demand.
  return canonicalJson({ after: current.after }) === canonicalJson({ after: reviewed.after })
    ? "waits"
    : "is stale";
}

function isComparable(reviewed: RecordedChange, { kinds: compared, skipped }: Comparison): boolean {
  return (
    compared.includes(reviewed.kind) &&
    !skipped.some((entity) => formatAddress(entity) === formatAddress(reviewed))
  );
}

/** True if a live entity is as a change leaves it. Compares only what osac can read and manages. */
export function fits({ kind, after }: RecordedChange, live: Recorded): boolean {
  if (!after || !live) return after === live;
  const foreign: (string | undefined)[] = [...flagNames, kinds[kind].login?.hash];
  const managed = Object.entries(live).filter(
    ([field]) => Object.hasOwn(after, field) || !foreign.includes(field),
  );
  return canonicalJson(dropReferences(Object.fromEntries(managed))) === canonicalJson(dropReferences(after));
}

/** The plan with only some of its changes. */
function restrictTo(plan: Comparison, kept: ReadonlySet<string>, live: LiveState): Comparison {
  const changes = plan.changes.filter((change) => kept.has(formatAddress(change)));
  const { uuid } = plan.cluster;
  return {
    ...plan,
    ...(uuid === undefined
      ? {}
      : { id: computePlanId(uuid, recordChanges(changes, live), plan.settings?.bound) }),
    changes,
  };
}

function isRead({ reviewed }: Pair, { kinds: compared }: Comparison): boolean {
  return compared.includes(reviewed.kind);
}

function hasMoved({ reviewed, live }: Pair): boolean {
  return reviewed.fingerprint !== fingerprint(live);
}

/** The difference between the reviewed state and the live state. */
function findLiveMovement({ reviewed: { kind, name, before, after }, live }: Pair): Change[] {
  const now = before && after && live ? dropUnasked(live, before, after) : live;
  return makeMovement(kind, name, before, now, (body) => maskLiveTexts(kind, body));
}

/** The difference between two states of an entity, as a change. */
function makeMovement(
  kind: KindName,
  name: string,
  before: Recorded,
  now: Recorded,
  mask: (body: Body) => Body = (body) => body,
): Change[] {
  const [old, current] = [before, now].map((body) => (body ? mask(toReadableBody(body)) : undefined));
  if (old && current)
    return isSameValue(old, current) ? [] : [{ action: "update", kind, name, before: old, after: current }];
  if (current) return [{ action: "create", kind, name, after: current }];
  return old ? [{ action: "delete", kind, name, before: old }] : [];
}

function stalePairFinding(pair: Pair, plan: Comparison): Finding {
  const { reviewed, current } = pair;
  const is = (entity: Named): boolean => formatAddress(entity) === formatAddress(reviewed);
  const about = plan.changes.find(is) ?? { kind: reviewed.kind, name: reviewed.name };
  const builtIn = plan.skipped.find(is);
  if (!isRead(pair, plan)) return unreadFinding(about, plan);
  if (builtIn) return movedFinding(about, `it is now built-in (${builtIn.reason})`);
  if (hasMoved(pair)) return movedFinding(about);
  const what = current ? "the plan would change it otherwise than reviewed" : "the plan no longer changes it";
  const why = "neither the cluster nor the files changed, but a setting, a variable or osac itself did";
  return staleFinding("other-change", `${what}: ${why}`, planAgain, namePlace(about));
}

type Named = Pick<Change, "kind" | "name" | "at">;

function movedFinding(about: Named, message = "it changed in the cluster after the plan was made"): Finding {
  return staleFinding("changed-meanwhile", message, planAgain, namePlace(about));
}

function unreadFinding(about: Named, { findings }: Comparison): Finding {
  const isRefused = findings.some(({ code, kind }) => code === "no-read-access" && kind === about.kind);
  if (isRefused) return movedFinding(about, "the caller can no longer read it");
  return staleFinding(
    "other-change",
    "its resource type is not part of this run",
    planAgain,
    namePlace(about),
  );
}

/** The address of an entity, without its content. */
function namePlace({ kind, name, at }: Named): Named {
  return { kind, name, at };
}

function alreadyThereFinding(applied: number, all: number): Finding {
  const message = `${applied} of the ${all} reviewed changes ${applied === 1 ? "is" : "are"} already made`;
  return makeFinding("partly-applied", { message });
}

function otherDifferenceFindings({ length }: readonly Change[]): Finding[] {
  if (length === 0) return [];
  const message =
    length === 1
      ? "1 other difference is left alone: it is not in the reviewed plan"
      : `${length} other differences are left alone: they are not in the reviewed plan`;
  return [makeFinding("other-differences", { message, hint: "osac plan shows what differs" })];
}
