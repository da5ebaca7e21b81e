import { isDeepStrictEqual } from "node:util";
import { permissionKinds } from "../../kinds/index.ts";
import type {
  AccessCause,
  AccessChange,
  AccessDifference,
  AccessPrincipal,
} from "../../model/access-change.ts";
import type { Change } from "../../model/change.ts";
import type { Version } from "../../model/finding.ts";
import type { KindName } from "../../model/kind-name.ts";
import type { Body, Value } from "../../model/value.ts";
import { memoize } from "../../value/memoize.ts";
import type { Transition } from "../documents.ts";
import { loadAccess, type Access } from "../effective/access.ts";
import type { Facts, NameIndex } from "../effective/facts.ts";
import type { Permission } from "../effective/roles.ts";
import { mappingDoubt, type Caller } from "../effective/subject.ts";
import { globalTenant } from "../effective/tenants.ts";
import { collectActions } from "./actions.ts";
import { createCauseFinder } from "./causes.ts";
import { becomesAdministrator, createViewComparer, type Effect } from "./effects.ts";
import { findEscalations } from "./escalation.ts";
import { listCandidates } from "./principals.ts";
import { compareSettings } from "./settings.ts";
import { formatTenantRules } from "./shares.ts";
import { findWideGain, type WideGain } from "./strangers.ts";
import { createViewMakers, mayHaveTenants } from "./view.ts";

/** True if a change can change permissions. */
export function concernsAccess({ kind }: Change): boolean {
  return permissionKinds.includes(kind);
}

/** The roles that open the REST API in the demo configuration: the default if the settings name none. */
export const defaultRestApiRoles: readonly string[] = ["all_access", "security_rest_api_access"];

export interface ComparisonInput {
  readonly transition: Transition;
  readonly version: Version;
  /** The names of the cluster and the settings of its nodes, as far as they are known. */
  readonly facts?: Facts | undefined;
  /** `plugins.security.restapi.roles_enabled`, if it is known. */
  readonly restApiRoles?: readonly string[] | undefined;
}

/** A principal whose roles, or the permissions of whose roles, differ between both sides. */
interface Affected {
  readonly principal: AccessPrincipal;
  readonly callers: readonly [Caller, Caller];
}

/**
 * Compares the access of each internal user, and of a principal for each entry of a mapping, before and after
 * some changes. Undefined if no change can affect access. All roles of a principal count together, so a
 * permission that only moves from one role to another has no effect.
 */
export function compareAccess({
  transition,
  version,
  facts,
  restApiRoles,
}: ComparisonInput): AccessDifference | undefined {
  const { before, after, changes } = transition;
  if (!changes.some(concernsAccess)) return undefined;
  const sides = shareRoles(
    loadAccess({ documents: before, version, facts }),
    loadAccess({ documents: after, version, facts }),
  );
  const doubt = mappingDoubt(sides[0]);
  if (doubt?.code === "unread-kind") return { changes: [], escalations: [], doubts: [doubt.text] };
  const affected = findAffected(sides);
  const actions = collectActions(listPermissions(sides, affected), sides[0].generation);
  const surroundings = {
    restApiRoles: restApiRoles ?? defaultRestApiRoles,
    tenants: listTenants(sides),
  };
  const makers = createViewMakers(sides, actions, surroundings);
  const compareViews = createViewComparer(actions, sides[0].names);
  const findCausesFor = createCauseFinder(actions, changes);
  const told = affected.flatMap(({ principal, callers }) => {
    const views = [makers[0](callers[0]), makers[1](callers[1])] as const;
    const effects = compareViews(...views);
    const findCauses = findCausesFor(views);
    const tell = (effect: Effect): Told => ({
      principal,
      effect: doubt === undefined ? effect : { ...effect, perhaps: effect.perhaps ?? doubt.text },
      causes: findCauses(effect),
    });
    const powers = becomesAdministrator(...views) ? [] : findEscalations(principal, views, actions);
    return [{ effects: effects.map(tell), powers: powers.map(tell) }];
  });
  const effects = told.flatMap((one) => one.effects);
  const escalations = [
    ...effects.filter(({ effect }) => effect.escalation !== undefined),
    ...told.flatMap(({ powers }) => powers),
  ];
  const isOpened = escalations.some(({ principal, effect }) => isOpening(principal, effect));
  const wide = isOpened || affected.length === 0 ? undefined : findWideGain(sides, makers, actions);
  const opened = tellWideGain(wide, escalations, findCausesFor);
  return {
    changes: [...groupEffects(effects), ...compareSettings(sides, changes)].toSorted(compareWeight),
    escalations: groupEffects([...escalations, ...opened]),
    doubts: [...(doubt ? [doubt.text] : []), ...(sides.some(({ dynamic }) => dynamic.isV4) ? [v4Doubt] : [])],
    facts: describeFacts(facts, sides[0].names),
  };
}

