import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { KindName } from "../model/kind-name.ts";
import type { Json, JsonObject } from "../model/value.ts";
import { redacted } from "../secrets/secret.ts";
import { getOwnField } from "../value/path.ts";
import { Refusal, exception, invalid, json, message, type Answer } from "./answers.ts";
import { adminEndpoint, isAdministrator, type Caller } from "./authenticate.ts";
import {
  Unreadable,
  isObject,
  isSame,
  omitDefaults,
  readEntity,
  asText,
  type Entities,
} from "./documents.ts";
import { mapFields, parseJson } from "./json-values.ts";
import type { SimulatedNode } from "./node.ts";
import { hashPassword } from "./passwords.ts";
import { PatchFailure, applyPatch, pointerTokens, type Pointers } from "./patch.ts";
import {
  checkImmutable,
  checkName,
  checkReferences,
  hasFlag,
  notFound,
  staticNodesDn,
  type WriteContext,
} from "./references.ts";
import type { Loaded } from "./store.ts";
import { validateContent } from "./validate.ts";

/** A request for one kind. `name` is the entity's, if the path has one. */
export interface EntityCall {
  readonly node: SimulatedNode;
  readonly caller: Caller;
  readonly kind: KindName;
  readonly name: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

/** Reads all entities of a kind that the caller may see. */
export function readAll(call: EntityCall): Answer {
  const shown = [...visible(call)].filter(([, entity]) => isAsked(call, entity));
  const body: JsonObject = Object.fromEntries(shown.map(([name, entity]) => [name, redact(call, entity)]));
  if (call.query.get("show_all") === "true")
    body[staticNodesDn] = { nodes_dn: [call.node.certificates.server.dn] };
  return json(call.kind === "audit" && "config" in body ? { _readonly: [], ...body } : body);
}

/** Reads one entity, in the shape of `readAll`. */
export function readOne(call: EntityCall): Answer {
  const entity = visible(call).get(call.name);
  if (!entity) throw notFound(call.kind, call.name);
  return json({ [call.name]: redact(call, entity) });
}

/** Creates an entity, or replaces it completely. */
export async function putOne(call: EntityCall): Promise<Answer> {
  const context = makeContext(call, false);
  const { node, kind, name } = call;
  checkName(context, name);
  const content = validateContent(makeRules(context, true), name, parseBody(call.body));
  const loaded = node.store.load(kind);
  const before = loaded.entities.get(name);
  checkImmutable(context, name, loaded.entities);
  checkReferences(context, name, before, content);
  const after = kind === "internalusers" ? await withHash(context, name, content, before) : content;
  await save(context, loaded, new Map([[name, readEntity(kind, node.version, after)]]));
  return before ? message(200, `'${name}' updated.`) : message(201, `'${name}' created.`);
}

/** Deletes one entity. The server does not check if others refer to it. */
export async function deleteOne(call: EntityCall): Promise<Answer> {
  const context = makeContext(call, false);
  checkName(context, call.name);
  const loaded = call.node.store.load(call.kind);
  checkImmutable(context, call.name, loaded.entities);
  if (!loaded.entities.has(call.name)) throw notFound(call.kind, call.name);
  await save(context, loaded, new Map([[call.name, undefined]]));
  return message(200, `'${call.name}' deleted.`);
}

/** Patches one entity. */
export async function patchOne(call: EntityCall): Promise<Answer> {
  const context = makeContext(call, true);
  const operations = parseOperations(call.body);
  const { node, kind, name } = call;
  const loaded = node.store.load(kind);
  checkImmutable(context, name, loaded.entities);
  const entity = loaded.entities.get(name);
  if (!entity) throw notFound(kind, name);
  const before = omitDefaults(kind, node.version, entity);
  const after = patched(before, operations, node.quirks);
  if (node.quirks.noOpsAreFree && isSame(before, after)) return message(200, "No updates required");
  const content = validateContent(makeRules(context, node.quirks.patchChecksMaskedFields), name, after);
  await savePatched(context, loaded, new Map([[name, content]]));
  return message(200, `'${name}' updated.`);
}

/** Patches a whole kind, all or nothing. */
export async function patchAll(call: EntityCall): Promise<Answer> {
  const context = makeContext(call, true);
  const operations = parseOperations(call.body);
  const { node, kind } = call;
  const loaded = node.store.load(kind);
  const before = patchDocument(node, kind, loaded.entities);
  const after = patched(before, operations, node.quirks);
  if (!isObject(after)) throw new Refusal(exception(500, "null_pointer_exception", null));
  const changed = changedNames(before, after);
  if (node.quirks.noOpsAreFree && changed.length === 0) return message(200, "No updates required");
  checkTouched(context, loaded.entities, { before, after }, operations);
  if (kind === "config" && Object.keys(after).some((name) => name !== "_meta" && name !== "config"))
    throw notSingle;
  if (kind === "config" && !Object.hasOwn(after, "config")) throw notSingle;
  const contents = new Map(changed.filter((name) => name !== "_meta").map((name) => [name, after[name]]));
  await savePatched(context, loaded, contents);
  return message(200, "Resource updated.");
}

const notSingle = new Unreadable(
  "java.io.IOException: A version of 2 must have a single toplevel key named 'config' for CONFIG",
);

function makeContext(call: EntityCall, isPatch: boolean): WriteContext {
  const { node, caller, kind } = call;
  return { node, caller, kind, isPatch, isAdministrator: isAdministrator(node, caller, adminEndpoint(kind)) };
}

function makeRules(
  context: WriteContext,
  checksMaskedFields: boolean,
): Parameters<typeof validateContent>[0] {
  const { node, kind } = context;
  return {
    kind,
    version: node.version,
    quirks: node.quirks,
    isAdministrator: context.isAdministrator,
    checksMaskedFields,
  };
}

function visible(call: EntityCall): Entities {
  const { entities } = call.node.store.load(call.kind);
  if (isAdministrator(call.node, call.caller, adminEndpoint(call.kind))) return entities;
  return new Map([...entities].filter(([, entity]) => !hasFlag(entity, "hidden")));
}

function isAsked({ query }: EntityCall, entity: JsonObject): boolean {
  const filter = query.get("filterBy");
  if (filter !== "service" && filter !== "internal") return true;
  return isService(entity) === (filter === "service");
}

function isService({ attributes }: JsonObject): boolean {
  return isObject(attributes) && attributes["service"] === "true";
}

/** Makes the hash of a service account. The server generates its password. */
async function serviceHash(name: string, content: JsonObject): Promise<string> {
  const given = ["hash", "password"].find((field) => content[field] !== undefined);
  if (given === undefined) return hashPassword(randomBytes(16).toString("hex"));
  const what =
    given === "hash"
      ? "A password hash cannot be provided for service account"
      : "A password cannot be provided for a service account";
  throw new Refusal(message(400, `${what}. Failed to register service account: ${name}`));
}

/**
 * Redacts hashes to an empty text. From 2.13 on, every field `password`, on any level, reads as asterisks.
 */
function redact({ node, kind }: EntityCall, entity: JsonObject): JsonObject {
  const shown = node.quirks.passwordsAreRedacted ? mapFields(entity, redactPassword) : entity;
  return kind === "internalusers" ? { ...shown, hash: "" } : shown;
}

function redactPassword(name: string, value: Json): Json {
  return name === "password" ? redacted : value;
}

/** Parses the JSON of a request. A missing body is an empty object. */
export function parseBody(body: string): Json {
  if (body === "") return {};
  try {
    return parseJson(body);
  } catch {
    throw new Refusal(invalid("Could not parse content of request."));
  }
}

const supported = ["add", "replace", "remove"];

function parseOperations(body: string): Json[] {
  let operations: Json;
  try {
    operations = JSON.parse(body === "" ? "null" : body) as Json;
  } catch (error) {
    throw new Refusal(message(400, `Error in JSON patch: ${(error as Error).message}`));
  }
  const named = Array.isArray(operations)
    ? operations.filter((item) => isObject(item) && Object.hasOwn(item, "op"))
    : [];
  if (named.length === 0) throw new Refusal(message(400, "Wrong request body"));
  const wrong = named
    .map((item) => operationName((item as JsonObject)["op"]!))
    .find((op) => !supported.includes(op));
  if (wrong !== undefined) {
    throw new Refusal(
      message(400, `Unsupported patch operation: ${wrong}. Supported are: ${supported.join(",")}`),
    );
  }
  return operations as Json[];
}

function operationName(op: Json): string {
  return typeof op === "string" ? op : JSON.stringify(op);
}

function patched(document: JsonObject, operations: readonly Json[], pointers: Pointers): Json {
  try {
    return applyPatch(document, operations, pointers);
  } catch (error) {
    if (!(error instanceof PatchFailure)) throw error;
    throw new Refusal(
      error.type ? exception(error.status, error.type, error.message) : message(error.status, error.message),
    );
  }
}

/**
 * Makes the document to which the server applies a patch: with built-in entities, real hashes and `_meta`,
 * without defaults.
 */
function patchDocument(node: SimulatedNode, kind: KindName, entities: Entities): JsonObject {
  const entries = [...entities].map(([name, entity]): [string, Json] => [
    name,
    omitDefaults(kind, node.version, entity),
  ]);
  return Object.fromEntries([["_meta", { type: kind, config_version: 2 }], ...entries]);
}

function changedNames(before: JsonObject, after: JsonObject): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !isSame(getOwnField(before, name), getOwnField(after, name)));
}

