import { isError } from "../errors.ts";
import { securityadminFindings } from "../lint/for-securityadmin.ts";
import { loadAccessTests } from "../files/access-tests.ts";
import { limitToKinds } from "../files/limit-kinds.ts";
import { listFiles } from "../files/list-files.ts";
import { loadDirectory } from "../files/load-directory.ts";
import { makeLayering } from "../settings/read-layering.ts";
import type { Settings } from "../settings/settings.ts";
import { findUnusedShared } from "../settings/unused-variables.ts";
import { makePlaceholderRules } from "../files/placeholders/sources.ts";
import { directoryFindings } from "../lint/check-directory.ts";
import { exitCodes, type ExitReason } from "../exit-codes.ts";
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
import { findingsMarkdown } from "../report/failure-markdown.ts";
import { documentVersion } from "../report/json-text.ts";
import type { Result } from "../report/command-result.ts";
import { applyStyle, type Theme } from "../report/theme.ts";
import type { Ended } from "./index.ts";
import type { Io } from "./io.ts";
import { removedTarget } from "./removed-target.ts";

/** The checked files and the findings. */
interface Checked {
  readonly files: number;
  readonly entities: number;
  readonly ignored: readonly string[];
  readonly findings: readonly Finding[];
}

/** Checks the files without a cluster. */
export async function run(settings: Settings, io: Io): Promise<Ended> {
  if (settings.isTargetRemoved) return removedTarget("validate", settings);
  const layering = makeLayering(settings);
  const listing = listFiles(settings.directory, layering.layers);
  const options = { env: io.env, rules: makePlaceholderRules(settings), layering, listing };
  const loaded = await loadDirectory(settings.directory, options);
  const findings = [
    ...loaded.findings,
    ...(await findUnusedShared(settings)),
    ...(await directoryFindings(loaded)),
  ];
  const tested = await testAccess(loaded, (await listing).accessTests, settings, io);
  const limited = limitToKinds({ ...loaded, findings: [...findings, ...tested] }, settings.kinds);
  // The upload takes every file, whichever resource types a run of osac is limited to.
  const uploaded =
    settings.validateFor === "securityadmin" ? securityadminFindings(loaded, await listing) : [];
  const summary = summarize({ ...limited, findings: [...limited.findings, ...uploaded] }, settings);
  const weakened = weakeningFindings(settings.protection.changes, settings.strict);
  const result = { ...summary, findings: [...weakened, ...summary.findings] };
  const reason = result.findings.some(isError) ? "input" : "done";
  return { reason, result: makeResult(result, reason, settings) };
}

/** Runs the access tests and returns findings. Most directories have none, so their code is loaded on demand. */
async function testAccess(
  loaded: Directory,
  files: readonly string[],
  settings: Settings,
  io: Io,
): Promise<readonly Finding[]> {
  const { tests, findings } = await loadAccessTests(settings.directory, files);
  if (tests.length === 0) return findings;
  const { runAccessTests } = await import("./run-access-tests.ts");
  return [...findings, ...(await runAccessTests(loaded, tests, settings, io))];
}

function summarize(directory: Directory, settings: Settings): Checked {
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

function makeResult(checked: Checked, reason: ExitReason, settings: Settings): Result {
  const { files, entities, findings } = checked;
  const head = { version: documentVersion, command: "validate", exitCode: exitCodes[reason].code };
  const document = { ...head, summary: { files, entities, ...countFindings(findings) }, findings };
  const title = `osac validate · ${checkedText(checked)}`;
  return {
    document: () => document,
    report: () => ({ document, findings, markdown: (options) => findingsMarkdown(title, findings, options) }),
    text: (theme) => checkedReport(checked, settings, theme),
    isNothing: findings.length === 0,
  };
}

function checkedText({ files, entities }: Checked): string {
  return `${formatQuantity(files, "file")}, ${formatQuantity(entities, "entity")}`;
}

function checkedReport(checked: Checked, { verbose, protection }: Settings, theme: Theme): string {
  const { ignored, findings } = checked;
  const list = verbose
    ? ignored.map((file) => `${applyStyle(theme, "dim", `ignored: ${file}`)}\n`).join("")
    : "";
  const details = [findingsText(findings, theme), list, protectionText({ settings: protection })];
  const above = details.filter((text) => text !== "").map((text) => `${text}\n`);
  return `${above.join("")}${checkedText(checked)}: ${countsText(countFindings(findings), theme)}\n`;
}
