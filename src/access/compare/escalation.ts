import type { AccessPrincipal } from "../../model/access-change.ts";
import type { Actions } from "./actions.ts";
import type { Effect } from "./effects.ts";

/** Patterns that match every caller, or every caller with any value in that field. */
const anybody = /^(?:[*?]+|\/\.[*+]\/)$/;

/** Actions that only administrators should have. */
const administrative = [
  "cluster:admin/*",
  "indices:admin/delete",
  "indices:admin/aliases",
  "indices:admin/settings/update",
];

/** Marks an effect that lets everyone administer. It ignores access of each user to names of its own. */
export function withEscalation(principal: AccessPrincipal, effect: Effect, actions: Actions): Effect {
  if (effect.direction !== "gain" || !isAnybody(principal)) return effect;
  const isAdministration = effect.escalation === "security administration";
  const isMuch = administrative.some((action) => (actions.match(action) & (effect.actions ?? 0n)) !== 0n);
  if (!isAdministration && (!isMuch || effect.effect.includes("${"))) return effect;
  return {
    ...effect,
    escalation: effect.escalation ?? "administration by everyone",
    isForEveryone: true,
  };
}

function isAnybody({ kind, name }: AccessPrincipal): boolean {
  return kind === "everyone" || kind === "anonymous" || anybody.test(name);
}