/** Checks every entity that an operation names, in the order of first mention. */
function checkTouched(
  context: WriteContext,
  entities: Entities,
  documents: { readonly before: JsonObject; readonly after: JsonObject },
  operations: readonly Json[],
): void {
  const paths = operations.map((operation) => asText((operation as JsonObject)["path"]));
  for (const name of new Set(paths.map((path) => pointerTokens(path)[0]))) {
    if (name === undefined) throw new Refusal(exception(500, "null_pointer_exception", null));
    const before = getOwnField(documents.before, name);
    const after = getOwnField(documents.after, name);
    const isChanged = !isSame(before, after);
    if (before !== undefined && isChanged) checkImmutable(context, name, entities);
    if (after === undefined) {
      if (name === "_meta")
        throw new Unreadable(
          `java.io.IOException: A version of 2 must have a _meta key for ${context.kind.toUpperCase()}`,
        );
      continue;
    }
    if (isChanged) validateContent(makeRules(context, true), name, after);
    checkImmutable(context, name, entities);
    if (isObject(after)) checkReferences(context, name, entities.get(name), after);
  }
}

/**
 * Stores the patched entities. The whole kind is written as the patch document, without the fields that it
 * omits.
 */
async function savePatched(
  context: WriteContext,
  loaded: Loaded,
  contents: ReadonlyMap<string, Json | undefined>,
): Promise<void> {
  const { node, kind } = context;
  const changes = new Map<string, JsonObject | undefined>();
  for (const [name, entity] of loaded.entities) {
    if (!contents.has(name))
      changes.set(name, readEntity(kind, node.version, omitDefaults(kind, node.version, entity)));
  }
  for (const [name, content] of contents) {
    changes.set(
      name,
      content === undefined
        ? undefined
        : await readContent(context, name, content, loaded.entities.get(name)),
    );
  }
  await save(context, loaded, changes);
}

