import { makeFinding } from "../errors.ts";
import { canonicalize, isKept, pickTrueFlags } from "../schema/canonical.ts";
import { matchesGlob } from "../value/glob.ts";
import type { Kind } from "../kinds/kind.ts";
import { canonicalizeFully } from "../schema/left-out.ts";
import { foldPassword } from "../kinds/fold-password.ts";
import { withoutField, isPatchableName } from "../value/path.ts";
import { compareByCodeUnit } from "../value/record.ts";
import { isSameValue } from "../value/equal.ts";
import type { ClusterInfo } from "../model/cluster.ts";
import type { Declared, LiveEntity } from "../model/entity.ts";
import type { Finding } from "../model/finding.ts";
import type { EntityNote, Pruning } from "../model/plan.ts";
import type { Body, Value } from "../model/value.ts";
import { Secret } from "../secrets/secret.ts";
import type { DesiredEntity } from "./diff.ts";
import type { Comparison } from "./resolve-logins.ts";
import { entityShape } from "../schema/shape.ts";

/** The unmanaged entities that osac may delete. */
export interface DeletionScope {
  /** Absent if osac prunes nothing. */
  readonly pruning?: Pruning | undefined;
  /** The names that the git history once declared, each with the commit that removed it. */
  readonly proved: ReadonlyMap<string, string>;
}

/** The entities of a kind that osac manages. */
export interface OwnedEntities extends Comparison {
  readonly skipped: readonly EntityNote[];
  readonly unmanaged: readonly EntityNote[];
  readonly findings: readonly Finding[];
}

/**
 * Removes entities that osac does not manage before anything is compared, so that no plan can change them by
 * mistake. These are built-in entities, even if a file declares them, and unmanaged entities that are not
 * pruned.
 */
export function applyOwnership(
  kind: Kind,
  cluster: ClusterInfo,
  declared: ReadonlyMap<string, Declared>,
  live: ReadonlyMap<string, LiveEntity>,
  scope: DeletionScope,
): OwnedEntities {
  const ours = [...declared.values()].filter((entity) =>
    isOurs(kind, cluster, entity, live.get(entity.name)),
  );
  const foreign = listUndeclared(declared, live);
  const pruned = foreign.filter(({ name }) => isPruned(name, scope));
  const skipped = listSkipped(kind, cluster, declared, live, ours);
  return {
    desired: new Map(ours.map((entity) => [entity.name, makeDesired(kind, cluster, entity)])),
    live: new Map([
      ...ours.flatMap(({ name, body }) => listManagedLive(kind, cluster, live.get(name), body)),
      ...pruned.map(({ name, body }): [string, Body] => [name, body]),
    ]),
    skipped,
    unmanaged: foreign
      .filter(({ name }) => !isPruned(name, scope))
      .map(({ name }) => describeUnmanagedEntity(kind, name, scope)),
    findings: [
      ...ours.flatMap((entity) => flagFindings(kind, cluster, entity)),
      ...foreign.flatMap(({ name }) => notPrunableFindings(kind, name, scope)),
      ...skippedFindings(skipped),
    ],
  };
}

/** Live entities that are not declared, and neither built-in nor the key of a managed service, by name. */
function listUndeclared(
  declared: ReadonlyMap<string, Declared>,
  live: ReadonlyMap<string, LiveEntity>,
): LiveEntity[] {
  return [...live.values()]
    .filter(({ name, builtIn, isKey }) => !declared.has(name) && builtIn === undefined && isKey !== true)
    .toSorted((a, b) => compareByCodeUnit(a.name, b.name));
}

/** The names whose deletion would need a proof. */
export function listNamesToProve(
  pruning: Pruning | undefined,
  declared: ReadonlyMap<string, Declared>,
  live: ReadonlyMap<string, LiveEntity>,
): Set<string> {
  const names = listUndeclared(declared, live).map(({ name }) => name);
  return new Set(pruning?.mode === "removed" ? names.filter((name) => isInScope(name, pruning)) : []);
}

function isInScope(name: string, { include, exclude }: Pruning): boolean {
  const fits = (pattern: string): boolean => matchesGlob(pattern, name);
  return include.some(fits) && !exclude.some(fits);
}

function isPruned(name: string, scope: DeletionScope): boolean {
  return isDeletable(name, scope) && isPatchableName(name);
}

function isDeletable(name: string, { pruning, proved }: DeletionScope): boolean {
  if (!pruning || !isInScope(name, pruning)) return false;
  return pruning.mode === "all" || (pruning.mode === "removed" && proved.has(name));
}

/** Names that osac cannot delete: the patch would have no effect, or delete an entity with another name. */
function notPrunableFindings(kind: Kind, name: string, scope: DeletionScope): Finding[] {
  if (!isDeletable(name, scope) || isPatchableName(name)) return [];
  const message = `${kind.name}/${name} is not deleted: in a patch the server reads its name as another one`;
  const hint = `delete it by itself: DELETE ${kind.path}/${encodeURIComponent(name)} of the Security API; or exclude it in prune`;
  return [makeFinding("not-prunable", { message, hint })];
}

