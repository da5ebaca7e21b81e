import { driftKinds, type DriftKind } from "../model/drift.ts";
import { requireChoice, refuse, type ValueType } from "./value-types.ts";

/** The kinds of drift that count by default. */
export const failOnDefault: readonly DriftKind[] = [
  "live",
  "files",
  "both",
  "unknown",
  "skipped",
  "escalation",
];

/**
 * A list that replaces the default; or, with a sign before each word, additions to the default and removals
 * from it.
 */
export const failOn: ValueType<readonly DriftKind[]> = {
  placeholder: "CAUSE,…",
  isRepeatable: true,
  choices: driftKinds,
  schema: {
    type: "array",
    items: { enum: ["", "+", "-"].flatMap((sign) => driftKinds.map((kind) => sign + kind)) },
    minItems: 1,
    uniqueItems: true,
  },
  read: (texts, source) => {
    const words = texts.flatMap((one) => one.split(",")).map((one) => one.trim());
    const signed = words.filter((word) => /^[+-]/.test(word));
    if (signed.length > 0 && signed.length < words.length)
      refuse(source, "a list, or words that all begin with + or -", words.join(","));
    const counted = new Set<DriftKind>(signed.length > 0 ? failOnDefault : []);
    for (const word of words) {
      const kind = requireChoice(driftKinds, word.replace(/^[+-]/, ""), source);
      if (word.startsWith("-")) counted.delete(kind);
      else counted.add(kind);
    }
    if (counted.size === 0) refuse(source, "something that counts as drift", words.join(","));
    return driftKinds.filter((kind) => counted.has(kind));
  },
};
