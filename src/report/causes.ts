import type { Cause } from "../model.ts";

/** What a cause is called in a report. */
export const causeWords: Readonly<Record<Cause, string>> = {
  live: "changed in the cluster",
  files: "not yet applied",
  both: "changed on both sides",
  unknown: "differs",
};