function describeUnmanagedEntity(kind: Kind, name: string, { pruning }: DeletionScope): EntityNote {
  const undeclaredAlone = { kind: kind.name, name, reason: "no file declares it" };
  if (kind.isSingle || !isPatchableName(name)) return undeclaredAlone;
  if (pruning && !isInScope(name, pruning))
    return { ...undeclaredAlone, reason: "no file declares it, and prune leaves it out" };
  if (pruning?.mode !== "removed") return { ...undeclaredAlone, prunable: true };
  return {
    ...undeclaredAlone,
    reason: "no file declares it, and nothing proves that one did",
    prunable: true,
  };
}

/** The admin certificate may manage a reserved or hidden entity that the file declares with the same flag. */
function isOurs(kind: Kind, cluster: ClusterInfo, { body }: Declared, live: LiveEntity | undefined): boolean {
  return live?.builtIn === undefined || listSettableFlags(kind, cluster, body)[live.builtIn] === true;
}

function makeDesired(kind: Kind, cluster: ClusterInfo, { body, at }: Declared): DesiredEntity {
  const flags = listSettableFlags(kind, cluster, body);
  const { body: canonical, leftOut } = canonicalizeFully(kind, body, cluster.version);
  return { body: addFlags(foldPassword(kind, canonical), flags), at, leftOut };
}

/** Copies the body only if there are flags, which few entities have. */
function addFlags(body: Body, flags: Body): Body {
  return Object.keys(flags).length === 0 ? body : { ...body, ...flags };
}

/** The flags of a body that this caller can set on this server. */
function listSettableFlags(kind: Kind, cluster: ClusterInfo, body: Body): Body {
  return cluster.adminDn === undefined ? {} : listKnownFlags(kind, cluster, body);
}

/**
 * The flags of a body that a client can set on a server of this version. The server loses `static` at the next
 * write by REST, so osac never sends it.
 */
function listKnownFlags(kind: Kind, { version }: ClusterInfo, body: Body): Body {
  const { properties = {} } = entityShape(kind);
  const flags = Object.entries(pickTrueFlags(kind, body));
  return Object.fromEntries(
    flags.filter(([flag]) => flag !== "static" && isKept(properties[flag]!, version)),
  );
}

/** Live entities as osac compares them. A flag counts only if the file sets it: osac never removes a flag. */
function listManagedLive(
  kind: Kind,
  cluster: ClusterInfo,
  live: LiveEntity | undefined,
  declared: Body,
): [string, Body][] {
  if (!live) return [];
  const set = Object.keys(listSettableFlags(kind, cluster, declared));
  const flags = Object.fromEntries(set.filter((flag) => live.raw[flag] === true).map((flag) => [flag, true]));
  return [[live.name, addFlags(live.body, flags)]];
}

function listSkipped(
  kind: Kind,
  cluster: ClusterInfo,
  declared: ReadonlyMap<string, Declared>,
  live: ReadonlyMap<string, LiveEntity>,
  ours: readonly Declared[],
): EntityNote[] {
  const managed = new Set(ours.map(({ name }) => name));
  return [...declared.values()]
    .filter(({ name }) => !managed.has(name))
    .map(({ name, body, at }) => {
      const { builtIn, body: own } = live.get(name)!;
      const wanted = foldPassword(kind, canonicalize(kind, body, cluster.version));
      // A hidden entity that the file does not declare hidden was hidden by another client.
      const isHiddenByOthers = builtIn === "hidden" && pickTrueFlags(kind, body)["hidden"] !== true;
      const isSame = !isHiddenByOthers && isSameValue(...makeLoginsComparable(kind, wanted, own));
      return { kind: kind.name, name, reason: builtIn!, at, differs: isSame ? undefined : true };
    });
}

/** Returns both bodies. If one side has no hash, both lose the login. */
function makeLoginsComparable({ login }: Kind, wanted: Body, live: Body): [Body, Body] {
  if (!login) return [wanted, live];
  return isHash(wanted[login.hash]) && isHash(live[login.hash])
    ? [wanted, live]
    : [withoutField(wanted, login.hash), withoutField(live, login.hash)];
}

function isHash(value: Value | undefined): boolean {
  return value instanceof Secret && !value.isPassword;
}

/** Built-in entities that differ. REST refuses the correction, so the plan reports them. */
function skippedFindings(skipped: readonly EntityNote[]): Finding[] {
  return skipped
    .filter(({ differs }) => differs)
    .map(({ kind, name, reason, at }) =>
      makeFinding("skipped-differs", {
        message: `${reason === "restapi:admin" ? "it holds a permission of restapi:admin/" : `it is ${reason}`} in the cluster, so osac does not write it; it differs from the file`,
        hint: "find out who changed it; correct it with securityadmin.sh, or remove it from the file",
        kind,
        name,
        at,
      }),
    );
}

function flagFindings(kind: Kind, cluster: ClusterInfo, { name, body, at }: Declared): Finding[] {
  const flags = cluster.adminDn === undefined ? Object.keys(listKnownFlags(kind, cluster, body)) : [];
  if (flags.length === 0) return [];
  return [
    makeFinding("flag-not-managed", {
      message: `${flags.join(" and ")} can be set with the admin certificate only; managed without`,
      at,
      kind: kind.name,
      name,
    }),
  ];
}
