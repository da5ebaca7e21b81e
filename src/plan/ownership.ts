import { canonicalize, trueFlags } from "../kinds/canonical.ts";
import type { Kind } from "../kinds/kind.ts";
import { foldPassword } from "../kinds/login.ts";
import type { Body, ClusterInfo, Declared, Finding, Listed, LiveEntity } from "../model.ts";
import type { Wanted } from "./diff.ts";
import type { Sides } from "./logins.ts";

/** What of a kind is ours to change. */
export interface Owned extends Sides {
  readonly skipped: readonly Listed[];
  readonly unmanaged: readonly Listed[];
  readonly findings: readonly Finding[];
}

/**
 * Takes out what is not ours before anything is compared: a change that was never planned cannot be
 * applied by mistake. Built-in entities stay out, whatever a file says of them; undeclared ones too,
 * unless the kind is pruned.
 */
export function settleOwnership(
  kind: Kind,
  cluster: ClusterInfo,
  declared: ReadonlyMap<string, Declared>,
  live: ReadonlyMap<string, LiveEntity>,
  isPruned: boolean,
): Owned {
  const isAdmin = cluster.adminDn !== undefined;
  const ours = [...declared.values()].filter((entity) =>
    isOurs(kind, entity, live.get(entity.name), isAdmin),
  );
  const foreign = [...live.values()].filter(
    ({ name, builtIn }) => !declared.has(name) && builtIn === undefined,
  );
  return {
    desired: new Map(ours.map((entity) => [entity.name, wanted(kind, cluster, entity)])),
    live: new Map([
      ...ours.flatMap(({ name, body }) => managedLive(kind, live.get(name), body, isAdmin)),
      ...(isPruned ? foreign.map(({ name, body }): [string, Body] => [name, body]) : []),
    ]),
    skipped: skippedOf(kind, declared, live, ours),
    unmanaged: isPruned
      ? []
      : foreign.map(({ name }) => ({ kind: kind.name, name, reason: "no file declares it" })),
    findings: isAdmin ? [] : ours.flatMap((entity) => flagNotice(kind, entity)),
  };
}

/** The admin certificate may manage a reserved or hidden entity that the file declares with the same flag. */
function isOurs(kind: Kind, { body }: Declared, live: LiveEntity | undefined, isAdmin: boolean): boolean {
  if (live?.builtIn === undefined) return true;
  const flags = settableFlags(kind, body);
  return isAdmin && flags[live.builtIn] === true;
}

function wanted(kind: Kind, cluster: ClusterInfo, { body, at }: Declared): Wanted {
  const flags = cluster.adminDn === undefined ? {} : settableFlags(kind, body);
  return { body: { ...foldPassword(kind, canonicalize(kind, body, cluster.version)), ...flags }, at };
}

/** `static` is forgotten at the next write by REST, so it is never sent. */
function settableFlags(kind: Kind, body: Body): Body {
  const { static: _, ...flags } = trueFlags(kind, body);
  return flags;
}

/** A flag counts only where the file sets it: osac never takes one away. */
function managedLive(
  kind: Kind,
  live: LiveEntity | undefined,
  declared: Body,
  isAdmin: boolean,
): [string, Body][] {
  if (!live) return [];
  const set = isAdmin ? Object.keys(settableFlags(kind, declared)) : [];
  const flags = Object.fromEntries(set.filter((flag) => live.raw[flag] === true).map((flag) => [flag, true]));
  return [[live.name, { ...live.body, ...flags }]];
}

function skippedOf(
  kind: Kind,
  declared: ReadonlyMap<string, Declared>,
  live: ReadonlyMap<string, LiveEntity>,
  ours: readonly Declared[],
): Listed[] {
  const managed = new Set(ours.map(({ name }) => name));
  return [...declared.values()]
    .filter(({ name }) => !managed.has(name))
    .map(({ name, at }) => ({ kind: kind.name, name, reason: live.get(name)!.builtIn!, at }));
}

function flagNotice(kind: Kind, { name, body, at }: Declared): Finding[] {
  const flags = Object.keys(settableFlags(kind, body));
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
