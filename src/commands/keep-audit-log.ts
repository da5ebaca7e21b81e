import type { Outcome } from "../apply/request-outcome.ts";
import { readCaller, redactCaller } from "../cluster/caller.ts";
import { findActor, findCommit } from "../storage/actor.ts";
import type { AuditLog } from "../storage/audit-log.ts";
import { formatAddress } from "../kinds/address.ts";
import type { Change } from "../model/change.ts";
import type { Connection, Reader } from "../model/cluster.ts";
import type { Layer } from "../model/layers.ts";
import { fingerprint } from "../plan/reviewed/fingerprint.ts";
import { recordChanges } from "../plan/reviewed/record-changes.ts";
import type { Reconciliation } from "../engine/plan.ts";
import { auditEntries, type AuditFacts } from "../report/audit-entries.ts";
import type { Io } from "./io.ts";

/** Writes a line for each change before its request, and a line with its result and duration. */
export interface Auditor {
  readonly onSending: (changes: readonly Change[]) => void;
  readonly onDecided: (outcomes: readonly Outcome[], durationMs: number) => void;
}

/** Creates the auditor of a run. It reads the actor and the caller once before the first write. */
export async function createAuditor(
  log: AuditLog,
  { plan, live }: Reconciliation,
  run: {
    readonly command: string;
    readonly directory: string;
    readonly layers: readonly Layer[];
    readonly connection: Connection;
  },
  reader: Reader,
  { env }: Pick<Io, "env">,
): Promise<Auditor> {
  const recorded = recordChanges(plan.changes, live);
  const fingerprints = new Map(
    recorded.map((change) => [
      formatAddress(change),
      { before: change.fingerprint, after: fingerprint(change.after) },
    ]),
  );
  const caller = await readCaller(reader, run.connection, plan.cluster);
  const facts: AuditFacts = {
    command: run.command,
    actor: findActor(env),
    as: redactCaller(caller, run.connection).name,
    ...(await findCommit(env, run.directory, run.layers)),
    planId: plan.id,
    cluster: plan.cluster,
    fingerprints: (change) => fingerprints.get(formatAddress(change))!,
  };
  return {
    onSending: (changes) =>
      log.append(
        auditEntries(
          changes.map((change) => ({ change, result: "sent" })),
          facts,
          new Date(),
          0,
        ),
      ),
    onDecided: (outcomes, durationMs) => log.append(auditEntries(outcomes, facts, new Date(), durationMs)),
  };
}
