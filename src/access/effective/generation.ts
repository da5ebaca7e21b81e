import { isSince } from "../../value/version.ts";
import type { Version } from "../../model/finding.ts";

/**
 * The differences between server versions in judging requests. The plugin's code changed in four releases: G1
 * up to 2.18, G2 in 2.19, G3 in 3.0, G4 from 3.1, G5 from 3.7.
 */
export interface Generation {
  readonly name: "G1" | "G2" | "G3" | "G4" | "G5";
  /** The server compares role patterns with names; before, it resolved them against the cluster. */
  readonly comparesNames: boolean;
  /** `multi_rolespan_enabled: false` makes one role alone answer for a request. */
  readonly honoursRoleSpan: boolean;
  /** The server judges the backing indices of a data stream beside the stream itself. */
  readonly judgesBackingNames: boolean;
  /** The server judges clones and rollovers by their names; before, as requests on all indices. */
  readonly knowsResize: boolean;
  /** Every action that does not begin with `indices:` is a cluster action. */
  readonly hasOpenClusterActions: boolean;
  /** Service accounts have no cluster permissions. */
  readonly knowsServiceAccounts: boolean;
  /** The server can reduce the aliases of an index to the permitted ones. */
  readonly shrinksAliases: boolean;
  /**
   * `do_not_fail_on_forbidden` rewrites permitted requests, too: they find hidden indices that core would
   * skip, and lose the filters of aliases.
   */
  readonly rewritesPermitted: boolean;
  /**
   * With `do_not_fail_on_forbidden`, one pattern must permit a remaining name with all actions of the
   * request.
   */
  readonly shrinksByPattern: boolean;
  /** With `do_not_fail_on_forbidden`, the server judges `_msearch` and `_mget` by their indices. */
  readonly shrinksMultiRequests: boolean;
  /** The server collects restrictions by names; before, it used one arbitrary matching key. */
  readonly collectsRestrictions: boolean;
  /** The effect of a document restriction that is no valid query. */
  readonly brokenQuery: "fails" | "ignores the role" | "lifts the restriction";
  /** Including an object shows its members. */
  readonly showsMembers: boolean;
  /** Tenant patterns may have any variables, at any place. */
  readonly rendersTenants: boolean;
  /** The roles whose members may write to the global tenant, unless a role of theirs lets them read it. */
  readonly globalTenantRoles: readonly string[];
  /** Variables may have defaults, and contain each other. */
  readonly hasVariableDefaults: boolean;
  /** The server supports `privileges_evaluation_type: v4`. */
  readonly knowsV4: boolean;
}

const names: readonly (readonly [since: string, name: Generation["name"]])[] = [
  ["3.7", "G5"],
  ["3.1", "G4"],
  ["3.0", "G3"],
  ["2.19", "G2"],
  ["0.0", "G1"],
];

/** Finds the generation of a version; `use_legacy_impl` makes 2.19 judge actions as 2.18 did. */
export function findGeneration(version: Version, usesLegacyImplementation = false): Generation {
  const isFrom = (first: string): boolean => isSince(version, first);
  const comparesNames = isFrom("2.19") && !(usesLegacyImplementation && !isFrom("3.0"));
  return {
    name: names.find(([since]) => isFrom(since))![1],
    comparesNames,
    honoursRoleSpan: !comparesNames,
    judgesBackingNames: isFrom("2.19") && !isFrom("3.0"),
    knowsResize: isFrom("2.12"),
    hasOpenClusterActions: isFrom("3.6"),
    knowsServiceAccounts: isFrom("2.12"),
    shrinksAliases: isFrom("2.15"),
    rewritesPermitted: !comparesNames,
    shrinksByPattern: !comparesNames,
    shrinksMultiRequests: !isFrom("2.16"),
    collectsRestrictions: isFrom("3.0"),
    brokenQuery: isFrom("3.6") ? "lifts the restriction" : isFrom("3.0") ? "ignores the role" : "fails",
    showsMembers: !isFrom("3.0"),
    rendersTenants: isFrom("3.1"),
    globalTenantRoles: isFrom("3.1") ? ["kibana_user"] : ["kibana_user", "all_access"],
    hasVariableDefaults: isFrom("3.7"),
    knowsV4: isFrom("3.7"),
  };
}
