import type { Restrictions } from "../access/effective/index.ts";
import type { Sight } from "../access/questions/find-sights.ts";
import type { AccessBasis } from "../engine/load-access.ts";
import { entryText, linkText } from "./link-text.ts";
import { formatItem, formatValue } from "./printable.ts";

/** Formats what a caller sees of each index, with the places of the restrictions. */
export function sightsText(sights: readonly Sight[], basis: AccessBasis): string {
  return sights
    .map(({ name, restrictions }) => {
      const lines = restrictionLines(restrictions, basis).map((line) => `    ${line}\n`);
      return `  restricted on ${formatItem(name)}\n${lines.join("")}`;
    })
    .join("");
}

/** Formats what a caller sees of an index, one line for each restriction. */
export function restrictionLines(restrictions: Restrictions, basis: AccessBasis): string[] {
  return [
    ...documentLines(restrictions, basis),
    ...fieldLines(restrictions, basis),
    ...maskLines(restrictions, basis),
  ];
}

function documentLines({ documents }: Restrictions, basis: AccessBasis): string[] {
  switch (documents.are) {
    case "all":
      return [];
    case "some":
      return documents.queries.map(
        ({ link, value }) => `only documents that match ${formatValue(value)}: ${entryText(link, basis)}`,
      );
    case "unknown":
      return documents.reasons.map(({ text }) => `osac cannot tell which documents: ${formatValue(text)}`);
    default:
      return [
        `${documents.are === "none" ? "no documents" : "every request fails"}: ${formatValue(documents.why)}`,
      ];
  }
}

function fieldLines({ fields }: Restrictions, basis: AccessBasis): string[] {
  switch (fields.are) {
    case "all":
      return [];
    case "none":
      return ["no fields"];
    case "unknown":
      return fields.reasons.map(({ text }) => `osac cannot tell which fields: ${formatValue(text)}`);
    default: {
      const which = fields.are === "only" ? "only the fields" : "all fields but";
      return fields.patterns.map(({ link }) => `${which}: ${linkText(link, basis)}`);
    }
  }
}

function maskLines({ masks }: Restrictions, basis: AccessBasis): string[] {
  if (masks.are === "none") return [];
  if (masks.are === "unknown")
    return masks.reasons.map(({ text }) => `osac cannot tell which fields are masked: ${formatValue(text)}`);
  return masks.patterns.map(({ link }) => `masked: ${linkText(link, basis)}`);
}
