import type { AccessCause, AccessChange, AccessDifference, AccessPrincipal } from "../model/access-change.ts";
import type { Escalation } from "../model/escalation.ts";
import type { Plan } from "../model/plan.ts";
import { findEscalations } from "../access/escalation/index.ts";
import { formatAddress } from "../kinds/address.ts";
import { formatQuantity } from "./findings-text.ts";
import { formatFitted, formatInline, type Block } from "./markdown.ts";
import { limitLines } from "./limit-lines.ts";
import { formatValue, printable } from "./printable.ts";
import type { MarkdownOptions } from "./command-result.ts";
import { applyStyle, type Theme } from "./theme.ts";

const namedMax = 3;

/** Formats the escalations of a plan, which stand before its changes. Empty if there are none. */
export function escalationText(
  { escalations = [], review }: Pick<Plan, "escalations" | "review">,
  theme: Theme,
): string {
  if (escalations.length === 0 || review?.stale) return "";
  const lines = escalations.map((one) => {
    const line = formatEscalation(one);
    return `  ${one.allowed === undefined ? applyStyle(theme, "red", line) : line}\n`;
  });
  return `${applyStyle(theme, ["bold", "red"], formatEscalationTitle(escalations))}\n${lines.join("")}`;
}

/** Formats the escalations as a block of Markdown, which is cut last and never collapsed. */
export function escalationBlock({ escalations = [], review }: Pick<Plan, "escalations" | "review">): Block[] {
  if (escalations.length === 0 || review?.stale) return [];
  const items = escalations.map(
    (one) => `${one.allowed === undefined ? "! " : "  "}${formatEscalation(one)}\n`,
  );
  return [{ part: "danger", title: formatEscalationTitle(escalations), language: "diff", items }];
}

function formatEscalationTitle(escalations: readonly Escalation[]): string {
  const allowed = escalations.filter((one) => one.allowed !== undefined).length;
  const count = allowed === 0 ? `${escalations.length}` : `${escalations.length}, ${allowed} of them allowed`;
  return `Escalations: ${count}`;
}

function formatEscalation({ word, principals, allowed, effect, ...rest }: Escalation): string {
  const change = { principals, effect, ...rest };
  const what = principals.length === 0 ? formatEntityEffect(change) : formatChange(change);
  if (allowed === undefined) return `${word}: ${what}`;
  const { reason, setBy } = allowed;
  const why = reason === undefined ? "" : `: ${formatValue(reason)}`;
  return `allowed ${word}: ${what} (${printable(setBy)}${why})`;
}

function formatEntityEffect({ effect, causes }: Pick<Escalation, "effect" | "causes">): string {
  const who = causes.map((cause) => formatAddress(cause)).join(", ");
  return `${printable(who)} ${formatValue(effect)}${printable(formatCauses(causes.filter(({ at }) => at)))}`;
}

/** Formats who gains or loses access. Empty for a stale plan, and if no change can touch access. */
export function accessText({ access, review }: Plan, theme: Theme, isDrift: boolean): string {
  if (!access || review?.stale) return "";
  return ordinaryText(access, chooseTitle(isDrift), theme) + factsLine(access);
}

/** Formats the facts that the difference was computed with; empty if there were none. */
function factsLine({ facts }: AccessDifference): string {
  if (facts === undefined) return "";
  const settings = Object.entries(facts.nodeSettings).map(
    ([name, value]) => `${name}: ${JSON.stringify(value)}`,
  );
  const parts = [
    ...formatNames(facts),
    ...(settings.length === 0 ? [] : [`node settings ${settings.join(", ")}`]),
  ];
  return `  ${printable(`computed with ${parts.join("; ")}`)}\n`;
}

function formatNames({
  indices,
  aliases = 0,
  dataStreams = 0,
}: NonNullable<AccessDifference["facts"]>): string[] {
  if (indices === undefined) return [];
  const others = [
    ...(aliases === 0 ? [] : [formatQuantity(aliases, "alias")]),
    ...(dataStreams === 0 ? [] : [formatQuantity(dataStreams, "data stream")]),
  ];
  return [[formatQuantity(indices, "index name"), ...others].join(", ")];
}

/** Formats who gains or loses access, under a title, with the escalations first. */
export function differenceText(access: AccessDifference, title: string, theme: Theme): string {
  const escalations = findEscalations(access.escalations, []);
  return [escalationText({ escalations }, theme), ordinaryText(access, title, theme)]
    .filter((part) => part !== "")
    .join("\n");
}

/** Formats who gains or loses access without the escalations. */
function ordinaryText(access: AccessDifference, title: string, theme: Theme): string {
  const lines = limitLines(listLines(access)).map((text) => `  ${text}\n`);
  const heading = applyStyle(theme, "bold", formatTitle(access, title));
  return `${heading}\n${lines.join("")}`;
}

/** Formats who gains or loses access as a block of Markdown, which is cut last and never collapsed. */
export function accessBlock({ access, review }: Pick<Plan, "access" | "review">, isDrift: boolean): Block[] {
  if (!access || review?.stale) return [];
  return [makeBlock(access, formatTitle(access, chooseTitle(isDrift)), factsLine(access))];
}

function makeBlock(access: AccessDifference, title: string, facts = ""): Block {
  const items = [...listLines(access).map((text) => `  ${text}\n`), ...(facts === "" ? [] : [facts])];
  return { part: "danger", title, language: "diff", items };
}

