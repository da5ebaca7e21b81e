import type { KindName } from "../model/kind-name.ts";
import type { Body } from "../model/value.ts";

/** A name inside an entity that stands for another entity. */
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

/** Power that an entity gives, and that a change may take away although the entity stays. */
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
  /** True for the kinds that are one entity called `config`, owned whole. */
  readonly isSingle: boolean;
  /** The depth of a patch: whole first-level fields, or the deepest path that changes. */
  readonly patchDepth: "field" | "deepest";
  /** The server wants one of these fields in every entity it stores, even empty; the first is sent if need be. */
  readonly atLeastOne: Body;
  /** Other kinds that must be known to tell whether the server will take an entity of this one, and what it is worth. */
  readonly needs: readonly KindName[];
  /** The field that the server never shows, and the field of a file that it is made from. */
  readonly login?: Login;
  /** The list whose `restapi:admin/…` permissions keep REST from writing the entity at all. */
  readonly restAdminField?: string;
  /** The most entities in one request, and for which of them, where the server reads other documents anew for each. */
  readonly chunk?: { readonly size: number; readonly isCostly: (body: Body) => boolean };
  /** The permissions that an entity gives: revoking the last of them counts as a deletion. */
  readonly grants?: Grants;
  /** The parts of an entity that decide how callers prove who they are, and what their rights are judged by. */
  readonly loginPaths?: readonly (readonly string[])[];
  /** Other entities that the server, or a reader, expects to exist. */
  references(name: string, body: Body): Reference[];
}
