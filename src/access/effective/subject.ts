import { toShownText, readTexts } from "../documents.ts";
import { valueAtPath } from "../../value/path.ts";
import { findGrants, type Grant, type Identity } from "../role-mapping.ts";
import type { Access } from "./access.ts";
import type { Link, Missing, Unknown } from "./answer.ts";
import { isRecord } from "../../value/record.ts";

/** The user, backend role or certificate that a question is about. */
export type Subject =
  /**
   * An internal user with the fields of its document. With the attribute `service` it is a service account.
   */
  | { readonly kind: "user"; readonly name: string; readonly address?: string | undefined }
  /** A user of another back end. */
  | {
      readonly kind: "external";
      readonly name: string;
      readonly backendRoles: readonly string[];
      readonly mayHaveMore?: boolean;
      /** By their whole names, such as `ldap.department`; absent if they are not known. */
      readonly attributes?: Readonly<Record<string, string>> | undefined;
      readonly address?: string | undefined;
    }
  /** A user with this backend role and nothing else, under a name that no entry has. */
  | { readonly kind: "backend-role"; readonly name: string }
  /** Any user that can log in, under a name that no entry has. */
  | { readonly kind: "everybody" }
  | { readonly kind: "anonymous"; readonly address?: string | undefined }
  /** The holder of an admin certificate. */
  | { readonly kind: "certificate" };

/** The subject with the roles that the server would map it to. */
export interface Caller {
  readonly subject: Subject;
  readonly identity: Identity;
  /** The values of variables, by their names without `${` and `}`; absent if they are not known. */
  readonly attributes: Readonly<Record<string, string>> | undefined;
  readonly roles: readonly MappedRole[];
  readonly isCertificate: boolean;
  readonly isServiceAccount: boolean;
  /** The reason why it cannot even log in. */
  readonly obstacle?: Missing | undefined;
}

export interface MappedRole {
  readonly name: string;
  readonly chain: readonly Link[];
  /** The reason why it is not certain that the server maps the role. */
  readonly doubt?: Unknown | undefined;
}

/** The name and the backend role that the plugin gives to callers without credentials. */
const anonymous = {
  name: "opendistro_security_anonymous",
  backendRole: "opendistro_security_anonymous_backendrole",
};

/** A name that only a pattern for nearly every name matches. */
const nobodysName = "\u{e000}\u{e001}\u{e002}\u{e003}\u{e004}\u{e005}\u{e006}\u{e007}\u{e008}";

/** An address that only a pattern for nearly every address matches. */
const nowhere = nobodysName;

/** Finds the identity that the server gives the subject, and its roles. */
export function identifyCaller(access: Access, subject: Subject): Caller {
  const identity = identityOfSubject(access, subject);
  const attributes = attributesOfSubject(access, subject);
  return {
    subject,
    identity,
    attributes,
    roles: mapRoles(access, identity),
    isCertificate: subject.kind === "certificate",
    isServiceAccount: subject.kind === "user" && attributes?.["attr.internal.service"] === "true",
    obstacle: findObstacle(access, subject),
  };
}

function identityOfSubject(access: Access, subject: Subject): Identity {
  switch (subject.kind) {
    case "user":
      return identityOfUser(access, subject);
    case "external": {
      const { name, backendRoles, mayHaveMore = false } = subject;
      return { name, backendRoles, mayHaveMore, securityRoles: [], ...addressOfSubject(subject) };
    }
    case "backend-role":
      return { name: nobodysName, backendRoles: [subject.name], securityRoles: [], address: nowhere };
    case "anonymous": {
      const { name, backendRole } = anonymous;
      return { name, backendRoles: [backendRole], securityRoles: [], ...addressOfSubject(subject) };
    }
    case "everybody":
    case "certificate":
      return { name: nobodysName, backendRoles: [], securityRoles: [], address: nowhere };
    default:
      return subject satisfies never;
  }
}

function identityOfUser({ documents }: Access, user: Subject & { readonly kind: "user" }): Identity {
  const body = documents.get("internalusers")?.get(user.name);
  return {
    name: user.name,
    backendRoles: readTexts(body, "backend_roles").map(({ value }) => value),
    securityRoles: readTexts(body, "opendistro_security_roles"),
    ...addressOfSubject(user),
  };
}

