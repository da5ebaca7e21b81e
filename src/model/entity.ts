import type { Place, Finding } from "./finding.ts";
import type { KindName } from "./kind-name.ts";
import type { Body, JsonObject } from "./value.ts";

/** One entity as a file declares it; the body is as written, not yet canonical. */
export interface Declared {
  readonly kind: KindName;
  readonly name: string;
  readonly body: Body;
  readonly at: Place;
  /** True if no part of the body is a secret. Most bodies have none, and need no search for one. */
  readonly isWithoutSecrets?: boolean;
}

/** An entity that a file names without a body. */
export type Dropped = Pick<Declared, "kind" | "name" | "at">;

/** The entities that a directory declares. A kind without a file is absent: osac does not manage it. */
export interface Directory {
  readonly path: string;
  readonly kinds: ReadonlyMap<KindName, ReadonlyMap<string, Declared>>;
  /** Files that osac does not read, listed with `-v`. */
  readonly ignored: readonly string[];
  readonly findings: readonly Finding[];
  /** Files within the directory that placeholders of secret fields name, by path. */
  readonly usedFiles?: ReadonlySet<string> | undefined;
}

/**
 * The reason why an entity is built-in. `restapi:admin` marks roles and action groups with such a permission:
 * the server refuses all their changes by REST, for every caller.
 */
export type BuiltIn = "static" | "restapi:admin" | "hidden" | "reserved" | "owned by the service";

/** One entity as the cluster holds it; the body is canonical. */
export interface LiveEntity {
  readonly name: string;
  readonly body: Body;
  readonly builtIn?: BuiltIn | undefined;
  /** The administrators of a managed service reach the API by this role or its mapping. osac never deletes it. */
  readonly isKey?: true | undefined;
  /** The paths of fields that no schema of osac has; absent if there are none. */
  readonly unknown?: readonly (readonly string[])[] | undefined;
  /** The entity as the server's answer (or, with the admin certificate, its store) shows it. */
  readonly raw: JsonObject;
}

/** A kind of the cluster: its entities, or the reason why osac cannot read them. */
export type LiveKind =
  | { readonly readable: true; readonly entities: ReadonlyMap<string, LiveEntity> }
  | { readonly readable: false; readonly reason: string; readonly hint?: string | undefined };

/** The kinds that osac read from the cluster. */
export type LiveState = ReadonlyMap<KindName, LiveKind>;

/** A part of a body that osac neither compares nor sends. Without versions, osac does not know the field. */
export interface LeftOut {
  /** The fields that lead to it, and the indices in lists. */
  readonly path: readonly string[];
  /** The field is known, and the value is not. */
  readonly isValue?: true | undefined;
  /** The first version that knows it, for example `3.8`. */
  readonly since?: string | undefined;
  /** The first version that no longer knows it. */
  readonly until?: string | undefined;
  /** The first version that accepts it, but does not store it. */
  readonly forgottenSince?: string | undefined;
}
