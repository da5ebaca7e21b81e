import { securityadminFindings } from "../lint/for-securityadmin.ts";
import { limitToKinds } from "../files/limit-kinds.ts";
import { listFiles } from "../files/list-files.ts";
import { loadDirectory } from "../files/load-directory.ts";
import type { Settings } from "../settings/settings.ts";
import { makePlaceholderRules } from "../files/placeholders/sources.ts";
import { directoryFindings } from "../lint/check-directory.ts";
import { exitCodes, type ExitReason } from "../errors.ts";
import type { Directory } from "../model/entity.ts";
import type { Finding } from "../model/finding.ts";
import {
  countFindings,
  formatQuantity,
  countsText,
  findingsText,
  placeInDirectory,
  limitFindings,
  sortFindings,
  toErrors,
} from "../report/findings-text.ts";
import { protectionText, weakeningFindings } from "../report/protective-settings.ts";
import { annotations } from "../report/github-annotations.ts";
import { findingsMarkdown } from "../report/failure-markdown.ts";
import { documentVersion, jsonText, type FailureDocument } from "../report/json-text.ts";
import { makeTheme, applyStyle, type Theme } from "../report/theme.ts";
import type { Io } from "./io.ts";

/** What was checked, and what was found. */
interface Result {
  readonly files: number;
  readonly entities: number;
  readonly ignored: readonly string[];
  readonly findings: readonly Finding[];
}

/** Checks the files alone, without a cluster. */
export async function run(settings: Settings, io: Io): Promise<ExitReason> {
  const listing = listFiles(settings.directory);
  const options = { env: io.env, rules: makePlaceholderRules(settings), listing };
  const loaded = await loadDirectory(settings.directory, options);
  const findings = [...loaded.findings, ...(await directoryFindings(loaded))];
  const limited = limitToKinds({ ...loaded, findings }, settings.kinds);
  // It uploads every file, whatever kinds a run of osac is about.
  const uploaded =
    settings.validateFor === "securityadmin" ? securityadminFindings(loaded, await listing) : [];
  const summary = summarize({ ...limited, findings: [...limited.findings, ...uploaded] }, settings);
  const changed = weakeningFindings(settings.protection.changes);
  const weakened = settings.strict ? toErrors(changed) : changed;
  const result = { ...summary, findings: [...weakened, ...summary.findings] };
  const reason = result.findings.some(({ severity }) => severity === "error") ? "input" : "done";
  io.report?.({
    document: makeDocument(result, reason),
    findings: result.findings,
    markdown: (options) =>
      findingsMarkdown(`osac validate · ${checkedText(result)}`, result.findings, options),
  });
  if (settings.quiet && result.findings.length === 0) return reason;
  io.stdout.write(formatResult(result, reason, settings, makeTheme(io.stdout, io.env)));
  return reason;
}

function summarize(directory: Directory, settings: Settings): Result {
  const { strict, directoryName } = settings;
  const { findings } = directory;
  const chosen = [...directory.kinds];
  const declared = chosen.flatMap(([, entities]) => [...entities.values()]);
  const empty = chosen.filter(([, entities]) => entities.size === 0);
  return {
    files: new Set(declared.map(({ at }) => at.file)).size + empty.length,
    entities: declared.length,
    ignored: directory.ignored,
    findings: sortFindings(
      placeInDirectory(limitFindings(strict ? toErrors(findings) : findings), directoryName),
    ),
  };
}

function formatResult(result: Result, reason: ExitReason, settings: Settings, theme: Theme): string {
  switch (settings.output) {
    case "json":
      return jsonText(makeDocument(result, reason));
    case "github":
      return annotations(result.findings);
    default:
      return resultText(result, settings, theme);
  }
}

function makeDocument({ files, entities, findings }: Result, reason: ExitReason): FailureDocument {
  const summary = { files, entities, ...countFindings(findings) };
  return {
    version: documentVersion,
    command: "validate",
    exitCode: exitCodes[reason].code,
    summary,
    findings,
  };
}

function checkedText({ files, entities }: Result): string {
  return `${formatQuantity(files, "file")}, ${formatQuantity(entities, "entity")}`;
}

function resultText(result: Result, { verbose, protection }: Settings, theme: Theme): string {
  const { ignored, findings } = result;
  const list = verbose
    ? ignored.map((file) => `${applyStyle(theme, "dim", `ignored: ${file}`)}\n`).join("")
    : "";
  const details = findingsText(findings, theme) + list + protectionText({ settings: protection });
  return `${details}${details && "\n"}${checkedText(result)}: ${countsText(countFindings(findings), theme)}\n`;
}
