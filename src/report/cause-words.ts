import type { DriftCause } from "../model/drift.ts";

/** The words for each cause in a report. */
export const causeWords: Readonly<Record<DriftCause, string>> = {
  live: "changed in the cluster",
  files: "not yet applied",
  both: "changed on both sides",
  unknown: "differs",
};
