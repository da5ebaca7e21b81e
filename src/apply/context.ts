import type { OwnAccess } from "../access/own-changes.ts";
import type { Change, PatchRequest } from "../model/change.ts";
import type { ClusterInfo, Connection, Writer } from "../model/cluster.ts";
import type { LiveKind, LiveState } from "../model/entity.ts";
import type { KindName } from "../model/kind-name.ts";
import { writeTimeoutFactor } from "../cluster/client.ts";
import { fetchLive } from "../cluster/fetch-live.ts";
import type { Outcome } from "./request-outcome.ts";

/** A way to write to the cluster: as the caller, or with the recovery certificate. */
export interface WriteAccess {
  readonly writer: Writer;
  readonly connection: Connection;
  readonly cluster: ClusterInfo;
  /** The kinds before the first write, as this writer sees them. */
  readonly live: LiveState;
}

/** The choices of a user about writes. */
export interface WriteChoice {
  /**
   * If true, osac reads the entities of a request right before it, and sends it only if they are unchanged
   * since the plan.
   */
  readonly comparesBeforeEach?: boolean;
  /** If true, osac still writes kinds that do not depend on one that failed. */
  readonly keepsGoing?: boolean;
  readonly signal: AbortSignal;
  readonly onRequest: (request: PatchRequest, index: number) => void;
  /** Called with the changes before they are sent. An `OsacError` prevents the request and ends the run. */
  readonly onSending?: (changes: readonly Change[]) => void;
  /**
   * Called with the results of each request, and at the end with the changes not tried. An `OsacError` ends
   * the run.
   */
  readonly onDecided?: (outcomes: readonly Outcome[], durationMs: number) => void;
  /** Called if it is unclear whether a request was written, with the seconds that osac reads the cluster. */
  readonly onUnclear?: (request: PatchRequest, seconds: number) => void;
}

/** Everything that the requests of one run share. */
export interface ApplyContext extends WriteAccess, WriteChoice {
  readonly own: OwnAccess;
  /** The kinds that the caller could write before the first request. */
  readonly writable: readonly KindName[];
  /** Reverts a change that locked the caller out. The caller itself can rarely revert it. */
  readonly recovery: WriteAccess | undefined;
}

/** The kind as it is now. */
export async function readKind(
  { writer, connection, cluster }: WriteAccess,
  kind: KindName,
): Promise<LiveKind> {
  return (await fetchLive(writer, connection, cluster, [kind])).get(kind)!;
}

/** The most milliseconds for one write: ten times those of a read. */
export function patienceMs({ connection }: WriteAccess): number {
  return connection.timeoutMs * writeTimeoutFactor;
}
