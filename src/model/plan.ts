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

/** What became of a reviewed plan by the time it is to be applied. */
export interface Review {
  /** The reviewed plan's id, as far as it is known. */
  readonly id: string;
  /** How many of its changes are there already. */
  readonly applied: number;
  /** How many of its changes can no longer be made as they were reviewed. */
  readonly stale: number;
  /** What the cluster holds where it moved: from what the review saw to what is there now. */
  readonly moved: readonly Change[];
  /** What would be written otherwise than reviewed: from what the review saw to what it would be now. */
  readonly otherwise: readonly Change[];
}

/** What a plan has to do with settings that protect the cluster. */
export interface PlanSettings {
  /** Those that are in force. */
  readonly protective: readonly ProtectiveSetting[];
  /** Those of the settings file, by their keys: the id of a plan is bound to them. */
  readonly bound: { readonly [key: string]: Json };
  /** What the files change about the settings file that is in force. */
  readonly changes: readonly SettingChange[];
}

/** What is set about what a run may do, other than the default; of a list of maps, one item. */
export interface ProtectiveSetting {
  /** Its key, such as `guards.max_deletes`; where it has none, its flag. */
  readonly name: string;
  readonly value: Json;
  /** Where it stands in the settings file. */
  readonly at?: Place | undefined;
  /** The flag or the variable that sets it. */
  readonly from?: string | undefined;
}

/** What the files change about such a setting; an absent side means that it is not there. */
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
  /** What becomes of it, for people: `is deleted`. */
  readonly what: string;
  readonly isDeletion: boolean;
}

/** Leave to delete one entity, or to take one power away. */
export interface Approval {
  readonly address: string;
  readonly reason?: string | undefined;
  /** Where it was given: `--allow-delete`, or a line of osac.yml. */
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

/** What happens to live entities of a kind that no file declares. */
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

/** How many digits of a plan's id are enough to name it, and how many reports for people show. */
export const planIdDigitsMin = 32;

/** What differs between the files and the cluster. */
export interface Comparison {
  /** The same for the same changes to the same state; absent where the cluster does not tell its UUID. */
  readonly id?: string | undefined;
  readonly cluster: ClusterInfo;
  /** The kinds that were compared. */
  readonly kinds: readonly KindName[];
  /** Declared entities that were compared with the cluster. */
  readonly compared: number;
  /** How many live entities of each kind are ours to change. */
  readonly managed: { readonly [Kind in KindName]?: number };
  /** By kind, in the order of creation. */
  readonly changes: readonly Change[];
  /** Live, not built-in, and declared by no file. */
  readonly unmanaged: readonly EntityNote[];
  /** Declared, but the server's own. */
  readonly skipped: readonly EntityNote[];
  /** What rules of osac.yml leave to somebody else: entities, and fields that are not as the files say. */
  readonly ignored: readonly EntityNote[];
  /** Secrets that are declared and cannot be compared; the reason names the field. */
  readonly unverified: readonly EntityNote[];
  /** Declared values that this server does not take. */
  readonly notSent: readonly NotSent[];
  readonly findings: readonly Finding[];
  /** Where the plan is held to one that was reviewed. */
  readonly review?: Review | undefined;
  /** What decides what the run may do; absent where no settings were read. */
  readonly settings?: PlanSettings | undefined;
  /** Who gains or loses what by the changes; absent where none of them can change that. */
  readonly access?: AccessDifference | undefined;
}
