import type { Outcome } from "../apply/request-outcome.ts";
import type { ClusterInfo } from "../model/cluster.ts";
import type { KindName } from "../model/kind-name.ts";

/** Version of the entries. It grows when a field changes its meaning or goes away. */
const auditVersion = 1;

/** That one change is sent, or what became of it, as `--audit-log` keeps it; its schema is `schemas/audit-log.schema.json`. */
export interface AuditEntry {
  readonly version: number;
  /** When it was decided, in UTC. */
  readonly time: string;
  readonly command: string;
  readonly actor: { readonly name: string; readonly from: string };
  /** As whom the cluster took the run. */
  readonly as: string | null;
  readonly commit: string | null;
  readonly dirty: boolean | null;
  readonly planId: string | null;
  readonly cluster: { readonly name: string | null; readonly uuid: string | null };
  readonly kind: KindName;
  readonly name: string;
  readonly action: Outcome["change"]["action"];
  /** `sent` is written before the request: without a later entry for it, nobody has seen what became of the change. */
  readonly result: Outcome["result"] | "sent";
  readonly before: string;
  readonly after: string;
  readonly durationMs: number;
}

/** What all entries of a run have in common. */
export interface AuditFacts {
  readonly command: string;
  readonly actor: AuditEntry["actor"];
  readonly as: string | undefined;
  readonly commit: string | null;
  readonly dirty: boolean | null;
  readonly planId: string | undefined;
  readonly cluster: ClusterInfo;
  /** Of the entity as the change finds it and as it makes it. */
  readonly fingerprints: (change: { readonly kind: KindName; readonly name: string }) => {
    readonly before: string;
    readonly after: string;
  };
}

/** The entries for what one request is about to do, or has decided. */
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
