/** An answer to a question of access. What cannot be told from the documents is said, and never guessed. */
export type Verdict = "yes" | "no" | "unsure";

/** Yes if one of them is; no only if all are. */
export function anyOf(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes("yes")) return "yes";
  return verdicts.includes("unsure") ? "unsure" : "no";
}

/** Yes only if all of them are; no if one is. */
export function allOf(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes("no")) return "no";
  return verdicts.includes("unsure") ? "unsure" : "yes";
}
