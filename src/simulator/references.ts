import { kinds } from "../kinds/index.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Json, JsonObject } from "../model/value.ts";
import { Refusal, exception, message } from "./answers.ts";
import type { Caller } from "./authenticate.ts";
import { isObject, asTexts, type Entities } from "./documents.ts";
import type { SimulatedNode } from "./node.ts";

/** The context for the checks of one write. */
export interface WriteContext {
  readonly node: SimulatedNode;
  readonly caller: Caller;
  readonly kind: KindName;
  readonly isAdministrator: boolean;
  readonly isPatch: boolean;
}

/** The names of some kinds in messages of the plugin. Of the others it uses the name of the path. */
const labels: Readonly<Partial<Record<KindName, string>>> = {
  internalusers: "user",
  roles: "role",
  actiongroups: "actiongroup",
  tenants: "tenant",
};

function nameInMessages(kind: KindName): string {
  return kinds[kind].isSingle ? "config" : (labels[kind] ?? kind);
}

/** The server shows the nodes of `opensearch.yml` under this name. */
export const staticNodesDn = "STATIC_OPENSEARCH_YML_NODES_DN";

export function notFound(kind: KindName, name: string): Refusal {
  return new Refusal(message(404, `${nameInMessages(kind)} '${name}' not found.`));
}

/** Refuses a name that is too long. A patch of a whole kind has no such check. */
export function checkName({ node, kind }: WriteContext, name: string): void {
  const { nameLengthMax: most } = node.quirks;
  if (name.length > most)
    throw new Refusal(message(400, `${nameInMessages(kind)} name exceeds maximum length of ${most}.`));
}

/** Refuses changes of hidden, static or reserved entities, and of permissions to administer the REST API. */
export function checkImmutable(context: WriteContext, name: string, entities: Entities): void {
  const entity = entities.get(name);
  if (!context.isAdministrator && entity) refuseBuiltIn(name, entity);
  if (entity) checkRestAdmin(context, entity);
  if (context.kind === "nodesdn" && name === staticNodesDn) {
    throw new Refusal(message(403, `Resource '${name}' is read-only.`));
  }
  if (context.kind === "rolesmapping")
    checkRestAdmin({ ...context, kind: "roles" }, loadRoles(context).get(name) ?? {});
}

/** Refuses a new or changed entity for reasons of the plugin other than its content. */
export function checkReferences(
  context: WriteContext,
  name: string,
  before: JsonObject | undefined,
  content: JsonObject,
): void {
  if (!before || context.node.quirks.changesMayNotGrantRestAdmin) checkRestAdmin(context, content);
  checks[context.kind]?.(context, name, content);
}

function refuseBuiltIn(name: string, entity: JsonObject): void {
  if (entity["hidden"] === true) throw new Refusal(message(404, `Resource '${name}' is not available.`));
  if (entity["static"] === true) throw new Refusal(message(403, `Resource '${name}' is static.`));
  if (entity["reserved"] === true) throw new Refusal(message(403, `Resource '${name}' is reserved.`));
}

const checks: {
  readonly [Kind in KindName]?: (context: WriteContext, name: string, content: JsonObject) => void;
} = {
  rolesmapping: (context, name) => requireRole(context, name),
  actiongroups: (context, name, content) => {
    if (loadRoles(context).has(name)) {
      const reason = `${name} is an existing role. A action group cannot be named with an existing role name.`;
      throw new Refusal(message(400, reason));
    }
    if (asTexts(content["allowed_actions"]).includes(name)) {
      throw new Refusal(message(400, `${name} cannot be an allowed_action of itself`));
    }
    if (context.node.quirks.groupTypesAreChecked) checkGroupType(content["type"]);
  },
  internalusers: (context, name, content) => {
    if (context.isPatch && !context.node.quirks.patchChecksUsers) return;
    if ((context.node.quirks.namesAreDecodedAgain ? decoded(name) : name).includes(":")) {
      const reason = "A restricted character(s) was detected in the account name. Please remove: ':'";
      throw new Refusal(message(400, reason));
    }
    for (const role of asTexts(content["opendistro_security_roles"])) {
      requireRole(context, role);
      const mapping = context.node.store.load("rolesmapping").entities.get(role);
      if (mapping && !context.isAdministrator) refuseBuiltIn(role, mapping);
    }
  },
};

function loadRoles({ node }: WriteContext): Entities {
  return node.store.load("roles").entities;
}

function requireRole(context: WriteContext, name: string): void {
  const role = loadRoles(context).get(name);
  if (!role) throw notFound("roles", name);
  if (role["hidden"] !== true || context.isAdministrator) return;
  throw new Refusal(message(404, `Resource '${name}' is not available.`));
}

function checkRestAdmin({ node, kind, isAdministrator }: WriteContext, entity: JsonObject): void {
  if (kind !== "roles" && kind !== "actiongroups") return;
  if (kind === "roles" && isAdministrator && node.quirks.administratorsMayGrantRestAdmin) return;
  if (grantsRestAdmin(entity)) throw new Refusal(message(403, "Access denied"));
}

function grantsRestAdmin(entity: JsonObject): boolean {
  const permissions = [...asTexts(entity["cluster_permissions"]), ...asTexts(entity["allowed_actions"])];
  return permissions.some((permission) => permission.startsWith("restapi:admin"));
}

function checkGroupType(type: Json | undefined): void {
  if (typeof type !== "string" || ["cluster", "index"].includes(type.toLowerCase())) return;
  throw new Refusal(message(400, `Invalid action group type: ${type}. Supported types are: cluster, index.`));
}

/** Decodes a name once more than core, as the plugin does. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll("+", " "));
  } catch {
    throw new Refusal(exception(400, "illegal_argument_exception", `invalid escape sequence in ${name}`));
  }
}

export function hasFlag(entity: Json | undefined, flag: string): boolean {
  return isObject(entity) && entity[flag] === true;
}
