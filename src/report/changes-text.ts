import { dangersOf } from "../kinds/danger.ts";
import type { Change, Plan } from "../model.ts";
import { formatItem, formatValue, printable } from "./printable.ts";
import { fieldChanges, maskOf, type Mask } from "./fields.ts";
import { fieldsText } from "./fields-text.ts";
import type { Section } from "./sections.ts";
import { paint, type Look, type Style } from "./terminal.ts";

const signs: Readonly<Record<Change["action"], { sign: string; style: Style }>> = {
  delete: { sign: "-", style: "red" },
  update: { sign: "~", style: "yellow" },
  create: { sign: "+", style: "green" },
};

const indent = "  ";

/** Column at which the place of a declaration stands, where the name leaves room. */
const placeColumn = 45;

/** What a command says of a change beside its name. */
export type Note = (change: Change) => string;

/** The changes of a section, grouped by kind, without its title. */
export function changesText(section: Section, plan: Plan, look: Look, note?: Note): string {
  return changeTexts(section, plan, look, note).join("");
}

/** The same, a text for each entity; the first of a kind begins with the kind. */
export function changeTexts(section: Section, { secrets }: Plan, look: Look, note?: Note): string[] {
  const mask = maskOf(secrets);
  const kinds = [...new Set(section.changes.map(({ kind }) => kind))];
  return kinds.flatMap((kind) => {
    const entities = Object.keys(signs).flatMap((action) =>
      section.changes.filter((change) => change.kind === kind && change.action === action),
    );
    const title = `${paint(look, "bold", kind)}\n`;
    return entities.map(
      (change, index) => (index === 0 ? title : "") + changeText(change, section, mask, look, note?.(change)),
    );
  });
}

function changeText(change: Change, { isPlanned }: Section, mask: Mask, look: Look, note?: string): string {
  const { sign, style } = signs[change.action];
  const name = formatItem(change.name);
  const said = [
    [whereOf(change, isPlanned), "dim"] as const,
    [note ?? "", "bold"] as const,
    [isPlanned ? lossesOf(change) : "", "red"] as const,
  ]
    .filter(([words]) => words !== "")
    .map(([words, of]) => paint(look, of, words))
    .join(indent);
  const room = Math.max(2, placeColumn - indent.length - sign.length - 1 - name.length);
  const line = `${indent}${paint(look, style, `${sign} ${name}`)}${said && " ".repeat(room)}${said}\n`;
  return change.action === "delete"
    ? line
    : line + fieldsText(fieldChanges(change, mask), change.action, look);
}

/** Where a change comes from: a line of a file, or the commit that took the entity out of it. */
function whereOf(change: Change, isPlanned: boolean): string {
  if (change.at) return `${printable(change.at.file)}:${change.at.line}`;
  if (change.action !== "delete" || !isPlanned) return "";
  return change.declaredUntil === undefined
    ? "(no file declares it)"
    : `(declared until ${change.declaredUntil})`;
}

/** `(loses its last permission)`, `(dynamic/authc/ldap is asked no more)`. */
function lossesOf(change: Change): string {
  const losses = dangersOf(change)
    .filter(({ isDeletion }) => !isDeletion)
    .map(({ kind, address, what }) => {
      const path = address.slice(kind.length + 1);
      return path === change.name ? what : `${path} ${what}`;
    });
  return losses.length === 0 ? "" : `(${losses.map(formatValue).join(", ")})`;
}
