import type { KindName } from "../model/kind-name.ts";
import type { Body } from "../model/value.ts";
import { toShownText, readTexts, type Documents, type ShownText } from "./documents.ts";
import { valueAtPath } from "../value/path.ts";
import { isLiteral, matches } from "./match-pattern.ts";
import { combineAll, combineAny, type Certainty } from "./certainty.ts";
import { memoize } from "../value/memoize.ts";

/**
 * The name and the backend roles by which the server knows a caller after the login, before it maps roles.
 */
export interface Identity {
  /** Absent for any user with these backend roles. */
  readonly name?: string | undefined;
  readonly backendRoles: readonly string[];
  /** True if it may have other backend roles, which osac cannot see. */
  readonly mayHaveMore?: boolean;
  /** Roles in the own list of the internal user of this name. */
  readonly securityRoles: readonly ShownText[];
  /** The address that the server sees; absent if it may be any. */
  readonly address?: string | undefined;
}

/** A reason why an identity has a role: the entry of a mapping, or of the user's own list. */
export interface Grant {
  readonly role: string;
  readonly kind: KindName;
  readonly name: string;
  readonly field: string;
  /** JSON pointer of the entry below its entity, or of the list if its entries count together. */
  readonly pointer: string;
  /** The entry in the form for reports. */
  readonly entry: string;
  readonly certainty: Certainty;
}

/** The entry of a mapping. */
type Entry = Omit<Grant, "certainty"> & { readonly value: string };

/** The entries of all mappings, indexed so that a lookup does not read the others. */
interface EntryIndex {
  /** By field and text. */
  readonly literals: ReadonlyMap<string, readonly Entry[]>;
  readonly patterns: readonly Entry[];
  readonly all: readonly Entry[];
  /** The entries that count only together, for each mapping. */
  readonly together: readonly (readonly Entry[])[];
  /** The position of a mapping among all mappings. */
  readonly places: ReadonlyMap<string, number>;
}

const alternatives = ["users", "backend_roles", "hosts"] as const;

/** The modes in which the server also knows callers by their host names. */
const namesHosts = /^ip-hostname/i;

/**
 * Finds every reason why the identity has a role, or may have it. It follows the plugin's default
 * `plugins.security.roles_mapping_resolution: MAPPING_ONLY`, which no API shows.
 */
export function findGrants(documents: Documents, identity: Identity): Grant[] {
  const { name = "", securityRoles } = identity;
  const own = securityRoles.map(({ value, shown }, index): Grant => ({
    role: value,
    kind: "internalusers",
    name,
    field: "opendistro_security_roles",
    pointer: `/opendistro_security_roles/${index}`,
    entry: shown,
    certainty: "yes",
  }));
  return [...own, ...mappedGrants(documents, identity)];
}

function mappedGrants(documents: Documents, identity: Identity): Grant[] {
  const index = indexEntries(documents.get("rolesmapping") ?? new Map<string, Body>());
  const judge = (entry: Entry): Grant => toGrant(entry, judgeEntry(documents, entry, identity));
  const single = identity.mayHaveMore
    ? index.all.map(judge)
    : [...lookUpEntries(index, identity).map((entry) => toGrant(entry, "yes")), ...index.patterns.map(judge)];
  const together = index.together.map((entries) => joinGrants(entries.map(judge)));
  const order = ({ role }: Grant): number => index.places.get(role)!;
  return [...single, ...together]
    .filter(({ certainty }) => certainty !== "no")
    .toSorted((a, b) => order(a) - order(b));
}

/** Lists the entries that are the name or a backend role of the identity. */
function lookUpEntries({ literals }: EntryIndex, { name, backendRoles }: Identity): readonly Entry[] {
  const texts = new Set([
    ...(name === undefined ? [] : [literalKey("users", name)]),
    ...backendRoles.map((role) => literalKey("backend_roles", role)),
  ]);
  return [...texts].flatMap((text) => literals.get(text) ?? []);
}

function literalKey(field: string, text: string): string {
  return `${field} ${text}`;
}

const indexEntries = memoize(readEntries);

function listAlternatives(role: string, mapping: Body): Entry[] {
  return alternatives.flatMap((field) => entriesAt(role, mapping, field));
}

function readEntries(mappings: ReadonlyMap<string, Body>): EntryIndex {
  const all = [...mappings].flatMap(([role, mapping]) => listAlternatives(role, mapping));
  const literals = new Map<string, Entry[]>();
  const patterns: Entry[] = [];
  for (const entry of all) {
    const key = literalKey(entry.field, entry.value);
    if (entry.field === "hosts" || !isLiteral(entry.value)) patterns.push(entry);
    else if (!literals.get(key)?.push(entry)) literals.set(key, [entry]);
  }
  const together = [...mappings]
    .map(([role, mapping]) => entriesAt(role, mapping, "and_backend_roles"))
    .filter(({ length }) => length > 0);
  const places = new Map([...mappings.keys()].map((role, place) => [role, place]));
  return { literals, patterns, all, together, places };
}

function entriesAt(role: string, mapping: Body, field: string): Entry[] {
  return readTexts(mapping, field).map(({ value, shown }, index) => ({
    role,
    kind: "rolesmapping",
    name: role,
    field,
    pointer: `/${field}/${index}`,
    entry: shown,
    value,
  }));
}

function judgeEntry(documents: Documents, { field, value }: Entry, identity: Identity): Certainty {
  switch (field) {
    case "users":
      return identity.name === undefined ? matchesAnyName(value) : matches(value, identity.name);
    case "hosts":
      return matchesHost(documents, value, identity.address);
    default:
      return matchesBackendRole(value, identity);
  }
}

function toGrant({ role, kind, name, field, pointer, entry }: Entry, verdict: Certainty): Grant {
  return { role, kind, name, field, pointer, entry, certainty: verdict };
}

/** `*` matches every user, even one without backend roles. */
function matchesBackendRole(pattern: string, { backendRoles, mayHaveMore = false }: Identity): Certainty {
  if (pattern === "*") return "yes";
  const verdict = combineAny(backendRoles.map((role) => matches(pattern, role)));
  return verdict === "no" && mayHaveMore ? "unsure" : verdict;
}

function matchesAnyName(pattern: string): Certainty {
  return pattern === "*" ? "yes" : "no";
}

function joinGrants(grants: readonly Grant[]): Grant {
  const { field } = grants[0]!;
  return {
    ...grants[0]!,
    pointer: `/${field}`,
    entry: grants.map(({ entry }) => entry).join(" and "),
    certainty: combineAll(grants.map(({ certainty }) => certainty)),
  };
}

/** The server may know the caller by a host name that osac cannot see. */
function matchesHost(documents: Documents, pattern: string, address: string | undefined): Certainty {
  if (pattern === "*") return "yes";
  const verdict = address === undefined ? "unsure" : matches(pattern, address);
  const config = documents.get("config")?.get("config");
  const mode = toShownText(valueAtPath(config, ["dynamic", "hosts_resolver_mode"]))?.value ?? "";
  return verdict === "no" && (config === undefined || namesHosts.test(mode)) ? "unsure" : verdict;
}
