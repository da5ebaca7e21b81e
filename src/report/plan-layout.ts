import { changeTexts } from "./changes-text.ts";
import type { Section } from "./section.ts";
import type { Theme } from "./theme.ts";

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
