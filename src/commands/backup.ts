import { relative } from "node:path";
import { storedVersion } from "../cluster/stored-version.ts";
import { rewriteBackup, writeBackup } from "../config/written/backup-file.ts";
import { whyNotWritten } from "../config/written/private-file.ts";
import type { Settings } from "../config/settings/settings.ts";
import type { Connection, Finding, Writer } from "../model.ts";
import { backupOf, completed } from "../plan/rollback/backup.ts";
import type { Written } from "../apply.ts";
import type { Reconciliation } from "../reconcile.ts";
import { toolVersion } from "../tool-version.ts";
import type { Io } from "./io.ts";

/** A backup that lies ready. */
export interface Kept {
  readonly path: string;
  readonly findings: readonly Finding[];
  /** Adds what came of the run, so that a rollback can tell what has moved since. */
  complete(written: Written): Promise<Finding[]>;
}

/** Keeps what a plan is about to change. Throws where that cannot be done: then nothing is to be written. */
export async function keepBackup(
  { plan, live }: Reconciliation,
  around: { settings: Settings; io: Io; connection: Connection; writer: Writer },
): Promise<Kept> {
  const { settings, io, connection, writer } = around;
  const backup = backupOf(plan, live, {
    tool: toolVersion(),
    createdAt: new Date(),
    directory: relative(io.cwd, settings.directory) || ".",
    storedVersion: await storedVersion(writer, connection, plan.cluster),
    keepsSecrets: settings.backupSecrets,
  });
  const { path, findings } = await writeBackup(backup, settings.backup, io.env);
  const server = backup.storedVersion === null ? "" : ` (the server has ${backup.storedVersion} of its own)`;
  io.stderr.write(`backup: ${path}${server}\n`);
  const complete: Kept["complete"] = ({ outcomes, after }) =>
    rewriteBackup(path, completed(backup, plan, outcomes, after)).then(
      () => [],
      (error: unknown) => [incomplete(path, whyNotWritten(error))],
    );
  return { path, findings, complete };
}

/** It serves all the same, but a rollback cannot tell what others changed after the run. */
function incomplete(path: string, why: string): Finding {
  return {
    code: "incomplete-backup",
    severity: "warning",
    message: `the backup ${path} does not tell how the run ended: ${why}`,
    hint: "before a rollback, look closely at what it would undo",
  };
}
