import { securityadminFindings } from "../config/for-securityadmin.ts";
import { limitTo } from "../config/limit.ts";
import { listFiles } from "../config/list-files.ts";
import { loadDirectory } from "../config/load.ts";
import type { Settings } from "../config/settings/settings.ts";
import { placeholderRules } from "../config/placeholders/sources.ts";
import { validateDirectory } from "../config/validate.ts";
import { exitCodes, type ExitReason } from "../errors.ts";
import type { Directory, Finding } from "../model.ts";
import {
  countFindings,
  counted,
  countsText,
  findingsText,
  inDirectory,
  limitFindings,
  sortFindings,
  withoutWarnings,
} from "../report/findings.ts";
import { protectionText, weakeningFindings } from "../report/settings.ts";
import { annotations } from "../report/github.ts";
import { findingsMarkdown } from "../report/failure-markdown.ts";
import { documentVersion, jsonText, type FailureDocument } from "../report/json.ts";
import { lookOf, paint, type Look } from "../report/terminal.ts";
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
  const options = { env: io.env, rules: placeholderRules(settings), listing };
  const loaded = await loadDirectory(settings.directory, options);
  const findings = [...loaded.findings, ...(await validateDirectory(loaded))];
  const limited = limitTo({ ...loaded, findings }, settings.kinds);
  // It uploads every file, whatever kinds a run of osac is about.
  const uploaded =
    settings.validateFor === "securityadmin" ? securityadminFindings(loaded, await listing) : [];
  const summary = summarize({ ...limited, findings: [...limited.findings, ...uploaded] }, settings);
  const changed = weakeningFindings(settings.protection.changes);
  const weakened = settings.strict ? withoutWarnings(changed) : changed;
  const result = { ...summary, findings: [...weakened, ...summary.findings] };
  const reason = result.findings.some(({ severity }) => severity === "error") ? "input" : "done";
  io.report?.({
    document: documentOf(result, reason),
    findings: result.findings,
    markdown: (options) =>
      findingsMarkdown(`osac validate · ${checkedText(result)}`, result.findings, options),
  });
  if (settings.quiet && result.findings.length === 0) return reason;
  io.stdout.write(report(result, reason, settings, lookOf(io.stdout, io.env)));
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
      inDirectory(limitFindings(strict ? withoutWarnings(findings) : findings), directoryName),
    ),
  };
}

function report(result: Result, reason: ExitReason, settings: Settings, look: Look): string {
  switch (settings.output) {
    case "json":
      return jsonText(documentOf(result, reason));
    case "github":
      return annotations(result.findings);
    default:
      return text(result, settings, look);
  }
}

function documentOf({ files, entities, findings }: Result, reason: ExitReason): FailureDocument {
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
  return `${counted(files, "file")}, ${counted(entities, "entity")}`;
}

function text(result: Result, { verbose, protection }: Settings, look: Look): string {
  const { ignored, findings } = result;
  const list = verbose ? ignored.map((file) => `${paint(look, "dim", `ignored: ${file}`)}\n`).join("") : "";
  const details = findingsText(findings, look) + list + protectionText({ settings: protection });
  return `${details}${details && "\n"}${checkedText(result)}: ${countsText(countFindings(findings), look)}\n`;
}
