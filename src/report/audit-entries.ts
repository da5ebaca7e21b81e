import type { Outcome } from "../apply/request-outcome.ts";
import type { ClusterInfo } from "../model/cluster.ts";
import type { KindName } from "../model/kind-name.ts";

/** Version of the entries. It grows when a field changes its meaning or is removed. */
const auditVersion = 1;

/**
 * An entry of `--audit-log`: one change is about to be sent, or has a result. Its schema is
 * `schemas/audit-log.schema.json`.
 */
export interface AuditEntry {
  readonly version: number;
  /** The time of the request or of its result, in UTC. */
  readonly time: string;
  readonly command: string;
  readonly actor: { readonly name: string; readonly from: string };
  /** The name of the caller as the cluster reports it. */
  readonly as: string | null;
  readonly commit: string | null;
  readonly dirty: boolean | null;
  readonly planId: string | null;
  readonly cluster: { readonly name: string | null; readonly uuid: string | null };
  readonly kind: KindName;
  readonly name: string;
  readonly action: Outcome["change"]["action"];
  /** osac writes `sent` before the request. Without a later entry for the change, its result is unknown. */
  readonly result: Outcome["result"] | "sent";
  readonly before: string;
  readonly after: string;
  readonly durationMs: number;
}

/** The facts that all entries of a run share. */
export interface AuditFacts {
  readonly command: string;
  readonly actor: AuditEntry["actor"];
  readonly as: string | undefined;
  readonly commit: string | null;
  readonly dirty: boolean | null;
  readonly planId: string | undefined;
  readonly cluster: ClusterInfo;
  /** The fingerprints of the entity before and after the change. */
  readonly fingerprints: (change: { readonly kind: KindName; readonly name: string }) => {
    readonly before: string;
    readonly after: string;
  };
}

/** Makes the entries for the changes that one request is about to send, or for their results. */
export function auditEntries(
  outcomes: readonly { readonly change: Outcome["change"]; readonly result: AuditEntry["result"] }[],
  { command, actor, as, commit, dirty, planId, cluster, fingerprints }: AuditFacts,
  time: Date,
  durationMs: number,
): AuditEntry[] {
  return outcomes.map(({ change, result }) => ({
    version: auditVersion,
    time: time.toISOString(),
    command,
    actor,
    as: as ?? null,
    commit,
    dirty,
    planId: planId ?? null,
    cluster: { name: cluster.name ?? null, uuid: cluster.uuid ?? null },
    kind: change.kind,
    name: change.name,
    action: change.action,
    result,
    ...fingerprints(change),
    durationMs: Math.round(durationMs),
  }));
}
