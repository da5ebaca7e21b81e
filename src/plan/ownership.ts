import { canonicalize, isKept, trueFlags, type Shape } from "../kinds/canonical.ts";
import { matchesGlob } from "../kinds/glob.ts";
import type { Kind } from "../kinds/kind.ts";
import { canonicalizeFully } from "../kinds/left-out.ts";
import { foldPassword, withoutField } from "../kinds/login.ts";
import { isPatchable } from "../kinds/pointer.ts";
import { sameValue } from "../kinds/same.ts";
import type { Body, ClusterInfo, Declared, Finding, Listed, LiveEntity, Pruning, Value } from "../model.ts";
import { Secret } from "../secret.ts";
import type { Wanted } from "./diff.ts";
import type { Sides } from "./logins.ts";

/** What may be deleted of what no file declares. */
export interface Scope {
  /** Absent where nothing is pruned. */
  readonly pruning?: Pruning | undefined;
  /** The names that the history once declared, each with the commit that gave it up. */
  readonly proved: ReadonlyMap<string, string>;
}

/** What of a kind is ours to change. */
export interface Owned extends Sides {
  readonly skipped: readonly Listed[];
  readonly unmanaged: readonly Listed[];
  readonly findings: readonly Finding[];
}

/**
 * Takes out what is not ours before anything is compared: a change that was never planned cannot be
 * applied by mistake. Built-in entities stay out, whatever a file says of them; undeclared ones too,
 * unless they are pruned.
 */
export function settleOwnership(
  kind: Kind,
  cluster: ClusterInfo,
  declared: ReadonlyMap<string, Declared>,
  live: ReadonlyMap<string, LiveEntity>,
  scope: Scope,
): Owned {
  const ours = [...declared.values()].filter((entity) =>
    isOurs(kind, cluster, entity, live.get(entity.name)),
  );
  const foreign = undeclared(declared, live);
  const pruned = foreign.filter(({ name }) => isPruned(name, scope));
  const skipped = skippedOf(kind, cluster, declared, live, ours);
  return {
    desired: new Map(ours.map((entity) => [entity.name, wanted(kind, cluster, entity)])),
    live: new Map([
      ...ours.flatMap(({ name, body }) => managedLive(kind, cluster, live.get(name), body)),
      ...pruned.map(({ name, body }): [string, Body] => [name, body]),
    ]),
    skipped,
    unmanaged: foreign
      .filter(({ name }) => !isPruned(name, scope))
      .map(({ name }) => unmanaged(kind, name, scope)),
    findings: [
      ...ours.flatMap((entity) => flagNotice(kind, cluster, entity)),
      ...foreign.flatMap(({ name }) => notPrunable(kind, name, scope)),
      ...skippedDiffers(skipped),
    ],
  };
}

/** Live entities that are neither declared nor the server's own. */
function undeclared(
  declared: ReadonlyMap<string, Declared>,
  live: ReadonlyMap<string, LiveEntity>,
): LiveEntity[] {
  return [...live.values()].filter(({ name, builtIn }) => !declared.has(name) && builtIn === undefined);
}

/** The names whose deletion would need a proof. */
export function namesToProve(
  pruning: Pruning | undefined,
  declared: ReadonlyMap<string, Declared>,
  live: ReadonlyMap<string, LiveEntity>,
): Set<string> {
  const names = undeclared(declared, live).map(({ name }) => name);
  return new Set(pruning?.mode === "removed" ? names.filter((name) => isInScope(name, pruning)) : []);
}

function isInScope(name: string, { include, exclude }: Pruning): boolean {
  const fits = (pattern: string): boolean => matchesGlob(pattern, name);
  return include.some(fits) && !exclude.some(fits);
}

function isPruned(name: string, scope: Scope): boolean {
  return isToGo(name, scope) && isPatchable(name);
}

function isToGo(name: string, { pruning, proved }: Scope): boolean {
  if (!pruning || !isInScope(name, pruning)) return false;
  return pruning.mode === "all" || (pruning.mode === "removed" && proved.has(name));
}

/** The patch would do nothing, or delete an entity of another name. */
function notPrunable(kind: Kind, name: string, scope: Scope): Finding[] {
  if (!isToGo(name, scope) || isPatchable(name)) return [];
  const message = `${kind.name}/${name} is not deleted: servers take its name in a patch for another one`;
  const hint = `delete it by itself: DELETE ${kind.path}/${encodeURIComponent(name)} of the Security API; or exclude it in prune`;
  return [{ code: "not-prunable", severity: "warning", message, hint }];
}

