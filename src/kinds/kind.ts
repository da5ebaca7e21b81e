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
  /** The words for one entity in texts for users. */
  readonly label: string;
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
  /** The entities decide who has which permissions, or who may change the security configuration, or both. */
  readonly decides: readonly ("permissions" | "administration")[];
  /** True if the server checks access to the kind by a rule that `permissionsinfo` does not cover. */
  readonly hasOwnGate?: boolean;
  /** The setting of `opensearch.yml` without which the server has no API for the kind. */
  readonly enabledBy?: string;
  /** The server refuses an entity that refers to a missing one, as every version does or later ones do. */
  readonly refusesMissing?: { readonly since?: string };
  /** True if the plugin cannot read a file without an entity. */
  readonly requiresEntity?: boolean;
  /** First-level fields with a reader of the server's that does not convert scalars. */
  readonly unconverted?: readonly string[];
  /** The format of version 1: fields that only it had, and whether an entity could be a plain list. */
  readonly versionOne?: { readonly fields: readonly string[]; readonly allowsLists?: boolean };
  /** What `securityadmin.sh -cd` requires of a directory. */
  readonly securityadmin?: {
    /** Without the file, it stops half way, or uploads an empty document. */
    readonly withoutFile: "fails" | "uploads-empty";
    /** Without these entities, the cluster has no administrator, or OpenSearch Dashboards cannot log in. */
    readonly neededNames?: readonly string[];
  };
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
  readonly references: (name: string, body: Body) => Reference[];
}
