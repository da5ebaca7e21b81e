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
  /** Where in the entity it lies, `""` for the whole, else a path with slashes; none where it gives nobody anything. */
  list(body: Body): string[];
  /** What to say when it is gone. */
  readonly loss: string;
}

/** How the entities of a kind prove who they are. */
interface Login {
  readonly hash: string;
  readonly password: string;
  /** Whether the server itself makes the entity's password, as it does for service accounts. */
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
  /** How far down a patch goes: whole first-level fields, or the deepest path that changes. */
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
  /** What an entity gives to somebody: taking the last of it counts as a deletion. */
  readonly grants?: Grants;
  /** The parts of an entity that decide how callers prove who they are, and what their rights are judged by. */
  readonly loginPaths?: readonly (readonly string[])[];
  /** Other entities that the server, or a reader, expects to exist. */
  references(name: string, body: Body): Reference[];
}
