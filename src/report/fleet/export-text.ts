import type { ClusterInfo } from "../../model/cluster.ts";
import type { Finding } from "../../model/finding.ts";
import { formatCluster } from "../cluster-name.ts";
import { formatFilesAndSecrets, type ExportResult } from "../export-text.ts";
import { formatQuantity } from "../findings-text.ts";
import { documentVersion } from "../json-text.ts";
import { clusterDocument, type PlanDocument } from "../plan-json.ts";
import { printable } from "../printable.ts";
import { applyStyle, measureWidth, type Theme } from "../theme.ts";

/** The files that an export of several targets wrote. */
export interface FleetExport extends Omit<ExportResult, "cluster" | "isWhole"> {
  readonly targets: readonly { readonly name: string; readonly cluster: ClusterInfo }[];
}

/** The JSON document of `osac export --targets`; its schema is in `schemas/export.schema.json`. */
interface FleetExportDocument extends Omit<FleetExport, "targets"> {
  readonly version: number;
  readonly command: "export";
  readonly exitCode: number;
  readonly targets: readonly { readonly name: string; readonly cluster: PlanDocument["cluster"] }[];
  readonly findings: readonly Finding[];
}

/** Makes the document of an export of several targets. */
export function fleetExportDocument(
  { directory, targets, files, placeholders }: FleetExport,
  exitCode: number,
  findings: readonly Finding[],
): FleetExportDocument {
  const clusters = targets.map(({ name, cluster }) => ({ name, cluster: clusterDocument(cluster) }));
  const head = { version: documentVersion, command: "export" as const, exitCode };
  return { ...head, directory, targets: clusters, files, placeholders, findings };
}

/** Formats an export of several targets: the clusters, one line a file, then the variables to define. */
export function fleetExportText(exported: FleetExport, theme: Theme): string {
  const { directory, targets, files, placeholders } = exported;
  const heading = `${applyStyle(theme, "bold", "osac export")} · ${formatQuantity(targets.length, "target")} · ${printable(`into ${directory}`)}\n`;
  const width = measureWidth(targets.map(({ name }) => name));
  const clusters = targets.map(
    ({ name, cluster }) => `  ${name.padEnd(width)}  ${printable(formatCluster(cluster))}\n`,
  );
  return `${heading}\n${clusters.join("")}\n${formatFilesAndSecrets({ files, placeholders }, theme)}\nEach layer holds what all its clusters have alike. Next, run osac plan ${printable(directory)} --targets all: it finds nothing to change.\n`;
}
