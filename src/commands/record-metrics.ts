import type { PeerWatch } from "../cluster/status/peer-certificate.ts";
import type { Settings } from "../settings/settings.ts";
import { OsacError, findExitReason } from "../errors.ts";
import { exitCodes, type ExitReason } from "../exit-codes.ts";
import type { Finding } from "../model/finding.ts";
import type { Drift } from "../engine/drift.ts";
import {
  formatCheckMetrics,
  formatFailureMetrics,
  type CheckMetrics,
  type RunMetrics,
} from "../report/metrics.ts";
import { toolVersion } from "../tool-version.ts";
import { readMetrics, writeMetrics } from "../storage/output-file.ts";

/** Writes the metrics of a check with `--metrics`. Returns findings if the file cannot be written. */
export async function recordCheck(
  { plan, causes }: Drift,
  { declared, peer }: Pick<CheckMetrics, "declared"> & { readonly peer: PeerWatch },
  reason: ExitReason,
  settings: Settings,
  began: number,
): Promise<Finding[]> {
  const run = makeRunMetrics(reason, settings, began);
  if (findExitReason(plan.findings) !== undefined) return recordFailed(run, settings);
  const certificatesUntil = peer.certificates().map(({ notAfter }) => notAfter);
  const isTold = settings.base !== undefined;
  return record(settings, () =>
    formatCheckMetrics({ ...run, plan, causes, isTold, declared, certificatesUntil }),
  );
}

/** Writes the metrics of a failed check. Returns its error, with findings if they could not be written. */
export async function recordFailure(error: unknown, settings: Settings, began: number): Promise<unknown> {
  const reason = error instanceof OsacError ? error.reason : "internal";
  const findings = await recordFailed(makeRunMetrics(reason, settings, began), settings);
  if (findings.length === 0 || !(error instanceof OsacError)) return error;
  return new OsacError(error.reason, [...error.findings, ...findings], { cause: error.cause });
}

function makeRunMetrics(reason: ExitReason, { url, directory }: Settings, began: number): RunMetrics {
  return {
    target: { cluster: new URL(url).host, directory },
    now: new Date(),
    seconds: (performance.now() - began) / 1000,
    exitCode: exitCodes[reason].code,
    tool: toolVersion(),
  };
}

async function recordFailed(run: RunMetrics, settings: Settings): Promise<Finding[]> {
  const older = settings.metrics === undefined ? undefined : await readMetrics(settings.metrics);
  return record(settings, () => formatFailureMetrics(run, older));
}

async function record({ metrics }: Settings, text: () => string): Promise<Finding[]> {
  if (metrics === undefined) return [];
  try {
    await writeMetrics(metrics, text());
    return [];
  } catch (error) {
    if (!(error instanceof OsacError)) throw error;
    return [...error.findings];
  }
}
