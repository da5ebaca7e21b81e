/**
 * An answer to a question of access. It is "unsure" if the documents do not decide it; osac never guesses.
 */
export type Certainty = "yes" | "no" | "unsure";

/** Yes if one of them is; no only if all are. */
export function combineAny(certainties: readonly Certainty[]): Certainty {
  if (certainties.includes("yes")) return "yes";
  return certainties.includes("unsure") ? "unsure" : "no";
}

/** Yes only if all of them are; no if one is. */
export function combineAll(certainties: readonly Certainty[]): Certainty {
  if (certainties.includes("no")) return "no";
  return certainties.includes("unsure") ? "unsure" : "yes";
}