const v4Doubt =
  "privileges_evaluation_type v4 is not modelled: access was compared as if it were legacy, and to indices it may differ";

const everyone: AccessPrincipal = { kind: "everyone", name: "" };

/** True if everyone becomes administrator, which is more than any opening. */
function isOpening({ kind }: AccessPrincipal, { escalation }: Effect): boolean {
  return kind === "everyone" && escalation === "security-administration";
}

/** What nearly everyone gains by patterns that together match most callers, unless it is told already. */
function tellWideGain(
  wide: WideGain | undefined,
  escalations: readonly Told[],
  findCausesFor: ReturnType<typeof createCauseFinder>,
): Told[] {
  if (wide === undefined || escalations.some((one) => coversOpening(one, wide.effect))) return [];
  return [{ principal: everyone, effect: wide.effect, causes: findCausesFor(wide.views)(wide.effect) }];
}

/**
 * True if everyone, or everyone with a backend role, gains the same as nearly everyone: it is told once. Callers
 * without credentials are others.
 */
function coversOpening({ principal, effect }: Told, { escalation, after }: Effect): boolean {
  return principal.kind !== "anonymous" && effect.escalation === escalation && effect.after === after;
}

/** Returns the given facts; undefined if nothing was given. */
function describeFacts(
  { names, settings = {} }: Facts = {},
  index: NameIndex | undefined,
): AccessDifference["facts"] {
  const nodeSettings = { ...settings } as Readonly<Record<string, Value>>;
  if (names === undefined && Object.keys(nodeSettings).length === 0) return undefined;
  return {
    indices: names?.indices.size,
    aliases: index?.aliases.size,
    dataStreams: index?.streams.size,
    nodeSettings,
  };
}

/** Roles that are the same on both sides are compiled once. */
function shareRoles(before: Access, after: Access): [Access, Access] {
  if (!haveSameGroups(before, after)) return [before, after];
  const isSame = (name: string): boolean => findBody(before, name) === findBody(after, name);
  return [before, { ...after, findRole: (name) => (isSame(name) ? before : after).findRole(name) }];
}

function haveSameGroups(before: Access, after: Access): boolean {
  return areSameEntities("actiongroups", [before, after]);
}

function findAffected(sides: readonly [Access, Access]): Affected[] {
  const isChanged = compareRoles(sides);
  const [oldTenants, newTenants] = sides.map(({ documents }) => [
    ...(documents.get("tenants")?.keys() ?? []),
  ]);
  const areIdentitiesSame = haveSameIdentities(sides);
  const areTenantsSame = isDeepStrictEqual(oldTenants?.toSorted(), newTenants?.toSorted());
  const roles = new Set(sides.flatMap(({ documents }) => [...(documents.get("roles")?.keys() ?? [])]));
  if (areIdentitiesSame && areTenantsSame && ![...roles].some(isChanged)) return [];
  return listCandidates(sides).flatMap(({ principal, identify }) => {
    const caller = identify(sides[0]);
    const callers: [Caller, Caller] = [caller, areIdentitiesSame ? caller : identify(sides[1])];
    const isSame =
      isSameCaller(...callers) &&
      !listSureRoles(caller).some(
        (name) => isChanged(name) || (!areTenantsSame && mayHaveTenants(sides[0], name)),
      );
    return isSame ? [] : [{ principal, callers }];
  });
}

/** True if a caller has the same roles on both sides, and the same values for variables. */
function isSameCaller(one: Caller, other: Caller): boolean {
  if (one === other) return true;
  const [old, now] = [one, other].map((caller) => [
    caller.obstacle?.what,
    listSureRoles(caller).toSorted(),
    caller.attributes,
    caller.identity.backendRoles,
  ]);
  return isDeepStrictEqual(old, now);
}

function listSureRoles({ roles }: Caller): string[] {
  return roles.filter(({ doubt }) => doubt === undefined).map(({ name }) => name);
}

/** True if no change can affect which roles a caller has. The server drops roles that do not exist. */
function haveSameIdentities([before, after]: readonly [Access, Access]): boolean {
  const areSame = (["rolesmapping", "internalusers", "config"] as const).every((kind) =>
    areSameEntities(kind, [before, after]),
  );
  const [old, now] = [before.documents.get("roles"), after.documents.get("roles")];
  return areSame && old?.size === now?.size && [...(old?.keys() ?? [])].every((name) => now?.has(name));
}

/**
 * Returns a function that is true for a role that gives other permissions after the changes. It compares each
 * role once.
 */
function compareRoles([before, after]: readonly [Access, Access]): (name: string) => boolean {
  const areGroupsSame = haveSameGroups(before, after);
  const known = new Map<string, boolean>();
  return (name) => {
    const found =
      known.get(name) ??
      !(
        (areGroupsSame && findBody(before, name) === findBody(after, name)) ||
        formatRole(before, name) === formatRole(after, name)
      );
    known.set(name, found);
    return found;
  };
}

