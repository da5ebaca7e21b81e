import type { AccessPrincipal } from "../../model/access-change.ts";
import type { Actions } from "./actions.ts";
import type { Effect } from "./effects.ts";

/** Patterns that match every caller, or every caller with any value in that field. */
const anybody = /^(?:[*?]+|\/\.[*+]\/)$/;

/** An effect on all indices, or on the index of the security configuration. */
const everything = / on (?:[*?]+|\/\.[*+]\/|\.opendistro_security\S*)(?:[ ,]|$)/;

/** Cluster permissions that only administrators should have. Plugins name everyday actions `cluster:admin/…`, too. */
const clusterAdministration = [
  "cluster:admin/*",
  "cluster:admin/repository/put",
  "cluster:admin/settings/update",
  "cluster:admin/snapshot/restore",
];

/** Index actions that only administrators should have on all indices. */
const indexAdministration = [
  "indices:admin/delete",
  "indices:admin/aliases",
  "indices:admin/settings/update",
];

/** Marks an effect that lets everyone administer: the security configuration, the cluster, or all indices. */
export function withEscalation(principal: AccessPrincipal, effect: Effect, actions: Actions): Effect {
  if (effect.direction !== "gain" || !isAnybody(principal)) return effect;
  const isAdministration = effect.escalation === "security administration";
  const gains = (permission: string): boolean => (actions.whole(permission) & (effect.actions ?? 0n)) !== 0n;
  const isMuch =
    clusterAdministration.some(gains) || (everything.test(effect.effect) && indexAdministration.some(gains));
  if (!isAdministration && !isMuch) return effect;
  return {
    ...effect,
    escalation: effect.escalation ?? "administration by everyone",
    isForEveryone: true,
  };
}

function isAnybody({ kind, name }: AccessPrincipal): boolean {
  return kind === "everyone" || kind === "anonymous" || anybody.test(name);
}
