import { openReader } from "../../cluster/client.ts";
import { readEntities, type LiveEntities } from "../../engine/export-live.ts";
import { OsacError, toOsacError } from "../../errors.ts";
import type { Finding } from "../../model/finding.ts";
import { worstReasons } from "../../report/fleet/target-row.ts";
import { listOptions, type OptionName } from "../../settings/options.ts";
import type { Settings, TargetNote } from "../../settings/settings.ts";
import { listNames } from "../../value/list-names.ts";
import { connect } from "../connect.ts";
import { makeExportOptions } from "../export.ts";
import type { Io } from "../io.ts";
import { ClusterClaims } from "./cluster-claims.ts";
import { readTargetSettings } from "./read-target-settings.ts";
import { runLimited } from "./run-limited.ts";

/** A target with the entities of its cluster. */
export interface LiveTarget extends LiveEntities {
  readonly target: TargetNote;
}

/** What a run reads of each target to read its cluster. */
const targetOptions: readonly OptionName[] = [
  ...listOptions("common", "connection"),
  "kinds",
  "ignore",
  "all",
  "withHashes",
  "keepPlaceholders",
];

/**
 * Reads the entities of several clusters side by side. Throws one error with what failed for each target: to
 * find the common entities, osac must read every cluster.
 */
export async function readLiveTargets(
  targets: readonly TargetNote[],
  settings: Settings,
  io: Io,
): Promise<LiveTarget[]> {
  const claims = new ClusterClaims();
  const ended = await runLimited(targets, settings.concurrency, async (target) =>
    readTarget(target, settings, io, claims).then(
      (read) => ({ read: [read], failed: [] }),
      (error: unknown) => ({ read: [], failed: [{ target, error: toOsacError(error) }] }),
    ),
  );
  const failed = ended.flatMap((one): Failed[] => one.failed);
  if (failed.length > 0) throw joinErrors(failed);
  return ended.flatMap(({ read }): LiveTarget[] => read);
}

interface Failed {
  readonly target: TargetNote;
  readonly error: OsacError;
}

function joinErrors(failed: readonly Failed[]): OsacError {
  const reason = worstReasons.find((one) => failed.some(({ error }) => error.reason === one))!;
  const findings = failed.map(({ target, error }) => ({ target, findings: error.findings }));
  return new OsacError(reason, joinFindings(findings), { cause: failed[0]!.error.cause });
}

async function readTarget(
  target: TargetNote,
  settings: Settings,
  io: Io,
  claims: ClusterClaims,
): Promise<LiveTarget> {
  const own = await readTargetSettings(target.name, targetOptions, settings, io);
  const connection = await connect(own, {
    ...io,
    // A token of the job is that of one cluster.
    freshToken: undefined,
    claimCluster: (uuid, isShared) => claims.claim(target.name, uuid, isShared),
  });
  const reader = openReader(connection);
  try {
    return { ...(await readEntities(reader, connection, makeExportOptions(own))), target };
  } finally {
    await reader.close();
  }
}

/** The most names of targets in front of one finding. */
const namesMax = 5;

/** Joins the findings about several clusters. Each has the names of its targets in front. */
export function joinFindings(read: readonly Pick<LiveTarget, "target" | "findings">[]): Finding[] {
  const names = new Map<string, string[]>();
  for (const { target, findings } of read)
    for (const finding of findings) {
      const key = JSON.stringify(finding);
      names.set(key, [...(names.get(key) ?? []), target.name]);
    }
  return [...names].map(([key, own]) => {
    const finding = JSON.parse(key) as Finding;
    return { ...finding, message: `${listNames(own, namesMax)}: ${finding.message}` };
  });
}
