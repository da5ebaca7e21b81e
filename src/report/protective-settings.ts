import { makeFinding } from "../errors.ts";
import type { Finding } from "../model/finding.ts";
import type { Plan, PlanSettings, ProtectiveSetting, SettingChange } from "../model/plan.ts";
import type { Json } from "../model/value.ts";
import { formatQuantity, toErrors } from "./findings-text.ts";
import { limitLines, listedMax } from "./limit-lines.ts";
import { makeFence, type Block } from "./markdown.ts";
import { formatValue, printable, quoteItem } from "./printable.ts";
import { applyStyle, type Theme } from "./theme.ts";

const protectiveTitle = "Protective settings";

/** A part of the settings of a plan, or of several plans together. */
interface Reported<Part extends keyof PlanSettings> {
  readonly settings?: Pick<PlanSettings, Part> | undefined;
}

/**
 * Formats the changes that the files make to protective settings, for a reviewer to see first. Empty if there
 * are none.
 */
export function weakeningText({ settings }: Plan, theme: Theme): string {
  const changes = settings?.changes ?? [];
  if (changes.length === 0) return "";
  const texts = putRarestFirst(changes).map(changeText);
  return `${applyStyle(theme, ["bold", "red"], weakeningTitle(changes))}\n${linesText(texts)}`;
}

/** Formats the changes of protective settings as a block of Markdown. */
export function weakeningBlock({ settings }: Reported<"changes">): Block[] {
  const changes = settings?.changes ?? [];
  const items = putRarestFirst(changes).map((change) => `! ${changeText(change)}\n`);
  return block({ title: weakeningTitle(changes), language: "diff", items, part: "danger" });
}

/** Formats the protective settings in force as a block of Markdown. */
export function protectionBlock({ settings }: Reported<"protective">): Block[] {
  const items = putRarestFirst(settings?.protective ?? []).map((one) => `${settingText(one)}\n`);
  return block({ title: protectiveTitle, language: "text", items, part: "list" });
}

function block(whole: Block): Block[] {
  return whole.items.length === 0 ? [] : [whole];
}

function weakeningTitle(changes: readonly SettingChange[]): string {
  return `warning: this pull request weakens or changes protective settings (${formatQuantity(changes.length, "setting")}, in force after the merge)`;
}

/** Returns the changes of protective settings as findings. In a strict run they are errors. */
export function weakeningFindings(changes: readonly SettingChange[], isStrict = false): Finding[] {
  const findings = changes.map((change) =>
    makeFinding("weakened-setting", {
      message: `this pull request weakens or changes ${changeText(change)}`,
      hint: "review it as a change of its own; it takes effect after the merge",
      at: change.at,
    }),
  );
  return isStrict ? toErrors(findings) : findings;
}

/** Formats the protective settings that differ from their defaults: one beside the title, several below it. */
export function protectionText({ settings }: Pick<Plan, "settings">): string {
  const texts = putRarestFirst(settings?.protective ?? []).map(settingText);
  if (texts.length === 0) return "";
  return `${protectiveTitle}:${texts.length === 1 ? ` ${texts[0]}\n` : `\n${linesText(texts)}`}`;
}

function settingText({ name, value, at, from = "" }: ProtectiveSetting): string {
  return `${printable(name)} ${valueText(value)} (${printable(at ? `${at.file}:${at.line}` : from)})`;
}

/** Formats what a pull request changes about targets and their settings. Empty if it changes nothing. */
export function targetChangesText(changes: readonly SettingChange[], theme: Theme): string {
  if (changes.length === 0) return "";
  const texts = changes.map(changeText);
  return `${applyStyle(theme, ["bold", "red"], targetsTitle)}\n${linesText(texts)}\n`;
}

/** Formats these changes as Markdown, as many as fit; at least one. */
export function targetChangesMarkdown(changes: readonly SettingChange[], limit = Infinity): string {
  if (changes.length === 0) return "";
  const lines = changes.map((change) => `! ${changeText(change)}`);
  let room = limit;
  const fitting = lines.findIndex((line) => (room -= line.length + 1) < 0);
  const count = Math.min(listedMax, fitting === -1 ? lines.length : Math.max(1, fitting));
  const text = limitLines(lines, count)
    .map((line) => `${line}\n`)
    .join("");
  const marks = makeFence(text);
  return `**${targetsTitle}**\n\n${marks}diff\n${text}${marks}\n\n`;
}

const targetsTitle =
  "warning: this pull request changes targets or their settings (in force after the merge; no run logs in to a new address before)";

function changeText({ name, before, after, at }: SettingChange): string {
  const where = at ? ` (${printable(`${at.file}:${at.line}`)})` : "";
  const [old, now] = [before, after].map((value) => (value === undefined ? undefined : valueText(value)));
  if (old === undefined) return `${formatValue(name)}: + ${now}${where}`;
  return `${formatValue(name)}: ${now === undefined ? `- ${old}` : `${old} → ${now}${where}`}`;
}

function valueText(value: Json): string {
  return formatValue(formatSetting(value));
}

/** `roles/team-a, field users: made by hand`: what a rule is about, its other fields, and its reason. */
function formatSetting(value: Json): string {
  if (typeof value === "string") return quoteItem(value);
  if (Array.isArray(value)) return value.length === 0 ? "[]" : value.map(formatSetting).join(", ");
  if (typeof value !== "object" || value === null) return String(value);
  const { kind, name, reason, ...others } = value;
  const address = [kind, name].filter((one) => one !== undefined).join("/");
  const fields = Object.entries(others).map(([key, one]) => `${quoteItem(key)} ${formatSetting(one)}`);
  const about = [...(address === "" ? [] : [quoteItem(address)]), ...fields].join(", ");
  return reason === undefined ? about : `${about}: ${formatSetting(reason)}`;
}

/**
 * Puts settings with few values first if there are many, and of each setting only its share: a long list of one
 * setting hides no other.
 */
function putRarestFirst<One extends { readonly name: string }>(all: readonly One[]): readonly One[] {
  if (all.length <= listedMax) return all;
  const groups = new Map<string, One[]>();
  for (const one of all) {
    const setting = one.name.replace(/^targets\..*/s, "targets");
    const known = groups.get(setting) ?? [];
    groups.set(setting, known);
    known.push(one);
  }
  const sorted = [...groups.values()].toSorted((a, b) => a.length - b.length);
  const share = Math.max(1, Math.floor(listedMax / sorted.length));
  return [
    ...sorted.flatMap((group) => group.slice(0, share)),
    ...sorted.flatMap((group) => group.slice(share)),
  ];
}

function linesText(texts: readonly string[]): string {
  return limitLines(texts)
    .map((text) => `  ${text}\n`)
    .join("");
}
