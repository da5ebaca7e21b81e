import type { WrittenFile } from "../storage/write-files.ts";
import type { ExportedFile } from "../export/export-files.ts";
import type { Placeholder } from "../export/name-variables.ts";
import type { ClusterInfo } from "../model/cluster.ts";
import type { Finding } from "../model/finding.ts";
import { formatQuantity } from "./findings-text.ts";
import { printable } from "./printable.ts";
import { documentVersion } from "./json-text.ts";
import { clusterDocument, type PlanDocument } from "./plan-json.ts";
import { measureWidth, applyStyle, type Theme } from "./theme.ts";

/** The files that an export wrote, and the values that it left to the environment. */
export interface ExportResult {
  readonly cluster: ClusterInfo;
  readonly directory: string;
  /** The resource type is absent if the file holds no entities. */
  readonly files: readonly (WrittenFile & Partial<Pick<ExportedFile, "kind" | "entities">>)[];
  readonly placeholders: readonly Placeholder[];
  /** True if the export includes built-in entities and hashes. */
  readonly isWhole?: boolean;
}

/** The JSON document of `osac export` and `osac init`; its schema is `schemas/export.schema.json`. */
export interface ExportDocument extends Omit<ExportResult, "cluster" | "isWhole"> {
  readonly version: number;
  readonly command: "export" | "init";
  readonly exitCode: number;
  readonly cluster: PlanDocument["cluster"];
  readonly findings: readonly Finding[];
}

/** Makes the document of an export. */
export function exportDocument(
  { cluster, directory, files, placeholders }: ExportResult,
  exitCode: number,
  findings: readonly Finding[],
  command: ExportDocument["command"] = "export",
): ExportDocument {
  const head = { version: documentVersion, command, exitCode, cluster: clusterDocument(cluster) };
  return { ...head, directory, files, placeholders, findings };
}

/** Formats an export: one line a file, then the variables to define. */
export function exportText(result: ExportResult, theme: Theme): string {
  const { cluster, directory } = result;
  const heading = `${applyStyle(theme, "bold", "osac export")} · ${printable(`cluster ${cluster.name ?? "(name unknown)"} · into ${directory}`)}\n`;
  return `${heading}\n${formatFilesAndSecrets(result, theme)}\n${forWhom(result)}`;
}

/** Formats one line for each file, and the variables of secrets. */
export function formatFilesAndSecrets(
  { files, placeholders }: Pick<ExportResult, "files" | "placeholders">,
  theme: Theme,
): string {
  const width = measureWidth(files.map(({ file }) => file));
  const lines = files.map(({ file, result, entities }) => {
    const note = result === "unchanged" ? "  (unchanged)" : "";
    return `  ${applyStyle(theme, result === "written" ? "green" : "dim", file.padEnd(width))}  ${formatQuantity(entities ?? 0, "entity")}${note}\n`;
  });
  return `${lines.join("")}${placeholdersText(placeholders, theme)}`;
}

/** Describes the use of the exported files. */
function forWhom({ isWhole, directory }: ExportResult): string {
  return isWhole
    ? `The export has the built-in entities and the hashes. Before you upload it with securityadmin.sh, run osac validate --for securityadmin ${printable(directory)}.\n`
    : "The files are complete for osac. Do not upload them with securityadmin.sh: it deletes every entity that the files lack. For securityadmin.sh, export with --all --with-hashes and the admin certificate.\n";
}

/** Formats the variables that replace secrets, each with the secrets that it replaces. */
export function placeholdersText(placeholders: readonly Placeholder[], theme: Theme): string {
  if (placeholders.length === 0) return "";
  const title = applyStyle(
    theme,
    "bold",
    `${formatQuantity(placeholders.length, "secret")}, for which the files name variables`,
  );
  const width = measureWidth(placeholders.map(({ variable }) => variable));
  const lines = placeholders.map(
    ({ variable, kind, name, field }) =>
      `  ${variable.padEnd(width)}  ${printable(`${kind}/${name}: ${field}`)}\n`,
  );
  return `\n${title} (set a variable only if osac must write the secret)\n${lines.join("")}`;
}
