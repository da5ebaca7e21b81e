/**
 * An answer to a question of access. It is "unsure" if the documents do not decide it; osac never guesses.
 */
export type Certainty = "yes" | "no" | "unsure";

/** Returns "yes" if one of them is "yes", "no" if all are "no". */
export function combineAny(certainties: readonly Certainty[]): Certainty {
  if (certainties.includes("yes")) return "yes";
  return certainties.includes("unsure") ? "unsure" : "no";
}

/** Returns "yes" if all of them are "yes", "no" if one is "no". */
export function combineAll(certainties: readonly Certainty[]): Certainty {
  if (certainties.includes("no")) return "no";
  return certainties.includes("unsure") ? "unsure" : "yes";
}
