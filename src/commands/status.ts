import { openReader } from "../cluster/client.ts";
import { watchPeer } from "../cluster/peer-certificate.ts";
import { readStatus, type Status } from "../cluster/status.ts";
import { readConnection } from "../config/connection.ts";
import type { Settings } from "../config/settings.ts";
import { exitCodes, type ExitReason } from "../errors.ts";
import type { Connection } from "../model.ts";
import { findingsText } from "../report/findings.ts";
import { jsonText } from "../report/json.ts";
import { statusDocument } from "../report/status-json.ts";
import { statusText } from "../report/status-text.ts";
import { datedCertificates, expiryFindings } from "../report/status.ts";
import { lookOf } from "../report/terminal.ts";
import type { Io } from "./io.ts";
import { warnIfInsecure } from "./task.ts";

/** Says whether the cluster can be reached, as whom, and what that caller may do. */
export async function run(settings: Settings, io: Io): Promise<ExitReason> {
  const connection = await readConnection(settings, io.stdin, io.env);
  warnIfInsecure(connection, io);
  const status = await ask(connection);
  const certificates = datedCertificates(status, new Date());
  const expiring = expiryFindings(certificates, settings.certDays);
  const findings = [...status.findings, ...expiring];
  const reason = status.findings.length > 0 ? "access" : expiring.length > 0 ? "changes" : "done";
  if (settings.output === "json") {
    const run = { exitCode: exitCodes[reason].code, certificates, findings };
    io.stdout.write(jsonText(statusDocument(status, run)));
  } else {
    io.stdout.write(statusText(status, certificates, settings.certDays, lookOf(io.stdout, io.env)));
    io.stderr.write(findingsText(findings, lookOf(io.stderr, io.env)));
  }
  return reason;
}

async function ask(connection: Connection): Promise<Status> {
  const reader = openReader(connection);
  const peer = watchPeer(connection);
  try {
    return await readStatus(reader, connection, peer);
  } finally {
    peer.stop();
    await reader.close();
  }
}
