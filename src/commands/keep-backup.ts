import { makeFinding } from "../errors.ts";
import { relative } from "node:path";
import { readStoredVersion } from "../cluster/stored-version.ts";
import { rewriteBackup, writeBackup } from "../storage/backup-file.ts";
import { explainWriteError } from "../storage/atomic-file.ts";
import type { Settings } from "../settings/settings.ts";
import type { Connection, Writer } from "../model/cluster.ts";
import type { Finding } from "../model/finding.ts";
import { makeBackup, completeBackup } from "../plan/rollback/make-backup.ts";
import type { ApplyResult } from "../engine/apply-plan.ts";
import type { Reconciliation } from "../engine/plan.ts";
import { toolVersion } from "../tool-version.ts";
import type { Io } from "./io.ts";

/** A backup that was written. */
export interface BackupHandle {
  readonly path: string;
  readonly findings: readonly Finding[];
  /** Adds the results of the run, so that a rollback can recognize changes that were made since. */
  complete(written: ApplyResult): Promise<Finding[]>;
}

/** Writes the backup of a plan. Throws if that fails, so that nothing else is written. */
export async function keepBackup(
  { plan, live }: Reconciliation,
  context: { settings: Settings; io: Io; connection: Connection; writer: Writer },
): Promise<BackupHandle> {
  const { settings, io, connection, writer } = context;
  const backup = makeBackup(plan, live, {
    tool: toolVersion(),
    createdAt: new Date(),
    directory: relative(io.cwd, settings.directory) || ".",
    storedVersion: await readStoredVersion(writer, connection, plan.cluster),
    keepsSecrets: settings.backupSecrets,
  });
  const { path, findings } = await writeBackup(backup, settings.backup, io.env);
  const server = backup.storedVersion === null ? "" : ` (the server has ${backup.storedVersion} of its own)`;
  io.stderr.write(`backup: ${path}${server}\n`);
  const complete: BackupHandle["complete"] = ({ outcomes, after }) =>
    rewriteBackup(path, completeBackup(backup, plan, outcomes, after)).then(
      () => [],
      (error: unknown) => [incompleteBackupFinding(path, explainWriteError(error))],
    );
  return { path, findings, complete };
}

/** The backup can be used, but a rollback cannot recognize what other clients changed after the run. */
function incompleteBackupFinding(path: string, why: string): Finding {
  return makeFinding("incomplete-backup", {
    message: `the backup ${path} has no record of how the run ended: ${why}`,
    hint: "before a rollback, read its plan: it shows what the rollback would undo",
  });
}
