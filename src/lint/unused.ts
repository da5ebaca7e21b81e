import { makeLintFinding } from "../errors.ts";
import { builtInNames } from "../kinds/built-in.ts";
import type { Reference } from "../kinds/kind.ts";
import type { Declared, Directory } from "../model/entity.ts";
import type { LintFinding } from "../model/finding.ts";
import type { KindName } from "../model/kind-name.ts";
import { ownIndexFindings } from "./open-doors.ts";
import { isNonEmptyList } from "../value/record.ts";
import { isOn } from "../value/texts.ts";

/**
 * Finds what no other entity of the directory uses, mappings without effect or for everyone, and roles that are the
 * same. Only `validate` reports these notices.
 */
export function createUseCheck(directory: Directory, used: UsedNames): (entity: Declared) => LintFinding[] {
  const first = new Map<string, string>();
  return (entity) => {
    if (isBuiltIn(entity)) return ownIndexFindings(entity);
    switch (entity.kind) {
      case "roles":
        return [...unusedFindings(entity, used, roleUsers), ...equalRoleFindings(entity, first)];
      case "actiongroups":
        return unusedFindings(entity, used, groupUsers);
      case "rolesmapping":
        return emptyMappingFindings(entity, directory);
      default:
        return [];
    }
  };
}

/**
 * Users cannot change built-in entities, and some of them stand in the files as they were shipped. An empty
 * mapping of a built-in role takes it from everybody.
 */
function isBuiltIn({ kind, name, body }: Declared): boolean {
  return (
    isOn(body["static"]) ||
    isOn(body["reserved"]) ||
    isOn(body["hidden"]) ||
    builtInNames(kind === "rolesmapping" ? "roles" : kind).has(name)
  );
}

interface Use {
  readonly code: "unused-role" | "unused-group";
  /** The kinds that use it. Without the files of all of them, osac does not know. */
  readonly by: readonly KindName[];
  readonly message: string;
  readonly hint: string;
}

const roleUsers: Use = {
  code: "unused-role",
  by: ["rolesmapping", "internalusers"],
  message: "no mapping and no user of the files has this role",
  hint: "map it, or remove it",
};

const groupUsers: Use = {
  code: "unused-group",
  by: ["roles"],
  message: "no role and no group of the files contains this action group",
  hint: "remove it",
};

/** The names that the entities of a directory use, by their kind. Only declared kinds have an entry. */
export type UsedNames = ReadonlyMap<KindName, Set<string>>;

/** Prepares the names for `noteUse`. */
export function createUsedNames(directory: Directory): UsedNames {
  return new Map([...directory.kinds.keys()].map((kind) => [kind, new Set<string>()]));
}

/** Adds what an entity uses. An entity that refers to itself does not count. */
export function noteUse(used: UsedNames, entity: Declared, references: readonly Reference[]): void {
  for (const { kind, name } of references)
    if (kind !== entity.kind || name !== entity.name) used.get(kind)?.add(name);
}

function unusedFindings(
  { kind, name }: Declared,
  used: UsedNames,
  { code, by, message, hint }: Use,
): LintFinding[] {
  if (used.get(kind)!.has(name) || !by.every((one) => used.has(one))) return [];
  return [makeLintFinding(code, { pointer: "", message, hint })];
}

const holders = ["users", "backend_roles", "hosts", "and_backend_roles"];

function emptyMappingFindings({ name, body }: Declared, directory: Directory): LintFinding[] {
  if (!holders.some((field) => isNonEmptyList(body[field])))
    return [grantsNothing("the mapping names nobody", "name users, backend roles or hosts, or remove it")];
  const role = directory.kinds.get("roles")?.get(name);
  if (role === undefined || isBuiltIn(role) || permissions.some((field) => isNonEmptyList(role.body[field])))
    return [];
  return [
    grantsNothing("the role of this mapping has no permissions", "give the role permissions, or remove both"),
  ];
}

function grantsNothing(message: string, hint: string): LintFinding {
  return makeLintFinding("grants-nothing", { pointer: "", message, hint });
}

const permissions = ["cluster_permissions", "index_permissions", "tenant_permissions"];

/**
 * Users of two such roles have equal access, and nobody sees it. A role with cluster permissions only may exist
 * for its name, which a setting of the node contains.
 */
function equalRoleFindings({ name, body }: Declared, first: Map<string, string>): LintFinding[] {
  if (!permissions.slice(1).some((field) => isNonEmptyList(body[field]))) return [];
  const text = JSON.stringify(permissions.map((field) => body[field] ?? []));
  const other = first.get(text);
  if (other === undefined) {
    first.set(text, name);
    return [];
  }
  return [
    makeLintFinding("equal-roles", {
      pointer: "",
      message: `it has the same permissions as roles/${other}, so the users of both have equal access`,
      hint: "map one role to all of them",
    }),
  ];
}
