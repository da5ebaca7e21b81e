import type { Sight } from "../access/questions/find-sights.ts";
import type { AccessBasis } from "../engine/load-access.ts";
import { entryText, linkText } from "./link-text.ts";
import { formatItem, formatValue } from "./printable.ts";

/** Formats what a caller sees of each index, with the places of the restrictions. */
export function sightsText(sights: readonly Sight[], basis: AccessBasis): string {
  return sights
    .map((sight) => {
      const lines = [...documentLines(sight, basis), ...fieldLines(sight, basis), ...maskLines(sight, basis)];
      return `  restricted on ${formatItem(sight.name)}\n${lines.map((line) => `    ${line}\n`).join("")}`;
    })
    .join("");
}

function documentLines({ restrictions: { documents } }: Sight, basis: AccessBasis): string[] {
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

function fieldLines({ restrictions: { fields } }: Sight, basis: AccessBasis): string[] {
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

function maskLines({ restrictions: { masks } }: Sight, basis: AccessBasis): string[] {
  if (masks.are === "none") return [];
  if (masks.are === "unknown")
    return masks.reasons.map(({ text }) => `osac cannot tell which fields are masked: ${formatValue(text)}`);
  return masks.patterns.map(({ link }) => `masked: ${linkText(link, basis)}`);
}
