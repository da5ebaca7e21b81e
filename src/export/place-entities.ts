import { kinds } from "../kinds/index.ts";
import { kindNames, type KindName } from "../model/kind-name.ts";
import type { Body } from "../model/value.ts";
import { isSameValue } from "../value/equal.ts";
import { compareByCodeUnit } from "../value/record.ts";
import type { FolderBodies, KindBodies } from "./export-files.ts";

/** A target with the layers that it reads, and the entities of its cluster. */
export interface TargetBodies {
  /** The folders of its layers, the first one first. */
  readonly layers: readonly string[];
  readonly kinds: readonly KindBodies[];
}

/**
 * Places the entities of several targets in their layers: each in the first layer of its target whose targets all
 * have it alike. Each target needs a layer that no other target reads.
 */
export function placeEntities(targets: readonly TargetBodies[]): FolderBodies[] {
  const clusters = targets.map(({ layers, kinds: read }) => ({ layers, kinds: toMaps(read) }));
  const folders = new Set(targets.flatMap(({ layers }) => layers));
  const readers: Readers = new Map(
    [...folders].map((folder) => [folder, clusters.filter(({ layers }) => layers.includes(folder))]),
  );
  return [...readers].map(([folder, users]) => {
    const placed = kindNames.flatMap((kind) => placeKind(kind, folder, users, readers));
    return {
      folder,
      scope: users.length === clusters.length ? undefined : folder,
      // A layer without any file would be an error of the next run.
      kinds: placed.length > 0 ? placed : [{ kind: findListKind(users[0]!), bodies: [] }],
    };
  });
}

interface Cluster {
  readonly layers: readonly string[];
  readonly kinds: ReadonlyMap<KindName, ReadonlyMap<string, Body>>;
}

/** The clusters of each layer. */
type Readers = ReadonlyMap<string, readonly Cluster[]>;

function toMaps(read: readonly KindBodies[]): Cluster["kinds"] {
  return new Map(read.map(({ kind, bodies }) => [kind, new Map(bodies)]));
}

/** Finds a kind whose file may be empty. */
function findListKind(cluster: Cluster): KindName {
  return [...cluster.kinds.keys()].find((kind) => !kinds[kind].isSingle) ?? "tenants";
}

/** Places the entities of one kind in a layer; with none, an empty file if the layer is the first to declare the kind. */
function placeKind(
  kind: KindName,
  folder: string,
  users: readonly Cluster[],
  readers: Readers,
): KindBodies[] {
  const own = users[0]!.kinds.get(kind) ?? new Map<string, Body>();
  const bodies = [...own]
    .filter(([name]) => isAlike(users, kind, name))
    .filter(([name]) => users.some((user) => findLayer(user, kind, name, readers) === folder))
    .toSorted(([a], [b]) => compareByCodeUnit(a, b));
  return bodies.length > 0 || declaresFirst(users, kind, folder, readers) ? [{ kind, bodies }] : [];
}

/** Finds the layer of an entity: the first one whose clusters all have it alike. */
function findLayer(target: Cluster, kind: KindName, name: string, readers: Readers): string | undefined {
  return target.layers.find((folder) => isAlike(readers.get(folder)!, kind, name));
}

function isAlike([first, ...others]: readonly Cluster[], kind: KindName, name: string): boolean {
  const body = first?.kinds.get(kind)?.get(name);
  return (
    body !== undefined &&
    others.every((other) => {
      const its = other.kinds.get(kind)?.get(name);
      return its !== undefined && isSameValue(body, its);
    })
  );
}

/** True for the first layer that can declare a kind for a target: an empty file makes the kind managed. */
function declaresFirst(users: readonly Cluster[], kind: KindName, folder: string, readers: Readers): boolean {
  if (kinds[kind].isSingle) return false;
  const canDeclare = (one: string): boolean => readers.get(one)!.every((user) => user.kinds.has(kind));
  return users.some(({ layers }) => layers.find(canDeclare) === folder);
}
