import type { KindName } from "../../model/kind-name.ts";

/**
 * One link of the chain from a caller to a permission: an entry of an entity, and the text that it matched.
 */
export interface Link {
  readonly kind: KindName;
  readonly name: string;
  /** JSON pointer below the entity, `""` for the entity itself. */
  readonly pointer: string;
  /** The text of the entry. */
  readonly value: string;
  /** The text that the entry matched, if it is another one: the name of the user, an alias of the index. */
  readonly fits?: string | undefined;
}

/** The reason why a question has no answer, in words that name the missing fact. */
export interface Unknown {
  readonly code: UnknownCode;
  readonly text: string;
}

type UnknownCode =
  | "cluster-names"
  | "date-math"
  | "variable"
  | "backend-roles"
  | "address"
  | "setting"
  | "system-index"
  | "expression"
  | "remote"
  | "dashboards-index"
  | "evaluation-v4"
  | "request-options"
  | "block-order"
  | "several-keys"
  | "several-maskings"
  | "broken-query"
  | "plugin-action"
  | "request-content"
  | "unread-kind";

/** A permission or a condition that a request lacks. */
export interface Missing {
  readonly need:
    | "cluster-permission"
    | "index-permission"
    | "tenant"
    | "login"
    /** No permission would help: the server refuses it by a rule of its own. */
    | "rule";
  /** The action, the tenant, or the rule. */
  readonly what: string;
  /** The names that lack it. */
  readonly names: readonly string[];
  /** Entries that come closest: they cover the names without the action, or permit the action elsewhere. */
  readonly nearest: readonly Link[];
}

/** A default that an answer assumes because the input does not have the fact. */
export type Assumption = "no-cluster-names" | "default-settings";

/**
 * The effect of a request that is permitted in part: the server refuses it, answers with the permitted names
 * only, answers with nothing, or permits the name, which does not exist.
 */
type Effect = "403" | "shrunk" | "emptied" | "404";

export interface Allowed {
  readonly verdict: "allowed";
  /** One shortest chain for each action and name; empty if the request needs no permission. */
  readonly because: readonly Because[];
  /**
   * The server replaces wildcards and aliases with the names themselves, so the request reaches hidden
   * indices, and aliases lose their filters.
   */
  readonly isRewritten?: true | undefined;
}

export interface Partly {
  readonly verdict: "partly";
  readonly effect: Effect;
  /** The permitted names. */
  readonly names: readonly string[];
  readonly because: readonly Because[];
  readonly missing: readonly Missing[];
}

export interface Denied {
  readonly verdict: "denied";
  readonly missing: readonly Missing[];
}

interface Undecided {
  readonly verdict: "unknown";
  readonly reasons: readonly Unknown[];
}

export type Decision = Allowed | Partly | Denied | Undecided;

/** The reason why one action is permitted on one name, or on the cluster. */
export interface Because {
  readonly action: string;
  readonly name?: string | undefined;
  readonly chain: readonly Link[];
}

/** Yes with its chain, no, or unsure with the reason. */
export type Finding =
  | { readonly is: "yes"; readonly chain: readonly Link[] }
  | { readonly is: "no" }
  | { readonly is: "unsure"; readonly reason: Unknown };

export const no: Finding = { is: "no" };

/** Returns the first yes; else the first doubt; else no. */
export function findFirst(findings: Iterable<Finding>): Finding {
  let doubt: Finding | undefined;
  for (const finding of findings) {
    if (finding.is === "yes") return finding;
    if (finding.is === "unsure") doubt ??= finding;
  }
  return doubt ?? no;
}

export function isUnknown(value: object): value is Unknown {
  return "code" in value;
}
