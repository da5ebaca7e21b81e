/** The library: what the command line does, for programs. Nothing else is public. */
export { openReader, openWriter } from "./cluster/client.ts";
export type { Applied } from "./apply/apply-requests.ts";
export type { Outcome } from "./apply/request-outcome.ts";
export { OsacError, exitCodes, type ExitReason } from "./errors.ts";
export type { Change, PatchRequest } from "./model/change.ts";
export type { ClusterInfo, Connection, Reader, Writer } from "./model/cluster.ts";
export type { Directory, LiveEntity, LiveKind } from "./model/entity.ts";
export type { Finding, Place } from "./model/finding.ts";
export type { KindName } from "./model/kind-name.ts";
export type { Approval, Comparison, IgnoreRule, EntityNote, Plan, Pruning, Review } from "./model/plan.ts";
export type { RecordedChange, SavedPlan } from "./model/saved-plan.ts";
export type { Operation } from "./model/value.ts";
export { apply, prepare, type ApplyOptions, type Prepared } from "./engine/apply-plan.ts";
export { exportLive, type ExportOptions, type LiveExport } from "./engine/export-live.ts";
export {
  drift,
  load,
  plan,
  type ClusterReads,
  type Drift,
  type Reconciliation,
  type ReviewedPlan,
  type Task,
} from "./engine/reconcile.ts";
export { Secret } from "./secrets/secret.ts";
