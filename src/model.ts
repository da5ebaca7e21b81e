import type { Secret } from "./secret.ts";

/** Plain JSON, as files and servers hold it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** JSON in which secrets have been wrapped at the door. */
export type Value = null | boolean | number | string | Secret | Value[] | { [key: string]: Value };

/** The fields of one entity, without its name. */
export type Body = { [field: string]: Value };

/** The nine kinds, in the order of creation: whatever a kind refers to stands before it. */
export const kindNames = [
  "tenants",
  "actiongroups",
  "roles",
  "rolesmapping",
  "internalusers",
  "config",
  "audit",
  "nodesdn",
  "allowlist",
] as const;

export type KindName = (typeof kindNames)[number];

/** Where something stands in a file; line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One thing found wrong, or worth knowing. Errors refuse, warnings and notices do not. */
export interface Finding {
  /** Stable and kebab-case, for example `unknown-field`. */
  readonly code: string;
  readonly severity: "error" | "warning" | "notice";
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  readonly at?: Place;
  readonly kind?: KindName;
  readonly name?: string;
  /** The REST API would refuse the entity: a warning offline, an error in a plan that has to send it. */
  readonly refusedByServer?: true;
}

/** One entity as a file declares it; the body is as written, not yet canonical. */
export interface Declared {
  readonly kind: KindName;
  readonly name: string;
  readonly body: Body;
  readonly at: Place;
}

/** What a directory of files says. A kind without a file is absent: it is unmanaged. */
export interface Directory {
  readonly path: string;
  readonly kinds: ReadonlyMap<KindName, ReadonlyMap<string, Declared>>;
  /** Files that are none of ours, listed with `-v`. */
  readonly ignored: readonly string[];
  readonly findings: readonly Finding[];
}

/** A server's version. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** Why an entity belongs to the server and is never touched. */
export type BuiltIn = "static" | "hidden" | "reserved";

/** One entity as the cluster holds it; the body is canonical. */
export interface LiveEntity {
  readonly name: string;
  readonly body: Body;
  readonly builtIn?: BuiltIn;
  /** The entity as the server's answer (or, with the admin certificate, its store) shows it. */
  readonly raw: { [key: string]: Json };
}

/** A kind of the cluster: its entities, or why they cannot be read. */
export type LiveKind =
  | { readonly readable: true; readonly entities: ReadonlyMap<string, LiveEntity> }
  | { readonly readable: false; readonly reason: string; readonly hint?: string };

/** One entity to write. Plain data, so that a plan can be printed, hashed and stored. */
export type Change = { readonly kind: KindName; readonly name: string; readonly at?: Place } & (
  | { readonly action: "create"; readonly after: Body }
  | { readonly action: "update"; readonly before: Body; readonly after: Body }
  | { readonly action: "delete"; readonly before: Body }
);

/** One step of a JSON patch (RFC 6902); the Security API knows no other two. */
export type Operation =
  | { readonly op: "add"; readonly path: string; readonly value: Value }
  | { readonly op: "remove"; readonly path: string };
