import type { FixedCode } from "../../codes.ts";
import { failure, makeFinding, type OsacError } from "../../errors.ts";
import type { ClusterInfo } from "../../model/cluster.ts";
import type { LiveState } from "../../model/entity.ts";
import type { Finding } from "../../model/finding.ts";
import type { Plan } from "../../model/plan.ts";
import { savedPlanVersion, type SavedPlan } from "../../model/saved-plan.ts";
import { canonicalJson, digest, computePlanId } from "./fingerprint.ts";
import { recordChanges } from "./record-changes.ts";

/** The hint for a stale plan. */
export const planAgain = "make a new plan, and have it reviewed";

const hourMs = 3_600_000;

/** The facts in a saved plan besides the plan itself. */
export interface SavedFacts {
  readonly tool: string;
  readonly createdAt: Date;
  readonly expiresHours: number;
  readonly filesDigest: string;
  readonly choices: SavedPlan["choices"];
}

/** Makes a saved plan: without the value of any secret, and bound to the cluster, the files and a time. */
export function makeSavedPlan(
  { id, cluster, changes, settings }: Plan,
  live: LiveState,
  { tool, createdAt, expiresHours, filesDigest, choices }: SavedFacts,
): SavedPlan {
  if (id === undefined || cluster.uuid === undefined) throw noClusterUuidError("a plan cannot be saved");
  const { major, minor, patch } = cluster.version;
  const plan = {
    version: savedPlanVersion,
    id,
    tool,
    createdAt: createdAt.toISOString(),
    expiresAt: new Date(createdAt.getTime() + expiresHours * hourMs).toISOString(),
    cluster: {
      name: cluster.name ?? null,
      uuid: cluster.uuid,
      version: cluster.isVersionGuessed ? null : `${major}.${minor}.${patch}`,
    },
    filesDigest,
    ...(settings && Object.keys(settings.bound).length > 0 ? { settings: settings.bound } : {}),
    choices,
    changes: recordChanges(changes, live),
  };
  return { ...plan, checksum: digest(plan) };
}

/** The cluster, the files and the time of an apply with a saved plan. */
export interface Occasion {
  readonly now: Date;
  readonly filesDigest: string;
  readonly settings?: SavedPlan["settings"] | undefined;
  readonly cluster: ClusterInfo;
}

/** Every reason why a saved plan cannot be applied that does not depend on the live entities. */
export function occasionFindings(
  saved: SavedPlan,
  { now, filesDigest, settings, cluster }: Occasion,
): Finding[] {
  return [
    ...originFindings(saved, cluster),
    ...(Date.parse(saved.expiresAt) <= now.getTime()
      ? [staleFinding("plan-expired", `the saved plan expired at ${saved.expiresAt}`, planAgain)]
      : []),
    ...(saved.filesDigest === filesDigest ? [] : [otherFilesFinding]),
    ...otherSettingFindings(saved.settings, settings),
  ];
}

/** The reasons why a saved plan is not what osac made for this cluster. */
export function originFindings(saved: SavedPlan, cluster: ClusterInfo): Finding[] {
  if (cluster.uuid === undefined)
    throw noClusterUuidError("osac cannot tell whether this is the cluster of the plan");
  return [
    ...(isEdited(saved)
      ? [staleFinding("plan-edited", "the saved plan was edited after it was made", planAgain)]
      : []),
    ...otherClusterFindings(saved, cluster, cluster.uuid),
  ];
}

const otherFilesFinding = staleFinding(
  "other-files",
  "the files are not those that the plan was made from",
  "check out what was reviewed, or make a new plan",
);

/** Settings that let a run do more, or check less, than the reviewed one. */
function otherSettingFindings(
  planned: SavedPlan["settings"] = {},
  now: SavedPlan["settings"] = {},
): Finding[] {
  const keys = [...new Set([...Object.keys(planned), ...Object.keys(now)])];
  const others = keys.filter(
    (key) => canonicalJson(planned[key] ?? null) !== canonicalJson(now[key] ?? null),
  );
  if (others.length === 0) return [];
  const message = `the settings file differs from that of the plan: ${others.join(", ")}`;
  return [staleFinding("other-settings", message, "use the settings of the plan, or make a new plan")];
}

/** White space and the order of fields do not count as edits. */
function isEdited({ checksum, ...plan }: SavedPlan): boolean {
  return (
    checksum !== digest(plan) || plan.id !== computePlanId(plan.cluster.uuid, plan.changes, plan.settings)
  );
}

function otherClusterFindings(
  { cluster: planned }: SavedPlan,
  { name }: ClusterInfo,
  uuid: string,
): Finding[] {
  if (planned.uuid === uuid) return [];
  const [old, now] = [
    [planned.name, planned.uuid],
    [name ?? null, uuid],
  ].map(([title, id]) => `${title ?? "(name unknown)"} (${id})`);
  const message = `the plan was made for the cluster ${old}, and osac is connected to ${now}`;
  return [staleFinding("other-cluster", message, "check the url, or make a new plan for this cluster")];
}

/** An error for a reviewed plan that cannot be applied. It always states that nothing was written. */
export function staleFinding(
  code: FixedCode,
  message: string,
  hint: string,
  about: Pick<Finding, "kind" | "name" | "at"> = {},
): Finding {
  return makeFinding(code, {
    refusedBy: "stale",
    message: `${message}; nothing was written`,
    hint,
    ...about,
  });
}

/** The error for a cluster without a UUID: a plan for another cluster could be applied to it. */
export function noClusterUuidError(what: string): OsacError {
  return failure("access", "no-cluster-uuid", `${what}: the caller may not read the cluster's UUID`, {
    hint: "give the caller cluster:monitor/main",
  });
}
