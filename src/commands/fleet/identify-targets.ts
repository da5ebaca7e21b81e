import { openReader } from "../../cluster/client.ts";
import { readIntroduction } from "../../cluster/identify.ts";
import { toOsacError, type OsacError } from "../../errors.ts";
import { printable } from "../../report/printable.ts";
import { listOptions } from "../../settings/options.ts";
import type { Settings, TargetNote } from "../../settings/settings.ts";
import { connect } from "../connect.ts";
import type { Io } from "../io.ts";
import type { ClusterClaims } from "./cluster-claims.ts";
import { readTargetSettings } from "./read-target-settings.ts";
import { runLimited } from "./run-limited.ts";

/**
 * Reads the UUID of each cluster before the first write, so that neither of two targets of one cluster is written.
 * Returns the errors of clusters that do not answer, or not to this login: their runs end with the same error,
 * instead of waiting for the cluster once more. What else fails here fails again, with a report, in the run of the
 * target.
 */
export async function identifyTargets(
  targets: readonly TargetNote[],
  claims: ClusterClaims,
  settings: Settings,
  io: Io,
): Promise<ReadonlyMap<string, OsacError>> {
  const failures = new Map<string, OsacError>();
  await runLimited(targets, settings.concurrency, async (target) => {
    const claimCluster = (uuid: string, isShared: boolean): void => claims.claim(target.name, uuid, isShared);
    await identifyTarget(target, settings, { ...io, freshToken: undefined, claimCluster }).catch(
      (thrown: unknown) => {
        const error = toOsacError(thrown);
        if (error.reason === "access") failures.set(target.name, error);
      },
    );
  });
  return failures;
}

const noOutput = { write: () => {}, isTerminal: false };

async function identifyTarget(target: TargetNote, settings: Settings, io: Io): Promise<void> {
  const own = await readTargetSettings(target.name, listOptions("common", "connection"), settings, io);
  announceTarget(target, { ...own, quiet: settings.quiet }, io);
  // The run of the target prints the warnings about its connection.
  const connection = await connect(own, { ...io, stdout: noOutput, stderr: noOutput });
  const reader = openReader(connection);
  try {
    await readIntroduction(reader, connection);
  } finally {
    await reader.close();
  }
}

/** Prints the cluster before the login is used, so that a person who sees a wrong address can stop. */
export function announceTarget({ name }: TargetNote, { url, setBy, quiet }: Settings, io: Io): void {
  if (io.stdin.isTerminal && !quiet)
    io.stderr.write(`${printable(`${name}: cluster ${url} (${setBy["url"] ?? "default"})`)}\n`);
}
