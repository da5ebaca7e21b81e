import type { AccessCause, AccessChange, AccessDifference, AccessPrincipal } from "../model/access-change.ts";
import type { Plan } from "../model/plan.ts";
import { formatAddress } from "../kinds/address.ts";
import { formatQuantity } from "./findings-text.ts";
import { formatFitted, formatInline, type Block } from "./markdown.ts";
import { formatValue, printable } from "./printable.ts";
import type { MarkdownOptions } from "./command-result.ts";
import { applyStyle, type Theme } from "./theme.ts";

/** The most lines on a terminal; the JSON document has them all. */
const listedMax = 40;

const namedMax = 3;

/** Formats who gains or loses access. Empty for a stale plan, and if no change can touch access. */
export function accessText({ access, review }: Plan, theme: Theme, isDrift: boolean): string {
  if (!access || review?.stale) return "";
  return differenceText(access, chooseTitle(isDrift), theme);
}

/** Formats who gains or loses access, under a title. */
export function differenceText(access: AccessDifference, title: string, theme: Theme): string {
  const lines = listLines(access).map(
    ({ text, isDangerous }) => `  ${isDangerous ? applyStyle(theme, "red", text) : text}\n`,
  );
  const rest = lines.length - listedMax;
  const more = rest <= 0 ? "" : `  … and ${rest} more, see the JSON report\n`;
  const heading = applyStyle(theme, "bold", formatTitle(access, title));
  return `${heading}\n${lines.slice(0, listedMax).join("")}${more}`;
}

/** Formats who gains or loses access as a block of Markdown, which is cut last and never collapsed. */
export function accessBlock({ access, review }: Plan, isDrift: boolean): Block[] {
  if (!access || review?.stale) return [];
  return [makeBlock(access, formatTitle(access, chooseTitle(isDrift)))];
}

function makeBlock(access: AccessDifference, title: string): Block {
  const items = listLines(access).map(({ text, isDangerous }) => `${isDangerous ? "! " : "  "}${text}\n`);
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
  return formatFitted([heading, sides, about], [makeBlock(access, ""), source], limit, whole);
}

function chooseTitle(isDrift: boolean): string {
  return isDrift ? "Access in the cluster, against the files" : "Access";
}

function formatTitle({ changes, doubts }: AccessDifference, title: string): string {
  if (changes.length === 0) return doubts.length > 0 ? title : `${title}: no access changes`;
  const count = (direction: AccessChange["direction"], word: string): string[] => {
    const { length } = changes.filter((change) => change.direction === direction);
    return length === 0 ? [] : [formatQuantity(length, word)];
  };
  const counts = [...count("gain", "gain"), ...count("loss", "loss"), ...count("change", "other change")];
  return `${title}: ${counts.join(", ")}`;
}

function listLines({ changes, doubts }: AccessDifference): { text: string; isDangerous: boolean }[] {
  return [
    ...changes.map((change) => ({
      text: formatChange(change),
      isDangerous: change.escalation !== undefined,
    })),
    ...doubts.map((doubt) => ({ text: printable(`perhaps: ${doubt}`), isDangerous: false })),
  ];
}

function formatChange({ principals, effect, example, perhaps, escalation, causes }: AccessChange): string {
  const isMany = principals.length > 1 || areMany.has(principals[0]!.kind);
  const who = printable(formatPrincipals(principals));
  const parts = [
    escalation === undefined ? "" : "escalation: ",
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

const areMany: ReadonlySet<AccessPrincipal["kind"]> = new Set([
  "anonymous",
  "user-pattern",
  "backend-role-pattern",
  "host",
]);

function formatPrincipals(principals: readonly AccessPrincipal[]): string {
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
