import type { AccessPrincipal } from "../../model/access-change.ts";
import type { Body } from "../../model/value.ts";
import { readTexts, type Documents } from "../documents.ts";
import type { Access } from "../effective/access.ts";
import { identifyCaller, type Caller, type MappedRole, type Subject } from "../effective/subject.ts";
import { isExpression, isLiteral } from "../match-pattern.ts";

/** A principal to compare, and the function that finds its roles on either side. */
export interface Candidate {
  readonly principal: AccessPrincipal;
  readonly identify: (access: Access) => Caller;
}

/** Characters that are in no pattern. They replace the `*` and `?` of a pattern. */
const open = { many: "\u{e000}\u{e001}\u{e002}\u{e003}\u{e004}\u{e005}\u{e006}\u{e007}", one: "\u{e000}" };

/**
 * Lists every principal whose access can differ: each internal user, and for each entry of a mapping a
 * principal that satisfies this entry and otherwise only entries for everyone. Access is additive, so every
 * gain shows on one of them.
 */
export function listCandidates(accesses: readonly Access[]): Candidate[] {
  const sides = accesses.map(({ documents }) => documents);
  const users = new Set(sides.flatMap((documents) => [...(documents.get("internalusers")?.keys() ?? [])]));
  const mappings = sides.flatMap((documents) => [...(documents.get("rolesmapping")?.values() ?? [])]);
  const listEntries = (field: string): string[] => [
    ...new Set(mappings.flatMap((mapping) => readTexts(mapping, field).map(({ value }) => value))),
  ];
  return [
    fixed({ kind: "everyone", name: "" }, { kind: "everybody" }),
    fixed({ kind: "anonymous", name: "" }, { kind: "anonymous" }),
    ...[...users].map((name) => fixed({ kind: "user", name }, { kind: "user", name })),
    ...listEntries("users")
      .filter((entry) => entry !== "*" && !users.has(entry))
      .map(userEntry),
    ...[...new Set([...listEntries("backend_roles"), ...accesses.flatMap(listRoleNames)])]
      .filter((entry) => entry !== "*")
      .map(backendRoleEntry),
    ...listCombinations(mappings),
    ...listEntries("hosts")
      .filter((entry) => entry !== "*")
      .map(hostEntry),
  ];
}

/** With this setting of the nodes, the backend roles of a caller are its roles, too. */
function listRoleNames({ documents, settings }: Access): string[] {
  return settings.roles_mapping_resolution === "MAPPING_ONLY"
    ? []
    : [...(documents.get("roles")?.keys() ?? [])];
}

function fixed(principal: AccessPrincipal, subject: Subject): Candidate {
  return { principal, identify: (access) => identifyCaller(access, subject) };
}

function userEntry(entry: string): Candidate {
  if (isExpression(entry)) return satisfying({ kind: "user-pattern", name: entry }, "users");
  if (isLiteral(entry))
    return fixed({ kind: "user", name: entry }, { kind: "external", name: entry, backendRoles: [] });
  return fixed(
    { kind: "user-pattern", name: entry },
    { kind: "external", name: fillPattern(entry), backendRoles: [] },
  );
}

function backendRoleEntry(entry: string): Candidate {
  if (isExpression(entry)) return satisfying({ kind: "backend-role-pattern", name: entry }, "backend_roles");
  const kind = isLiteral(entry) ? "backend-role" : "backend-role-pattern";
  return fixed({ kind, name: entry }, { kind: "backend-role", name: fillPattern(entry) });
}

function hostEntry(entry: string): Candidate {
  return satisfying({ kind: "host", name: entry }, "hosts");
}

/** Lists principals with all backend roles of an `and_backend_roles` list. */
function listCombinations(mappings: readonly Body[]): Candidate[] {
  const sets = mappings
    .map((mapping) =>
      readTexts(mapping, "and_backend_roles")
        .map(({ value }) => value)
        .toSorted(),
    )
    .filter((set) => set.some((entry) => entry !== "*"));
  const distinct = new Map(sets.map((set) => [set.join(" and "), set]));
  return [...distinct].map(([name, set]) => {
    const backendRoles = set.map(fillPattern);
    return {
      principal: { kind: "backend-roles", name },
      identify: (access) => withoutName(identifyCaller(access, toNameless(access, backendRoles))),
    };
  });
}

/** Makes a subject with a name that no entry has. */
function toNameless(access: Access, backendRoles: readonly string[]): Subject {
  const { identity } = identifyCaller(access, { kind: "everybody" });
  return { kind: "external", name: identity.name!, backendRoles, address: identity.address! };
}

/** The name of the principal is not known, so the values of its variables are not known either. */
function withoutName(caller: Caller): Caller {
  return { ...caller, subject: { kind: "everybody" }, attributes: undefined };
}

/** A principal that satisfies an entry for which osac cannot make an example. */
function satisfying(principal: AccessPrincipal, field: string): Candidate {
  return {
    principal,
    identify: (access) => {
      const caller = identifyCaller(access, { kind: "everybody" });
      const known = new Set(caller.roles.map(({ name }) => name));
      const mapped = listMapped(access.documents, field, principal.name).filter(
        ({ name }) => !known.has(name),
      );
      return { ...caller, roles: [...caller.roles, ...mapped] };
    },
  };
}

function listMapped(documents: Documents, field: string, entry: string): MappedRole[] {
  return [...(documents.get("rolesmapping") ?? [])].flatMap(([name, mapping]) => {
    const place = readTexts(mapping, field).findIndex(({ value }) => value === entry);
    if (place === -1) return [];
    return [{ name, chain: [{ kind: "rolesmapping", name, pointer: `/${field}/${place}`, value: entry }] }];
  });
}

function fillPattern(pattern: string): string {
  return isExpression(pattern) ? pattern : pattern.replaceAll(/\*+/g, open.many).replaceAll("?", open.one);
}
