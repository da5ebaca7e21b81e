import { isError } from "../errors.ts";
import { openReader } from "../cluster/client.ts";
import type { Settings } from "../settings/settings.ts";
import { writeFiles } from "../storage/write-files.ts";
import { exitCodes, type ExitReason } from "../exit-codes.ts";
import { exportLive, type ExportOptions, type LiveExport } from "../engine/export-live.ts";
import type { Connection } from "../model/cluster.ts";
import type { Finding } from "../model/finding.ts";
import { exportDocument, exportText } from "../report/export-text.ts";
import { findingsText } from "../report/findings-text.ts";
import { connect } from "./connect.ts";
import type { Ended } from "./index.ts";
import type { Io } from "./io.ts";

/** Writes the live state as a directory whose plan is empty. */
export async function run(settings: Settings, io: Io): Promise<Ended> {
  if (settings.targetSelection !== undefined) {
    const { exportTargets } = await import("./fleet/export-targets.ts");
    return exportTargets(settings, io);
  }
  const connection = await connect(settings, io);
  const { cluster, files, placeholders, findings } = await readExport(connection, settings);
  const written = await writeFiles(settings.directory, files, { isForced: settings.force });
  const reason = chooseExitReason(findings);
  const exported = {
    cluster,
    directory: settings.directoryName,
    files: files.map(({ kind, entities }, index) => ({ ...written[index]!, kind, entities })),
    placeholders,
    isWhole: settings.all && settings.withHashes && settings.kinds === undefined,
  };
  return {
    reason,
    result: {
      document: () => exportDocument(exported, exitCodes[reason].code, findings),
      before: (theme) => findingsText(findings, theme),
      text: (theme) => exportText(exported, theme),
    },
  };
}

/** Chooses the exit reason. Entities that are left out with an error are missing in the files. */
export function chooseExitReason(findings: readonly Finding[]): ExitReason {
  return findings.some(isError) ? "partial" : "done";
}

/** Reads the live state once, as files. */
export async function readExport(connection: Connection, settings: Settings): Promise<LiveExport> {
  const reader = openReader(connection);
  try {
    return await exportLive(reader, connection, makeExportOptions(settings));
  } finally {
    await reader.close();
  }
}

/** Returns what the settings choose about an export. */
export function makeExportOptions(settings: Settings): ExportOptions {
  const { directory, kinds, ignore, all, withHashes, keepPlaceholders } = settings;
  return {
    directory,
    kinds,
    ignore,
    areAllIncluded: all,
    withHashes,
    keepsPlaceholders: keepPlaceholders,
  };
}
