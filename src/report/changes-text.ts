import { findDestructiveEffects } from "../kinds/destructive.ts";
import { kinds } from "../kinds/index.ts";
import type { Change } from "../model/change.ts";
import type { KindName } from "../model/kind-name.ts";
import { entityShape } from "../schema/shape.ts";
import { formatItem, formatValue, printable } from "./printable.ts";
import { findFieldChanges } from "./field-changes.ts";
import { fieldsText } from "./fields-text.ts";
import type { Section } from "./section.ts";
import { applyStyle, type Theme, type Style } from "./theme.ts";

const signs: Readonly<Record<Change["action"], { sign: string; style: Style }>> = {
  delete: { sign: "-", style: "red" },
  update: { sign: "~", style: "yellow" },
  create: { sign: "+", style: "green" },
};

const indent = "  ";

/** The column of the place of a declaration, if the name leaves room. */
const placeColumn = 45;

/** The amount of detail that a report shows of each change. */
export interface Extent {
  /** True shows the changed fields, false only the line of the change. */
  readonly withFields: boolean;
  /** True leaves out the column of places, because there is no room for it. */
  readonly isCompact?: boolean;
}

/** The changes of one resource type, one text each. */
export interface KindTexts {
  readonly kind: KindName;
  readonly texts: readonly string[];
}

/**
 * Formats the changes of a section by resource type, deletions first. Without fields, the rarest type comes
 * first, so that many changes of one type cannot hide a few of another.
 */
export function changeTexts(section: Section, theme: Theme, extent: Extent): KindTexts[] {
  const kinds = [...new Set(section.changes.map(({ kind }) => kind))];
  const byKind = kinds.map((kind): KindTexts => {
    const changes = Object.keys(signs).flatMap((action) =>
      section.changes.filter((change) => change.kind === kind && change.action === action),
    );
    return { kind, texts: changes.map((change) => changeText(change, section, theme, extent)) };
  });
  return extent.withFields ? byKind : byKind.toSorted((a, b) => a.texts.length - b.texts.length);
}

function changeText(change: Change, section: Section, theme: Theme, extent: Extent): string {
  const line = lineText(change, section, theme, extent);
  return change.action === "delete" || !extent.withFields
    ? line
    : line +
        fieldsText(findFieldChanges(change, section.live), change.action, theme, {
          shape: entityShape(kinds[change.kind]),
        });
}

function lineText(change: Change, { isPlanned }: Section, theme: Theme, { isCompact }: Extent): string {
  const { sign, style } = signs[change.action];
  const name = formatItem(change.name);
  const said = [
    [formatOrigin(change, isPlanned), "dim"] as const,
    [isPlanned ? formatLosses(change) : "", "red"] as const,
  ]
    .filter(([words]) => words !== "")
    .map(([words, of]) => applyStyle(theme, of, words))
    .join(indent);
  const room = isCompact ? 2 : Math.max(2, placeColumn - indent.length - sign.length - 1 - name.length);
  return `${indent}${applyStyle(theme, style, `${sign} ${name}`)}${said && " ".repeat(room)}${said}\n`;
}

/** Formats the source of a change: a line of a file, or the commit that removed the entity from the file. */
function formatOrigin(change: Change, isPlanned: boolean): string {
  if (change.at) return `${printable(change.at.file)}:${change.at.line}`;
  if (change.action !== "delete" || !isPlanned) return "";
  return change.declaredUntil === undefined
    ? "(no file declares it)"
    : `(declared until ${change.declaredUntil})`;
}

/** `(loses its last permission)`, `(dynamic/authc/ldap is no longer used)`. */
function formatLosses(change: Change): string {
  const losses = findDestructiveEffects(change)
    .filter(({ isDeletion }) => !isDeletion)
    .map(({ kind, address, what }) => {
      const path = address.slice(kind.length + 1);
      return path === change.name ? what : `${path} ${what}`;
    });
  return losses.length === 0 ? "" : `(${formatValue(losses.join(", "))})`;
}

/** The most changes, and the most characters of them, that a reviewer reads as a whole. */
const [changesMax, charactersMax] = [50, 4_000];

/**
 * Returns true if each change can show its fields. In a longer report the lines of all changes come before
 * any fields.
 */
export function isShort(sections: readonly Section[], theme: Theme): boolean {
  if (sections.reduce((sum, { changes }) => sum + changes.length, 0) > changesMax) return false;
  const texts = sections.flatMap((section) => changeTexts(section, theme, { withFields: true }));
  return texts.flatMap((kind) => kind.texts).join("").length <= charactersMax;
}

/** Keeps the changes whose fields show more than their line. */
export function keepDetailed(section: Section, withCreations: boolean): Section {
  const says = ({ action }: Section["changes"][number]): boolean =>
    action === "update" || (withCreations && action === "create");
  return { ...section, changes: section.changes.filter(says) };
}
