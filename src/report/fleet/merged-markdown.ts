import { kinds } from "../../kinds/index.ts";
import { listNames } from "../../value/list-names.ts";
import { redactQuotations } from "../../secrets/redact.ts";
import { entityShape } from "../../schema/shape.ts";
import { accessBlock, escalationBlock } from "../access-difference-text.ts";
import { fieldsText } from "../fields-text.ts";
import { findingsText, formatQuantity, orderBySeverity } from "../findings-text.ts";
import { asDiff, formatFitted, formatInline, makeFence, plain, type Block } from "../markdown.ts";
import { formatItem, printable } from "../printable.ts";
import type { SettingChange } from "../../model/plan.ts";
import { protectionBlock, targetChangesMarkdown, weakeningBlock } from "../protective-settings.ts";
import type { MergedReports } from "./merge-reports.ts";
import type { ReportedChange, TargetReport } from "./parse-report.ts";
import { fleetTableMarkdown, formatTargetCounts, notStartedMarkdown } from "./table.ts";
import { sortTargetRows, type TargetRow } from "./target-row.ts";

/** GitHub accepts 65,536 characters in a comment; the rest is for a marker above it. */
const charactersMax = 65_000;

/** The room for the sentence about targets that are left out. */
const noticeMax = 200;

/** The most names of targets in a title. */
const namesMax = 5;

/**
 * Formats the table of the targets; then, as in the comment about one cluster, changed settings, who gains or loses
 * what, and one line for every change; then the details of each target as long as whole targets fit.
 *
 * @param targetChanges what the pull request changes about targets and their settings
 */
export function mergedMarkdown(
  { command, rows, reports }: MergedReports,
  targetChanges: readonly SettingChange[],
  limit = charactersMax,
): string {
  const sorted = sortTargetRows(rows);
  const read = sorted.flatMap(({ target }) => reports.get(target) ?? []);
  const title = `### osac ${command ?? "report"}: ${formatTargetCounts(rows)}`;
  const table = notStartedMarkdown(rows) + fitTable(rows, limit / 2);
  const foreword = targetChangesMarkdown(targetChanges, limit / 4);
  const blocks = makeLineBlocks(read, targetChanges);
  const formatHead = (notice: string): string =>
    formatFitted([title, notice, foreword, table], blocks, limit - noticeMax, "the reports of the jobs");
  const details = sorted.flatMap((row) => {
    const report = reports.get(row.target);
    const text = report && formatDetails(row, report);
    return text ? [text] : [];
  });
  const { kept, left } = fitWhole(details, limit - formatHead("").length - noticeMax);
  const notice =
    left === 0
      ? ""
      : `**This report is cut: the details of ${formatQuantity(left, "target")} stand in the reports of the jobs.**`;
  return formatHead(notice) + kept.map((text) => `\n${text}`).join("");
}

/** Makes the blocks that a reviewer must see before any details. */
function makeLineBlocks(reports: readonly TargetReport[], targetChanges: readonly SettingChange[]): Block[] {
  // What changes about the targets stands above the table.
  const known = new Set(targetChanges.map(describeChange));
  const changes = joinSettings(reports, ({ settingChanges = [], target }) =>
    settingChanges.filter(
      (change) =>
        change.name !== "order" &&
        !change.name.startsWith("targets.") &&
        ![change.name, `targets.${target.name}.${change.name}`].some((name) =>
          known.has(describeChange({ ...change, name })),
        ),
    ),
  );
  const protective = joinSettings(reports, ({ settings = [] }) => settings);
  return [
    ...weakeningBlock({ settings: { changes } }),
    ...groupEqual(reports).flatMap((group) => makeTargetBlock(group)),
    ...protectionBlock({ settings: { protective } }),
  ];
}

function describeChange({ name, before, after }: SettingChange): string {
  return JSON.stringify([name, before ?? null, after ?? null]);
}

/** Lists the settings of all targets once. One that not all targets have names those that have it. */
function joinSettings<Setting extends { readonly name: string }>(
  reports: readonly TargetReport[],
  list: (report: TargetReport) => readonly Setting[],
): Setting[] {
  const targets = new Map<string, { readonly setting: Setting; readonly names: string[] }>();
  for (const report of reports)
    for (const setting of list(report)) {
      const key = JSON.stringify(setting);
      const known = targets.get(key) ?? { setting, names: [] };
      targets.set(key, known);
      known.names.push(report.target.name);
    }
  return [...targets.values()].map(({ setting, names }) =>
    names.length === reports.length
      ? setting
      : { ...setting, name: `${setting.name} of ${listNames(names, namesMax)}` },
  );
}

/** Groups targets with the same changes: most of a fleet are alike. */
function groupEqual(reports: readonly TargetReport[]): TargetReport[][] {
  const groups = new Map<string, TargetReport[]>();
  for (const report of reports) {
    const { escalations, access, accessDoubts, changes } = report;
    const key = JSON.stringify([escalations, access, accessDoubts, changes]);
    const known = groups.get(key) ?? [];
    groups.set(key, known);
    known.push(report);
  }
  return [...groups.values()];
}

