import type { KindName } from "../model/kind-name.ts";
import type { Body } from "../model/value.ts";

/** A reference of an entity to another entity, by name. */
export interface Reference {
  readonly kind: KindName;
  readonly name: string;
  /** JSON pointer below the entity, `""` for the entity's own name. */
  readonly pointer: string;
}

/** A JSON Schema (2020-12) of a file; `$defs.entity` describes one entity. */
interface FileSchema {
  readonly $id: string;
  readonly $defs: { readonly entity: object; readonly [name: string]: object };
  readonly [keyword: string]: unknown;
}

/** The permissions that an entity gives, and that a change may revoke although the entity stays. */
interface Grants {
  /**
   * Paths of the permissions in the entity, with slashes; `""` is the whole entity. Empty if it gives none.
   */
  list(body: Body): string[];
  /** The words of messages when the permissions are revoked. */
  readonly loss: string;
}

/** The fields by which the entities of a kind authenticate. */
interface Login {
  readonly hash: string;
  readonly password: string;
  /** True if the server makes the entity's password, as it does for service accounts. */
  readonly isMadeByServer: (body: Body) => boolean;
}

/** Everything that differs between kinds, as data. */
export interface Kind {
  readonly name: KindName;
  /** The file that declares the kind, and (without its ending) the folder of split files. */
  readonly file: string;
  /** The last part of the collection's path in the Security API. */
  readonly path: string;
  readonly schema: FileSchema;
  /** True for the kinds with a single entity called `config`, which is managed as a whole document. */
  readonly isSingle: boolean;
  /** The depth of a patch: whole first-level fields, or the deepest path that changes. */
  readonly patchDepth: "field" | "deepest";
  /**
   * The server requires one of these fields in every entity, even an empty one. osac sends the first one if
   * the entity has none.
   */
  readonly atLeastOne: Body;
  /**
   * Other kinds that osac must know to judge whether the server accepts an entity of this kind, and what it
   * permits.
   */
  readonly needs: readonly KindName[];
  /** The hash, which the server never shows, and the password of a file from which it is made. */
  readonly login?: Login;
  /** The list whose `restapi:admin/…` permissions prevent every write of the entity by REST. */
  readonly restAdminField?: string;
  /**
   * The most entities in one request, and the entities that count, if the server reads other documents again
   * for each.
   */
  readonly chunk?: { readonly size: number; readonly isCostly: (body: Body) => boolean };
  /** The permissions that an entity gives: revoking the last of them counts as a deletion. */
  readonly grants?: Grants;
  /** The paths that decide how callers authenticate, or how the server judges their permissions. */
  readonly loginPaths?: readonly (readonly string[])[];
  /** Other entities that the server, or a reader, expects to exist. */
  references(name: string, body: Body): Reference[];
}
