/** The library: what the command line does, for programs. Nothing else is public. */
export { openReader, openWriter } from "./cluster/client.ts";
export type { Applied } from "./cluster/write/apply.ts";
export type { Outcome } from "./cluster/write/verdict.ts";
export { OsacError, exitCodes, type ExitReason } from "./errors.ts";
export type {
  Approval,
  Change,
  ClusterInfo,
  Comparison,
  Connection,
  Directory,
  Finding,
  IgnoreRule,
  KindName,
  LiveEntity,
  LiveKind,
  Listed,
  Operation,
  PatchRequest,
  Place,
  Plan,
  Pruning,
  Reader,
  RecordedChange,
  Review,
  SavedPlan,
  Writer,
} from "./model.ts";
export { apply, prepare, type ApplyOptions, type Prepared } from "./apply.ts";
export { exportLive, type ExportChoice, type Exported } from "./export.ts";
export {
  drift,
  load,
  plan,
  type Asked,
  type Drift,
  type Reconciliation,
  type Reviewed,
  type Task,
} from "./reconcile.ts";
export { Secret } from "./secret.ts";
