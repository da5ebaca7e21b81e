import { openReader, openReloader } from "../cluster/client.ts";
import { watchPeer } from "../cluster/status/peer-certificate.ts";
import { probeReload, type Probe } from "../cluster/status/probe-reload.ts";
import { readServiceReport } from "../cluster/status/service-report.ts";
import { shadowedStaticFindings } from "../cluster/status/shadowed.ts";
import { readStatus, type Status } from "../cluster/status/status.ts";
import { listFiles } from "../files/list-files.ts";
import { unloadableFindings } from "../lint/stored-configuration.ts";
import type { Settings } from "../settings/settings.ts";
import { OsacError, failure, isError } from "../errors.ts";
import { exitCodes, type ExitReason } from "../exit-codes.ts";
import type { Connection, Reader } from "../model/cluster.ts";
import type { Finding } from "../model/finding.ts";
import { findingsText } from "../report/findings-text.ts";
import { serviceReportText } from "../report/service-report-text.ts";
import { statusDocument } from "../report/status-json.ts";
import { statusText } from "../report/status-text.ts";
import { datedCertificates, expiryFindings } from "../report/certificate-expiry.ts";
import type { Result } from "../report/command-result.ts";
import { connect } from "./connect.ts";
import type { Ended } from "./index.ts";
import type { Io } from "./io.ts";

/**
 * Reports whether the cluster can be reached, the caller and its access, and whether the stored configuration
 * loads.
 */
export async function run(settings: Settings, io: Io): Promise<Ended> {
  await refuseMissingDirectory(settings);
  const connection = await connect(settings, io);
  if (settings.serviceReport) return reportService(settings, connection);
  const { status, unloadable, probe } = await readCluster(connection, settings.probeReload);
  const certificates = datedCertificates(status, new Date());
  const expiring = expiryFindings(certificates, settings.certDays);
  const findings = [...status.findings, ...unloadable, ...probe.findings, ...expiring];
  const reason = chooseExitReason(status, [...unloadable, ...probe.findings], expiring);
  const run = { exitCode: exitCodes[reason].code, certificates, findings };
  const result: Result = {
    document: () => statusDocument(status, probe, run),
    text: (theme) => statusText(status, probe, certificates, settings.certDays, theme),
    after: (theme) => findingsText(findings, theme),
    isNothing: reason === "done",
  };
  return { reason, result };
}

/** Prints the answers of the service instead of the status, for people. */
async function reportService({ output }: Settings, connection: Connection): Promise<Ended> {
  if (output !== "text")
    throw failure("input", "bad-value", `--report prints text, and not ${output}`, {
      hint: "leave out --output",
    });
  const reader = openReader(connection);
  try {
    const calls = await readServiceReport(reader, connection);
    return { reason: "done", result: { document: () => ({}), text: () => serviceReportText(calls) } };
  } finally {
    await reader.close();
  }
}

/** Refuses a directory that does not exist: without its osac.yml, the run would reach another cluster. */
async function refuseMissingDirectory({ directory, directoryName }: Settings): Promise<void> {
  if (directoryName === ".") return;
  const { findings } = await listFiles(directory);
  const missing = findings.filter(({ code }) => code === "unreadable-directory");
  if (missing.length > 0) throw new OsacError("input", missing);
}

/**
 * Chooses the exit reason. A stored configuration without effect counts as `partial`; a caller that may not
 * ask, as `access`.
 */
function chooseExitReason(
  status: Status,
  broken: readonly Finding[],
  expiring: readonly Finding[],
): ExitReason {
  const errors = broken.filter(isError);
  const isUnusable = status.findings.some(isError);
  if (isUnusable || errors.some(({ code }) => code === "not-allowed")) return "access";
  if (errors.length > 0) return "partial";
  return expiring.length > 0 ? "changes" : "done";
}

interface StatusReads {
  readonly status: Status;
  /** Findings that can keep a cluster from loading its configuration. */
  readonly unloadable: readonly Finding[];
  readonly probe: Probe;
}

async function readCluster(connection: Connection, probesReload: boolean): Promise<StatusReads> {
  const peer = watchPeer(connection);
  const reloader = probesReload ? openReloader(connection) : undefined;
  const reader = reloader ?? openReader(connection);
  try {
    const status = await readStatus(reader, connection, peer);
    const unloadable = await findUnloadable(reader, status);
    return { status, unloadable, probe: reloader ? await probeReload(reloader, status) : { findings: [] } };
  } finally {
    peer.stop();
    await reader.close();
  }
}

async function findUnloadable(reader: Reader, { cluster, documents }: Status): Promise<Finding[]> {
  if (!cluster) return [];
  return [
    ...unloadableFindings(documents, cluster.version),
    ...(await shadowedStaticFindings(reader, cluster, documents)),
  ];
}
