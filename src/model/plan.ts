import type { AccessDifference } from "./access-change.ts";
import type { Change, PatchRequest } from "./change.ts";
import type { ClusterInfo } from "./cluster.ts";
import type { LeftOut } from "./entity.ts";
import type { Place, Finding } from "./finding.ts";
import type { KindName } from "./kind-name.ts";
import type { Json } from "./value.ts";

/** A comparison, and the requests that carry out its changes: what is shown is what is sent. */
export interface Plan extends Comparison {
  readonly requests: readonly PatchRequest[];
}

/** An entity named with its kind, and why it is listed. */
export interface EntityNote {
  readonly kind: KindName;
  readonly name: string;
  readonly reason: string;
  readonly at?: Place | undefined;
  /** Unmanaged, and `--prune KIND=all` would delete it. */
  readonly prunable?: true | undefined;
  /** Unmanaged, in a report of drift: what it gives, and to whom. */
  readonly grants?: string | undefined;
  /** Skipped, and not as its file says; of logins, only hashes are compared that both sides show. */
  readonly differs?: true | undefined;
}

/** A declared value that the server does not take, and its entity. */
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
  /** What the cluster holds where it moved: from what the review saw to what is there now. */
  readonly moved: readonly Change[];
  /** What would be written otherwise than reviewed: from what the review saw to what it would be now. */
  readonly otherwise: readonly Change[];
}

/** The protective settings of a plan. */
export interface PlanSettings {
  /** Those that are in force. */
  readonly protective: readonly ProtectiveSetting[];
  /** Those of the settings file, by their keys: the id of a plan is bound to them. */
  readonly bound: { readonly [key: string]: Json };
  /** Settings that the files change, compared with the settings in force. */
  readonly changes: readonly SettingChange[];
}

/** A protective setting that is not at its default. A list of maps has one entry for each item. */
export interface ProtectiveSetting {
  /** Its key, such as `guards.max_deletes`; where it has none, its flag. */
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

/** A deletion, or power that a change takes away although the entity stays. */
export interface Danger {
  readonly kind: KindName;
  /** `roles/old_reader`, or below an entity that is alone of its kind: `config/dynamic/authc/ldap`. */
  readonly address: string;
  /** The loss in words: `is deleted`. */
  readonly what: string;
  readonly isDeletion: boolean;
}

/** Leave to delete one entity, or to take one power away. */
export interface Approval {
  readonly address: string;
  readonly reason?: string | undefined;
  /** The source: `--allow-delete`, or a line of osac.yml. */
  readonly setBy: string;
  /** Given for this one run. */
  readonly isFlag: boolean;
}

/** Leaves entities, or one field of them, to somebody else. */
export interface IgnoreRule {
  readonly kind: KindName;
  /** A pattern. */
  readonly name: string;
  /** The steps of a path below the entity; the whole entity if absent. */
  readonly field?: readonly string[] | undefined;
  readonly reason: string;
  /** The line of osac.yml that says so. */
  readonly setBy: string;
}

/** The treatment of unmanaged entities of a kind. */
export interface Pruning {
  /** `removed`: only what this branch's history once declared. */
  readonly mode: "never" | "removed" | "all";
  /** Patterns of names; what is not included, or is excluded, is never deleted. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** Somebody who must always be able to change the security configuration, as osac.yml names them. */
export type BreakGlass =
  | { readonly user: string }
  | { readonly backend_role: string }
  | { readonly dn: string };

/** The digits of a plan id that are enough to name it. Reports for people show as many. */
export const planIdDigitsMin = 32;

/** The differences between the files and the cluster. */
export interface Comparison {
  /** The same for the same changes to the same state; absent where the cluster does not tell its UUID. */
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
  /** Declared, but the server's own. */
  readonly skipped: readonly EntityNote[];
  /** Entities and fields that a rule of `ignore` excludes. */
  readonly ignored: readonly EntityNote[];
  /** Secrets that are declared and cannot be compared; the reason names the field. */
  readonly unverified: readonly EntityNote[];
  /** Declared values that this server does not take. */
  readonly notSent: readonly NotSent[];
  readonly findings: readonly Finding[];
  /** The comparison with a reviewed plan, if there is one. */
  readonly review?: Review | undefined;
  /** The protective settings. Absent if no settings were read. */
  readonly settings?: PlanSettings | undefined;
  /** The access that users gain or lose. Absent if no change can affect it. */
  readonly access?: AccessDifference | undefined;
}
