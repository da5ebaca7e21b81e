import type { AccessDifference } from "./access-change.ts";
import type { Change, PatchRequest } from "./change.ts";
import type { ClusterInfo } from "./cluster.ts";
import type { LeftOut } from "./entity.ts";
import type { Escalation } from "./escalation.ts";
import type { Place, Finding } from "./finding.ts";
import type { KindName } from "./kind-name.ts";
import type { Json, JsonObject } from "./value.ts";

/** A comparison, and the requests that make its changes. osac sends exactly what the plan shows. */
export interface Plan extends Comparison {
  readonly requests: readonly PatchRequest[];
}

/** An entity named with its kind, and why it is listed. */
export interface EntityNote {
  readonly kind: KindName;
  readonly name: string;
  readonly reason: string;
  readonly at?: Place | undefined;
  /** True for an unmanaged entity that `--prune KIND=all` would delete. */
  readonly prunable?: true | undefined;
  /** The access that an unmanaged entity grants, and to whom. Only for `osac drift`. */
  readonly grants?: string | undefined;
  /**
   * True for a skipped entity that differs from its file. Logins are compared only if both sides have a hash.
   */
  readonly differs?: true | undefined;
}

/** A declared value that the server does not support, with its entity. */
export interface NotSent extends LeftOut {
  readonly kind: KindName;
  readonly name: string;
}

/** A reviewed plan, compared with the current plan. */
export interface Review {
  /** The reviewed plan's id, as far as it is known. */
  readonly id: string;
  /** The number of its changes that the cluster has already. */
  readonly applied: number;
  /** The number of its changes that can no longer be made as reviewed. */
  readonly stale: number;
  /** Changes in the cluster since the review: from the reviewed state to the live state. */
  readonly moved: readonly Change[];
  /**
   * Changes of the current plan that differ from the reviewed ones: from the reviewed to the current desired
   * state.
   */
  readonly otherwise: readonly Change[];
}

/** The protective settings of a plan. */
export interface PlanSettings {
  /** The settings that are in force. */
  readonly protective: readonly ProtectiveSetting[];
  /** The settings of the settings file, by key. The plan id depends on them. */
  readonly bound: JsonObject;
  /** Settings that the files change, compared with the settings in force. */
  readonly changes: readonly SettingChange[];
}

/** A protective setting that is not at its default. A list of maps has one entry for each item. */
export interface ProtectiveSetting {
  /** The key, such as `guards.max_deletes`. A setting without a key has the name of its flag. */
  readonly name: string;
  readonly value: Json;
  /** The place in the settings file. */
  readonly at?: Place | undefined;
  /** The flag or the variable that sets it. */
  readonly from?: string | undefined;
}

/** A change of a protective setting. A side is absent if the setting is not there. */
export interface SettingChange {
  readonly name: string;
  readonly before?: Json | undefined;
  readonly after?: Json | undefined;
  readonly at?: Place | undefined;
}

/** A deletion, or revoked permissions. */
export interface DestructiveEffect {
  readonly kind: KindName;
  /** `roles/old_reader`, or a path in a kind with one entity: `config/dynamic/authc/ldap`. */
  readonly address: string;
  /** The loss in words: `is deleted`. */
  readonly what: string;
  readonly isDeletion: boolean;
}

/** The approval of one deletion, or of revoked permissions. */
export interface Approval {
  readonly address: string;
  readonly reason?: string | undefined;
  /** The source: `--allow-delete`, or a line of osac.yml. */
  readonly setBy: string;
  /** True if the approval is for this run only. */
  readonly isFlag: boolean;
}

/** A rule of `ignore`: osac ignores the entities, or one field of them. */
export interface IgnoreRule {
  readonly kind: KindName;
  /** A pattern. */
  readonly name: string;
  /** The steps of a path below the entity; the whole entity if absent. */
  readonly field?: readonly string[] | undefined;
  readonly reason: string;
  /** The line of osac.yml with the rule. */
  readonly setBy: string;
}

/** The treatment of unmanaged entities of a kind. */
export interface Pruning {
  /** `removed`: only entities that the history of this branch once declared. */
  readonly mode: "never" | "removed" | "all";
  /** Patterns of names. osac never deletes an entity that is not included, or that is excluded. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** A break-glass access of osac.yml: it must always be able to change the security configuration. */
export type BreakGlass =
  | { readonly user: string }
  | { readonly backend_role: string }
  | { readonly dn: string };

/** The number of digits of a plan id that identify it. Reports for people show as many. */
export const planIdDigitsMin = 32;

/** The differences between the files and the cluster. */
export interface Comparison {
  /** The plan id. Absent if the cluster does not show its UUID. */
  readonly id?: string | undefined;
  readonly cluster: ClusterInfo;
  /** The kinds that were compared. */
  readonly kinds: readonly KindName[];
  /** Declared entities that were compared with the cluster. */
  readonly compared: number;
  /** The number of live entities that osac manages, by kind. */
  readonly managed: { readonly [Kind in KindName]?: number };
  /** By kind, in the order of creation. */
  readonly changes: readonly Change[];
  /** Live, not built-in, and declared by no file. */
  readonly unmanaged: readonly EntityNote[];
  /** Declared entities that are built-in. */
  readonly skipped: readonly EntityNote[];
  /** Entities and fields that a rule of `ignore` excludes. */
  readonly ignored: readonly EntityNote[];
  /** Declared secrets that osac cannot compare. The reason names the field. */
  readonly notCompared: readonly EntityNote[];
  /** Declared values that this server does not support. */
  readonly notSent: readonly NotSent[];
  readonly findings: readonly Finding[];
  /** The comparison with a reviewed plan, if there is one. */
  readonly review?: Review | undefined;
  /** The protective settings. Absent if no settings were read. */
  readonly settings?: PlanSettings | undefined;
  /** The access that users gain or lose. Absent if no change can affect it. */
  readonly access?: AccessDifference | undefined;
  /** The changes that let somebody administer, or that remove a protection. */
  readonly escalations?: readonly Escalation[] | undefined;
}