/** Makes the block of targets with the same changes; none if they have no changes. */
function makeTargetBlock(group: readonly TargetReport[]): Block[] {
  const { command, escalations, access, accessDoubts: doubts = [], changes = [] } = group[0]!;
  const difference = access && { changes: access, doubts, escalations: [] };
  const above = [
    ...escalationBlock({ escalations }),
    ...accessBlock({ access: difference }, command === "drift"),
  ].filter(({ items }) => items.length > 0);
  const lines = sortByDanger(changes).map((change) => asDiff(formatLine(change)));
  const items = [...above.flatMap((block) => block.items), ...lines];
  if (items.length === 0) return [];
  const names = group.map(({ target }) => formatInline(printable(target.name)));
  const counts = [...above.map(({ title }) => title), formatQuantity(changes.length, "change")];
  const isDangerous = above.length > 0 || changes.some(isDestructive);
  return [
    {
      part: isDangerous ? "danger" : "list",
      title: `${listNames(names, namesMax)}: ${counts.join("; ")}`,
      language: "diff",
      items,
    },
  ];
}

/** Sorts destructive changes first, then those of the rarest kind, so that many of one kind hide no other. */
function sortByDanger(changes: readonly ReportedChange[]): ReportedChange[] {
  const counts = new Map<string, number>();
  for (const { kind } of changes) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return changes.toSorted(
    (a, b) =>
      Number(isDestructive(b)) - Number(isDestructive(a)) || counts.get(a.kind)! - counts.get(b.kind)!,
  );
}

function isDestructive({ destructive }: ReportedChange): boolean {
  return destructive !== undefined;
}

/** Keeps the worst targets of a table that is too long. */
function fitTable(rows: readonly TargetRow[], limit: number): string {
  const whole = fleetTableMarkdown(rows);
  if (whole.length <= limit) return whole;
  const sorted = sortTargetRows(rows);
  const most = Math.floor((sorted.length * limit) / whole.length);
  let count = most;
  while (count > 0 && fleetTableMarkdown(sorted.slice(0, count)).length > limit) count -= 1;
  return `${fleetTableMarkdown(sorted.slice(0, count))}\n**${formatQuantity(sorted.length - count, "more target")} not listed: the worst stand above.**\n`;
}

/** Keeps whole texts, in their order, as long as they fit; a long one does not keep out a short one. */
function fitWhole(
  texts: readonly string[],
  room: number,
): { readonly kept: readonly string[]; readonly left: number } {
  let rest = room;
  const kept = texts.filter((text) => {
    const fits = text.length + 1 <= rest;
    if (fits) rest -= text.length + 1;
    return fits;
  });
  return { kept, left: texts.length - kept.length };
}

/** Formats the findings and changes of one target, folded; empty if it has none. */
function formatDetails({ target, result }: TargetRow, report: TargetReport): string {
  const found = report.findings.filter(({ code }) => code !== "weakened-setting");
  const blocks = [
    fence("text", redactQuotations(findingsText(orderBySeverity(found), plain))),
    fence("diff", (report.changes ?? []).map(formatChange).join("")),
  ].filter((text) => text !== "");
  if (blocks.length === 0) return "";
  const title = `${formatSummary(target)}: ${result}`;
  return `<details><summary>${title}</summary>\n\n${blocks.join("\n")}\n</details>\n`;
}

/** A summary is HTML, in which a fence of Markdown means nothing. */
function formatSummary(name: string): string {
  return printable(name).replaceAll(/[^\w.-]/g, (character) => `&#${character.codePointAt(0)};`);
}

function fence(language: string, text: string): string {
  if (text === "") return "";
  const marks = makeFence(text);
  return `${marks}${language}\n${text.trimEnd()}\n${marks}\n`;
}

const signs = { delete: "-", update: "~", create: "+" } as const;

function formatLine({ action, kind, name, at, destructive }: ReportedChange): string {
  const place = at ? `  ${printable(at.file)}:${at.line}` : "";
  const mark = destructive === undefined ? "" : `  (${printable(destructive)})`;
  return `  ${signs[action]} ${kind}/${formatItem(name)}${mark}${place}\n`;
}

function formatChange(change: ReportedChange): string {
  const { action, kind } = change;
  const line = formatLine(change);
  if (action === "delete") return asDiff(line);
  // A drift report names the sides; its plan would lead from the cluster to the files.
  const fields = change.fields.map(({ path, before, after, inCluster, inFiles }) => ({
    path,
    before: before ?? inCluster,
    after: after ?? inFiles,
  }));
  return asDiff(line + fieldsText(fields, action, plain, { shape: entityShape(kinds[kind]) }));
}