/**
 * Formats who gains or loses access as a document of Markdown.
 *
 * @param basis what it was computed from
 */
export function differenceMarkdown(
  access: AccessDifference,
  { before, after }: { readonly before: string; readonly after: string },
  basis: string,
  { limit = Infinity, about = "", whole }: MarkdownOptions,
): string {
  const source: Block = { part: "details", title: "", language: "text", items: [basis.trim()] };
  const heading = `### ${formatTitle(access, "Access")}`;
  const sides = `From ${formatInline(before)} to ${formatInline(after)}`;
  const escalations = findEscalations(access.escalations, []);
  const blocks = [...escalationBlock({ escalations }), makeBlock(access, ""), source];
  return formatFitted([heading, sides, about], blocks, limit, whole);
}

function chooseTitle(isDrift: boolean): string {
  return isDrift ? "Access in the cluster, against the files" : "Access";
}

function formatTitle({ changes, doubts }: AccessDifference, title: string): string {
  const ordinary = changes.filter(isOrdinary);
  if (ordinary.length === 0 && doubts.length > 0) return title;
  if (ordinary.length === 0) return `${title}: no ${changes.length > 0 ? "other " : ""}access changes`;
  const count = (direction: AccessChange["direction"], word: string): string[] => {
    const { length } = ordinary.filter((change) => change.direction === direction);
    return length === 0 ? [] : [formatQuantity(length, word)];
  };
  const counts = [...count("gain", "gain"), ...count("loss", "loss"), ...count("change", "other change")];
  return `${title}: ${counts.join(", ")}`;
}

/** Formats who gains or loses access, one line for each effect, escalations first. */
export function listDifference(
  access: AccessDifference,
): { readonly text: string; readonly isDangerous: boolean }[] {
  return [
    ...findEscalations(access.escalations, []).map((one) => ({
      text: formatEscalation(one),
      isDangerous: true,
    })),
    ...listLines(access).map((text) => ({ text, isDangerous: false })),
  ];
}

/** Escalations have lines of their own above. */
function isOrdinary({ escalation }: AccessChange): boolean {
  return escalation === undefined;
}

function listLines({ changes, doubts }: AccessDifference): string[] {
  return [
    ...changes.filter(isOrdinary).map(formatChange),
    ...doubts.map((doubt) => printable(`perhaps: ${doubt}`)),
  ];
}

type Effect = Pick<AccessChange, "principals" | "effect" | "example" | "perhaps" | "causes">;

/** Formats one effect with those who have it. */
export function formatChange({ principals, effect, example, perhaps, causes }: Effect): string {
  const isMany = principals.length > 1 || areMany.has(principals[0]!.kind);
  const who = printable(formatPrincipals(principals));
  const parts = [
    perhaps === undefined ? "" : "perhaps: ",
    who,
    " ",
    formatValue(isMany ? toPlural(effect) : effect),
    example === undefined ? "" : `, e.g. ${printable(example)}`,
    perhaps === undefined ? "" : ` (${formatValue(perhaps)})`,
    printable(formatCauses(causes)),
  ];
  return parts.join("");
}

/** Turns a verb into its plural form. */
function toPlural(effect: string): string {
  return effect
    .replace(/^gains /, "gain ")
    .replace(/^loses /, "lose ")
    .replace(/^sees /, "see ")
    .replace(/^becomes administrator/, "become administrators")
    .replace(/^is no longer administrator/, "are no longer administrators");
}

const words: Readonly<Record<AccessPrincipal["kind"], string>> = {
  everyone: "everyone",
  anonymous: "anonymous callers",
  user: "user",
  "user-pattern": "users like",
  "backend-role": "backend role",
  "backend-role-pattern": "backend roles like",
  "backend-roles": "whoever has backend roles",
  host: "callers from",
};

/** Returns true for a kind of principals that reports have a word for. */
export function isPrincipalKind(kind: unknown): boolean {
  return typeof kind === "string" && Object.hasOwn(words, kind);
}

const areMany: ReadonlySet<AccessPrincipal["kind"]> = new Set([
  "anonymous",
  "user-pattern",
  "backend-role-pattern",
  "host",
]);

/** Formats principals, with a word for each kind. */
export function formatPrincipals(principals: readonly AccessPrincipal[]): string {
  return [...new Set(principals.map(({ kind }) => kind))]
    .map((kind) =>
      formatMembers(
        words[kind],
        principals.filter((one) => one.kind === kind).map(({ name }) => name),
      ),
    )
    .join(" and ");
}

function formatMembers(word: string, names: readonly string[]): string {
  if (names.length === 1) return `${word} ${names[0]!}`.trim();
  const listed = names.slice(0, namedMax).join(", ");
  const rest = names.length - namedMax;
  const count = /^(?:user|backend role)$/.test(word) ? formatQuantity(names.length, word) : word;
  return `${count} (${listed}${rest > 0 ? ` and ${rest} more` : ""})`;
}

function formatCauses(causes: readonly AccessCause[]): string {
  if (causes.length === 0) return "";
  const texts = causes
    .slice(0, namedMax)
    .map(({ kind, name, at }) => (at ? `${at.file}:${at.line}` : formatAddress({ kind, name })));
  const rest = causes.length - namedMax;
  return ` [${texts.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}]`;
}