function findBody({ documents }: Access, name: string): Body | undefined {
  return documents.get("roles")?.get(name);
}

function formatRole(access: Access, name: string): string {
  const role = access.findRole(name);
  if (role === undefined) return "";
  const { cluster, blocks } = role;
  return JSON.stringify([
    formatPermissions(cluster),
    blocks.map(({ patterns, permissions, query, fields, masks }) => [
      patterns.map(({ value }) => value),
      formatPermissions(permissions),
      query,
      fields,
      masks,
    ]),
    formatTenantRules(access, name),
  ]);
}

/** Many roles have the same list. */
const formatPermissions = memoize((permissions: readonly Permission[]) =>
  JSON.stringify(permissions.map(({ pattern }) => pattern)),
);

/** The fields of some kinds that decide about access. A description or a hash does not. */
const decidingFields: Readonly<Partial<Record<KindName, readonly string[]>>> = {
  actiongroups: ["allowed_actions"],
  internalusers: ["backend_roles", "opendistro_security_roles", "attributes"],
  rolesmapping: ["users", "backend_roles", "and_backend_roles", "hosts"],
};

/** True if the entities of a kind say the same about access on both sides. */
function areSameEntities(kind: KindName, sides: readonly [Access, Access]): boolean {
  const [one, other] = sides.map(({ documents }) => documents.get(kind));
  return (
    one?.size === other?.size &&
    [...(one ?? [])].every(([name, body]) => isSameBody(kind, body, other?.get(name)))
  );
}

function isSameBody(kind: KindName, one: Body, other: Body | undefined): boolean {
  if (one === other) return true;
  const fields = decidingFields[kind];
  return (
    other !== undefined &&
    fields !== undefined &&
    fields.every((field) => isDeepStrictEqual(one[field], other[field]))
  );
}

function listPermissions(sides: readonly [Access, Access], affected: readonly Affected[]): Set<string> {
  const roles = sides.flatMap((access, side) =>
    [...new Set(affected.flatMap(({ callers }) => callers[side]!.roles.map(({ name }) => name)))].flatMap(
      (name) => access.findRole(name) ?? [],
    ),
  );
  const groups = sides.map(({ documents }) => documents.get("actiongroups"));
  const lists = roles.flatMap(({ cluster, blocks }) => [
    cluster,
    ...blocks.map((block) => block.permissions),
  ]);
  const all = new Set([...new Set(lists)].flatMap((list) => list.map(({ pattern }) => pattern)));
  // The name of a group alone permits nothing, unless it is also the name of an action.
  return new Set([...all].filter((name) => name.includes(":") || !groups.some((group) => group?.has(name))));
}

function listTenants(sides: readonly [Access, Access]): string[] {
  const names = sides.flatMap(({ documents }) => [...(documents.get("tenants")?.keys() ?? [])]);
  return [...new Set([globalTenant, ...names])];
}

interface Told {
  readonly principal: AccessPrincipal;
  readonly effect: Effect;
  readonly causes: readonly AccessCause[];
}

/** Principals with an equal effect share one entry. An effect on everyone covers all other principals. */
function groupEffects(told: readonly Told[]): AccessChange[] {
  const groups = new Map<string, Told[]>();
  for (const one of told) {
    const { effect, before, after, perhaps } = one.effect;
    const key = JSON.stringify([effect, before, after, perhaps]);
    if (!groups.get(key)?.push(one)) groups.set(key, [one]);
  }
  const everyones = new Set(
    told.filter(({ principal }) => principal.kind === "everyone").map(({ effect }) => formatSame(effect)),
  );
  return [...groups.values()]
    .filter(([first]) => first!.principal.kind === "everyone" || !everyones.has(formatSame(first!.effect)))
    .map(joinGroup)
    .toSorted(compareWeight);
}

/** An uncertain effect is another one. */
function formatSame({ effect, perhaps }: Effect): string {
  return JSON.stringify([effect, perhaps]);
}

function joinGroup(group: readonly Told[]): AccessChange {
  const { actions: _, globs: __, ...effect } = group[0]!.effect;
  const causes = new Map(
    group.flatMap((one) => one.causes.map((cause) => [`${cause.kind}/${cause.name}`, cause])),
  );
  const isEveryone = group[0]!.principal.kind === "everyone";
  const principals = group.map(({ principal }) => principal);
  return {
    principals: isEveryone ? principals.slice(0, 1) : principals,
    ...effect,
    causes: [...causes.values()],
  };
}

const order = ["gain", "change", "loss"] as const;

/** Escalations come first, then gains. */
function compareWeight(a: AccessChange, b: AccessChange): number {
  return weigh(a) - weigh(b);
}

function weigh({ escalation, direction, principals }: AccessChange): number {
  const isDangerous = escalation !== undefined;
  const isEveryones = principals[0]!.kind === "everyone";
  return (isDangerous ? 0 : 10) + order.indexOf(direction) * 2 + (isEveryones ? 0 : 1);
}