async function readContent(
  context: WriteContext,
  name: string,
  content: Json,
  before: JsonObject | undefined,
): Promise<JsonObject> {
  const { node, kind } = context;
  const isUser = kind === "internalusers" && isObject(content);
  return readEntity(kind, node.version, isUser ? await withHash(context, name, content, before) : content);
}

async function save(
  context: WriteContext,
  loaded: Loaded,
  changes: ReadonlyMap<string, JsonObject | undefined>,
): Promise<void> {
  const entities = new Map(loaded.entities);
  for (const [name, entity] of changes) {
    if (entity === undefined) entities.delete(name);
    else entities.set(name, entity);
  }
  await sleep(context.node.settings.writeDelayMs);
  await context.node.store.save(context.kind, entities, loaded.seqNo);
}

/** Returns a user's content with the hash to store: a sent one, or the hash that the user has. */
async function withHash(
  context: WriteContext,
  name: string,
  content: JsonObject,
  before: JsonObject | undefined,
): Promise<JsonObject> {
  const { password, ...rest } = content;
  if (!context.isPatch && isService(content)) return { ...rest, hash: await serviceHash(name, content) };
  if (typeof password === "string") return { ...rest, hash: await hashPassword(password) };
  if (rest["hash"] !== undefined) return rest;
  const hash = keptHash(context, name, before);
  return hash === undefined ? rest : { ...rest, hash };
}

/**
 * Returns the hash that a user keeps. Only a PUT needs a hash for a new user; an existing one always needs
 * one.
 */
function keptHash(context: WriteContext, name: string, before: JsonObject | undefined): string | undefined {
  const { isPatch, node } = context;
  if (isPatch && !(before && node.quirks.hashesAreKept)) return undefined;
  if (!before) {
    throw new Refusal(
      message(400, "Please specify either 'hash' or 'password' when creating a new internal user."),
    );
  }
  const { hash } = before;
  if (typeof hash === "string" && hash !== "") return hash;
  const reason = `Existing user ${name} has no password, and no new password or hash was specified.`;
  throw new Refusal(message(isPatch ? 500 : 400, reason));
}
