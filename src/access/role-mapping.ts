import type { Body, KindName } from "../model.ts";
import { textOf, textsAt, valueAt, type Documents, type Text } from "./documents.ts";
import { matches } from "./pattern.ts";
import { allOf, anyOf, type Verdict } from "./verdict.ts";

/** Whom the server takes somebody for after the login, and before roles are mapped. */
export interface Identity {
  /** Absent for anybody who has these backend roles. */
  readonly name?: string;
  readonly backendRoles: readonly string[];
  /** Whether it may have others, which nobody sees from outside. */
  readonly mayHaveMore?: boolean;
  /** Roles that the internal user of this name is given directly. */
  readonly securityRoles: readonly Text[];
  /** The address that the server sees; absent where it may be any. */
  readonly address?: string;
}

/** One reason for which somebody has a role: the entry of a mapping, or of the user's own list. */
export interface Grant {
  readonly role: string;
  readonly kind: KindName;
  readonly name: string;
  readonly field: string;
  /** The entry, as it may be shown. */
  readonly entry: string;
  readonly verdict: Verdict;
}

/** The modes in which the server knows callers by the names of their hosts, too. */
const namesHosts = /^ip-hostname/i;

/**
 * Every reason for which the identity has a role, or may have it. As the plugin maps with
 * `plugins.security.roles_mapping_resolution: MAPPING_ONLY`, its default, which no API shows.
 */
export function grantsOf(documents: Documents, identity: Identity): Grant[] {
  const { name = "", securityRoles } = identity;
  const own = securityRoles.map(({ value, shown }): Grant => ({
    role: value,
    kind: "internalusers",
    name,
    field: "opendistro_security_roles",
    entry: shown,
    verdict: "yes",
  }));
  const mappings = documents.get("rolesmapping") ?? new Map<string, Body>();
  return [...own, ...[...mappings].flatMap(([role, mapping]) => mapped(documents, identity, role, mapping))];
}

function mapped(documents: Documents, identity: Identity, role: string, mapping: Body): Grant[] {
  const { name } = identity;
  const grants = (field: string, fits: (pattern: string) => Verdict): Grant[] =>
    textsAt(mapping, field).map(({ value, shown }) => ({
      role,
      kind: "rolesmapping",
      name: role,
      field,
      entry: shown,
      verdict: fits(value),
    }));
  const all = grants("and_backend_roles", (pattern) => matchesBackendRole(pattern, identity));
  return [
    ...grants("users", (pattern) => (name === undefined ? anyName(pattern) : matches(pattern, name))),
    ...grants("backend_roles", (pattern) => matchesBackendRole(pattern, identity)),
    ...(all.length === 0 ? [] : [together(all)]),
    ...grants("hosts", (pattern) => matchesHost(documents, pattern, identity.address)),
  ].filter(({ verdict }) => verdict !== "no");
}

/** `*` stands for everybody, also for who has no backend role at all. */
function matchesBackendRole(pattern: string, { backendRoles, mayHaveMore = false }: Identity): Verdict {
  if (pattern === "*") return "yes";
  const verdict = anyOf(backendRoles.map((role) => matches(pattern, role)));
  return verdict === "no" && mayHaveMore ? "unsure" : verdict;
}

function anyName(pattern: string): Verdict {
  return pattern === "*" ? "yes" : "no";
}

function together(grants: readonly Grant[]): Grant {
  return {
    ...grants[0]!,
    entry: grants.map(({ entry }) => entry).join(" and "),
    verdict: allOf(grants.map(({ verdict }) => verdict)),
  };
}

/** The server may know the caller by a name that nobody sees from outside. */
function matchesHost(documents: Documents, pattern: string, address: string | undefined): Verdict {
  if (pattern === "*") return "yes";
  const verdict = address === undefined ? "unsure" : matches(pattern, address);
  const config = documents.get("config")?.get("config");
  const mode = textOf(valueAt(config, "dynamic", "hosts_resolver_mode"))?.value ?? "";
  return verdict === "no" && (config === undefined || namesHosts.test(mode)) ? "unsure" : verdict;
}
