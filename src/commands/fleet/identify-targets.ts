import { openReader } from "../../cluster/client.ts";
import { readIntroduction } from "../../cluster/identify.ts";
import { listOptions } from "../../settings/options.ts";
import type { Settings, TargetNote } from "../../settings/settings.ts";
import { connect } from "../connect.ts";
import type { Io } from "../io.ts";
import type { ClusterClaims } from "./cluster-claims.ts";
import { readTargetSettings } from "./read-target-settings.ts";
import { runLimited } from "./run-limited.ts";

/**
 * Reads the UUID of each cluster before the first write, so that neither of two targets of one cluster is written.
 * What fails here fails again, with a report, in the run of the target.
 */
export async function identifyTargets(
  targets: readonly TargetNote[],
  claims: ClusterClaims,
  settings: Settings,
  io: Io,
): Promise<void> {
  const silent = { ...io, stdout: noOutput, stderr: noOutput, freshToken: undefined };
  await runLimited(targets, settings.concurrency, async (target) => {
    const claimCluster = (uuid: string, isShared: boolean): void => claims.claim(target.name, uuid, isShared);
    await identifyTarget(target, settings, { ...silent, claimCluster }).catch(() => undefined);
  });
}

const noOutput = { write: () => {}, isTerminal: false };

async function identifyTarget({ name }: TargetNote, settings: Settings, io: Io): Promise<void> {
  const own = await readTargetSettings(name, listOptions("common", "connection"), settings, io);
  const connection = await connect(own, io);
  const reader = openReader(connection);
  try {
    await readIntroduction(reader, connection);
  } finally {
    await reader.close();
  }
}