function addressOfSubject({ address }: { readonly address?: string | undefined }): {
  readonly address?: string | undefined;
} {
  return address === undefined ? {} : { address };
}

function attributesOfSubject(access: Access, subject: Subject): Caller["attributes"] {
  if (subject.kind === "external") return subject.attributes && prefixed("attr.", subject.attributes);
  if (subject.kind !== "user") return {};
  const given = valueAtPath(access.documents.get("internalusers")?.get(subject.name), ["attributes"]);
  const texts = Object.entries(isRecord(given) ? given : {}).flatMap(([name, value]) => {
    const text = toShownText(value);
    return text === undefined ? [] : [[name, text.value] as const];
  });
  return prefixed("attr.internal.", Object.fromEntries(texts));
}

function prefixed(prefix: string, values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, value]));
}

function lackingLogin(what: string): Missing {
  return { need: "login", what, names: [], nearest: [] };
}

function findObstacle(access: Access, subject: Subject): Missing | undefined {
  if (subject.kind === "anonymous" && access.dynamic.isRead && !access.dynamic.letsAnonymousIn)
    return lackingLogin("anonymous_auth_enabled is false: nobody gets in without a login");
  const users = access.documents.get("internalusers");
  if (subject.kind === "user" && users && !users.has(subject.name))
    return lackingLogin(`there is no internal user ${JSON.stringify(subject.name)}`);
  return undefined;
}

function mapRoles(access: Access, identity: Identity): MappedRole[] {
  const roles = new Map<string, MappedRole>();
  for (const grant of listGrants(access, identity)) {
    if (isDropped(access, grant)) continue;
    const known = roles.get(grant.role);
    if (known && (known.doubt === undefined || grant.certainty !== "yes")) continue;
    roles.set(grant.role, toMappedRole(grant, identity));
  }
  return [...roles.values()];
}

/**
 * Lists the reasons for all roles. Unless the nodes have the default of `roles_mapping_resolution`, backend roles are
 * roles, too.
 */
function listGrants({ documents, settings }: Access, identity: Identity): Grant[] {
  const mapped = findGrants(documents, identity);
  if (settings.roles_mapping_resolution === "MAPPING_ONLY") return mapped;
  const own = identity.backendRoles.map((role, index): Grant => ({
    role,
    kind: "internalusers",
    name: identity.name ?? "",
    field: "backend_roles",
    pointer: `/backend_roles/${index}`,
    entry: role,
    certainty: "yes",
  }));
  return [...mapped, ...own];
}

/** The server drops roles of a user's own list that do not exist. */
function isDropped({ documents }: Access, { kind, role }: Grant): boolean {
  return kind === "internalusers" && documents.get("roles")?.has(role) === false;
}

function toMappedRole(
  { role, kind, name, pointer, entry, field, certainty }: Grant,
  identity: Identity,
): MappedRole {
  const fits = field === "users" ? identity.name : field === "hosts" ? identity.address : undefined;
  const shown = fits === entry || fits === nobodysName ? undefined : fits;
  return {
    name: role,
    chain: [{ kind, name, pointer, value: entry, fits: shown }],
    doubt: certainty === "yes" ? undefined : doubtAbout(role, field, entry),
  };
}

function doubtAbout(role: string, field: string, entry: string): Unknown {
  const from = `the role ${role} by ${field} ${JSON.stringify(entry)}`;
  if (field === "hosts")
    return {
      code: "address",
      text: `${from} depends on the caller's address, or on hosts_resolver_mode of config`,
    };
  if (entry.startsWith("/"))
    return { code: "expression", text: `${from} depends on an expression that only Java can read` };
  return { code: "backend-roles", text: `${from} depends on backend roles that osac does not know` };
}

/** Returns the reason why osac cannot find the roles of any caller. */
export function mappingDoubt({ settings, documents }: Access): Unknown | undefined {
  if (settings.roles_mapping_resolution !== "MAPPING_ONLY")
    return {
      code: "setting",
      text: `roles_mapping_resolution: ${settings.roles_mapping_resolution} is not modelled`,
    };
  const unread = (["rolesmapping", "roles", "actiongroups", "internalusers"] as const).find(
    (kind) => !documents.has(kind),
  );
  return unread && { code: "unread-kind", text: `osac could not read ${unread}` };
}