function unmanaged(kind: Kind, name: string, { pruning }: Scope): Listed {
  const undeclaredAlone = { kind: kind.name, name, reason: "no file declares it" };
  if (kind.isSingle || !isPatchable(name)) return undeclaredAlone;
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
  return live?.builtIn === undefined || settableFlags(kind, cluster, body)[live.builtIn] === true;
}

function wanted(kind: Kind, cluster: ClusterInfo, { body, at }: Declared): Wanted {
  const flags = settableFlags(kind, cluster, body);
  const { body: canonical, leftOut } = canonicalizeFully(kind, body, cluster.version);
  return { body: withFlags(foldPassword(kind, canonical), flags), at, leftOut };
}

/** Hardly any entity has flags, so that hardly any is copied. */
function withFlags(body: Body, flags: Body): Body {
  return Object.keys(flags).length === 0 ? body : { ...body, ...flags };
}

/** The flags of a body that this caller can set on this server. */
function settableFlags(kind: Kind, cluster: ClusterInfo, body: Body): Body {
  return cluster.adminDn === undefined ? {} : knownFlags(kind, cluster, body);
}

/** The flags of a body that a server of this version lets anybody set. */
function knownFlags(kind: Kind, { version }: ClusterInfo, body: Body): Body {
  const { properties = {} } = kind.schema.$defs.entity as Shape;
  return Object.fromEntries(
    Object.entries(ownFlags(kind, body)).filter(([flag]) => isKept(properties[flag]!, version)),
  );
}

/** `static` is forgotten at the next write by REST, so it is never sent. */
function ownFlags(kind: Kind, body: Body): Body {
  const { static: _, ...flags } = trueFlags(kind, body);
  return flags;
}

/** A flag counts only where the file sets it: osac never takes one away. */
function managedLive(
  kind: Kind,
  cluster: ClusterInfo,
  live: LiveEntity | undefined,
  declared: Body,
): [string, Body][] {
  if (!live) return [];
  const set = Object.keys(settableFlags(kind, cluster, declared));
  const flags = Object.fromEntries(set.filter((flag) => live.raw[flag] === true).map((flag) => [flag, true]));
  return [[live.name, withFlags(live.body, flags)]];
}

function skippedOf(
  kind: Kind,
  cluster: ClusterInfo,
  declared: ReadonlyMap<string, Declared>,
  live: ReadonlyMap<string, LiveEntity>,
  ours: readonly Declared[],
): Listed[] {
  const managed = new Set(ours.map(({ name }) => name));
  return [...declared.values()]
    .filter(({ name }) => !managed.has(name))
    .map(({ name, body, at }) => {
      const { builtIn, body: own } = live.get(name)!;
      const wanted = foldPassword(kind, canonicalize(kind, body, cluster.version));
      // Nobody declares an entity hidden by mistake, so one that is hidden and not declared so was hidden by somebody else.
      const isHiddenByOthers = builtIn === "hidden" && trueFlags(kind, body)["hidden"] !== true;
      const isSame = !isHiddenByOthers && sameValue(...comparableLogins(kind, wanted, own));
      return { kind: kind.name, name, reason: builtIn!, at, ...(isSame ? {} : { differs: true }) };
    });
}

/** Both bodies, without a login that is not a hash on both sides. */
function comparableLogins({ login }: Kind, wanted: Body, live: Body): [Body, Body] {
  if (!login) return [wanted, live];
  return isHash(wanted[login.hash]) && isHash(live[login.hash])
    ? [wanted, live]
    : [withoutField(wanted, login.hash), withoutField(live, login.hash)];
}

function isHash(value: Value | undefined): boolean {
  return value instanceof Secret && !value.isPassword;
}

/** What REST does not let osac correct, and nobody should believe to be as declared. */
function skippedDiffers(skipped: readonly Listed[]): Finding[] {
  return skipped
    .filter(({ differs }) => differs)
    .map(({ kind, name, reason, at }) => ({
      code: "skipped-differs",
      severity: "warning",
      message: `${reason === "restapi:admin" ? "it holds a permission of restapi:admin/" : `it is ${reason}`} in the cluster, so osac does not write it; it differs from the file`,
      hint: "find out who made it so; correct it with securityadmin.sh, or take it out of the file",
      kind,
      name,
      ...(at ? { at } : {}),
    }));
}

function flagNotice(kind: Kind, cluster: ClusterInfo, { name, body, at }: Declared): Finding[] {
  const flags = cluster.adminDn === undefined ? Object.keys(knownFlags(kind, cluster, body)) : [];
  if (flags.length === 0) return [];
  return [
    {
      code: "flag-not-managed",
      severity: "notice",
      message: `${flags.join(" and ")} can be set with the admin certificate only; managed without`,
      at,
      kind: kind.name,
      name,
    },
  ];
}
