/** The library: what the command line does, for programs. Nothing else is public. */
export { openReader, openWriter } from "./cluster/client.ts";
export type { Applied, Outcome } from "./cluster/apply.ts";
export { OsacError, exitCodes, type ExitReason } from "./errors.ts";
export type {
  Change,
  ClusterInfo,
  Connection,
  Directory,
  Finding,
  KindName,
  LiveEntity,
  LiveKind,
  Listed,
  Operation,
  PatchRequest,
  Place,
  Plan,
  Reader,
  Writer,
} from "./model.ts";
export { exportLive, type ExportChoice, type Exported } from "./export.ts";
export { apply, drift, load, plan, type Drift, type Reconciliation, type Task } from "./reconcile.ts";
export { Secret } from "./secret.ts";
