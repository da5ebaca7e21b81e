import { compareByCodeUnit } from "../value/record.ts";
import { kinds } from "../kinds/index.ts";
import { withoutField } from "../value/path.ts";
import { withoutDefaults } from "../schema/without-defaults.ts";
import type { BuiltIn, LiveEntity, LiveState } from "../model/entity.ts";
import type { Version } from "../model/finding.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Body, Json, Value, JsonObject } from "../model/value.ts";
import { createDetector } from "../secrets/redact.ts";
import { Secret } from "../secrets/secret.ts";
import { findSecrets, mapScalars, findParts } from "../value/walk.ts";
import { nameVariables, type Placeholder, type SecretPlace } from "./name-variables.ts";
import { pickTrueFlags } from "../schema/canonical.ts";

/** The choice of what an export includes. */
export interface ExportChoice {
  /** Includes built-in entities with their flags, and defaults. */
  readonly areAllIncluded: boolean;
  /** Writes known hashes instead of placeholders. */
  readonly withHashes: boolean;
  /**
   * Returns true if the plugin could read a text as a hash. The cluster may hold any text there, even a
   * password.
   */
  readonly isHash: (text: string) => boolean;
}

/** The content of one file: a header, and a body for each name. */
export interface ExportedFile {
  readonly kind: KindName;
  readonly file: string;
  readonly content: JsonObject;
  readonly entities: number;
}

/** The files that describe a cluster, and the placeholders of their secrets. */
export interface ExportFiles {
  readonly files: readonly ExportedFile[];
  readonly placeholders: readonly Placeholder[];
}

interface Found extends SecretPlace {
  readonly secret: Secret;
}

/** The entities of one kind as an export shows them, sorted by name. Bodies still hold their secrets. */
export interface KindBodies {
  readonly kind: KindName;
  readonly bodies: readonly (readonly [name: string, body: Body])[];
}

/** A folder of an export with its entities. */
export interface FolderBodies {
  /** The path below the directory; `""` for the directory itself. */
  readonly folder: string;
  /** A part of the names of its variables, so that the secrets of another folder have variables of their own. */
  readonly scope?: string | undefined;
  readonly kinds: readonly KindBodies[];
}

/**
 * Reads the entities of a cluster as a person would write them: sorted, without built-ins and defaults. Hides every
 * text that repeats one of their secrets.
 */
export function readBodies(live: LiveState, version: Version, choice: ExportChoice): KindBodies[] {
  const read = [...live].flatMap(([kind, state]) => {
    const named = state.readable ? listBodies(kind, state.entities, version, choice) : [];
    // An empty file declares that the kind has no entity. A kind with a single entity cannot declare that.
    return state.readable && !(kinds[kind].isSingle && named.length === 0) ? [{ kind, bodies: named }] : [];
  });
  const hide = createValueHider(
    read.flatMap(({ bodies: named }) => named.flatMap(([, body]) => findSecrets(body))),
  );
  return read.map(({ kind, bodies: named }) => ({
    kind,
    bodies: named.map(([name, body]): [string, Body] => [name, hide(body) as Body]),
  }));
}

/** Makes the files of some folders, with a variable in the place of each secret. */
export function makeFiles(folders: readonly FolderBodies[], choice: ExportChoice): ExportFiles {
  const found = folders.flatMap((folder) => findFolderSecrets(folder, choice));
  const variables = nameVariables(found);
  const references = new Map(found.map(({ secret }, index) => [secret, `\${env.${variables[index]!}}`]));
  return {
    files: folders.flatMap(({ folder, kinds: read }) =>
      read.map(({ kind, bodies }) => ({
        kind,
        file: folder === "" ? kinds[kind].file : `${folder}/${kinds[kind].file}`,
        content: makeContent(kind, bodies, references),
        entities: bodies.length,
      })),
    ),
    placeholders: found.map(({ kind, name, field }, index) => ({
      variable: variables[index]!,
      kind,
      name,
      field,
    })),
  };
}

function findFolderSecrets({ scope, kinds: read }: FolderBodies, choice: ExportChoice): Found[] {
  return read.flatMap(({ kind, bodies }) =>
    bodies.flatMap(([name, body]) =>
      findPlacedSecrets(kind, name, body)
        .filter((one) => !isWritten(one, choice))
        .map((one) => ({ ...one, scope })),
    ),
  );
}

/** Makes a function that turns every text with a secret of the cluster into a secret, in any place. */
function createValueHider(secrets: readonly Secret[]): (value: Value) => Value {
  const givesAway = createDetector(secrets.flatMap((secret) => (secret.isKnown ? [secret.reveal()] : [])));
  return (value) =>
    mapScalars(value, (one) => (typeof one === "string" && givesAway(one) ? new Secret(one) : one));
}

function listBodies(
  kind: KindName,
  entities: ReadonlyMap<string, LiveEntity>,
  version: Version,
  choice: ExportChoice,
): [string, Body][] {
  const { areAllIncluded } = choice;
  return [...entities.values()]
    .filter(({ builtIn }) => kinds[kind].isSingle || isIncluded(builtIn, choice))
    .toSorted((a, b) => compareByCodeUnit(a.name, b.name))
    .map(({ name, body, raw }) => {
      const shown = dropServerLogin(kind, body, choice);
      return [
        name,
        areAllIncluded
          ? { ...shown, ...pickTrueFlags(kinds[kind], raw) }
          : withoutDefaults(kinds[kind], shown, version),
      ];
    });
}

/**
 * Leaves static entities out of files for `securityadmin.sh`, because a server before 3.0 cannot load a
 * stored one.
 */
function isIncluded(builtIn: BuiltIn | undefined, { areAllIncluded, withHashes }: ExportChoice): boolean {
  return builtIn === undefined || (areAllIncluded && !(withHashes && builtIn === "static"));
}

/** Removes a login that the server made. Nobody knows its password, so no variable could hold its hash. */
function dropServerLogin(kind: KindName, body: Body, choice: ExportChoice): Body {
  const { login } = kinds[kind];
  if (!login?.isMadeByServer(body)) return body;
  const hash = body[login.hash];
  return hash instanceof Secret && isWrittenHash(hash, choice) ? body : withoutField(body, login.hash);
}

function findPlacedSecrets(kind: KindName, name: string, body: Body): Found[] {
  const hash = kinds[kind].login?.hash;
  return findParts(body, (part) => part instanceof Secret).map(({ path, value }) => {
    const isHash = path.length === 1 && path[0] === hash;
    return { kind, name, field: path.join("."), path, isHash, secret: value as Secret };
  });
}

function isWritten({ isHash, secret }: Found, choice: ExportChoice): boolean {
  return isHash && isWrittenHash(secret, choice);
}

function isWrittenHash(secret: Secret, { withHashes, isHash }: ExportChoice): boolean {
  return withHashes && secret.isKnown && isHash(secret.reveal());
}

function makeContent(
  kind: KindName,
  bodies: KindBodies["bodies"],
  references: ReadonlyMap<Secret, string>,
): ExportedFile["content"] {
  const header: [string, Json] = ["_meta", { type: kind, config_version: 2 }];
  // `fromEntries` sets own fields, so names such as `__proto__` are safe.
  return Object.fromEntries([
    header,
    ...bodies.map(([name, body]): [string, Json] => [name, toWrittenJson(body, references)]),
  ]);
}

/** Replaces a secret with its placeholder. A secret without one is written as it is. */
function toWrittenJson(value: Value, references: ReadonlyMap<Secret, string>): Json {
  return mapScalars(value, (one): Json =>
    one instanceof Secret ? (references.get(one) ?? one.reveal()) : one,
  );
}
