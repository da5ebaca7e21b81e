import type { Shape } from "../kinds/canonical.ts";
import { kinds } from "../kinds/index.ts";
import type { Json, KindName } from "../model.ts";
import { Refusal, invalid } from "./answers.ts";
import { Unreadable, isObject, readEntity } from "./documents.ts";
import { passwordProblem } from "./passwords.ts";
import type { JsonObject } from "./patch.ts";
import type { Quirks } from "./quirks.ts";

/** What decides which content is accepted. */
export interface Rules {
  readonly kind: KindName;
  readonly version: string;
  readonly quirks: Quirks;
  readonly isAdministrator: boolean;
  readonly checksMaskedFields: boolean;
}

type ExpectedType = "Array" | "Object" | "String";

const mandatory: { readonly [Kind in KindName]?: readonly string[] } = {
  actiongroups: ["allowed_actions"],
  nodesdn: ["nodes_dn"],
};

const oneOf: { readonly [Kind in KindName]?: readonly string[] } = {
  rolesmapping: ["backend_roles", "hosts", "and_backend_roles", "users"],
};

/** Refuses what `RequestContentValidator` of the plugin refuses, in its order. */
export function validateContent(rules: Rules, name: string, content: Json): JsonObject {
  if (!isObject(content) || Object.keys(content).length === 0) {
    throw new Refusal(invalid("Request body required for this action."));
  }
  refuse(checkKeys(rules, content));
  refuse(checkTypes(rules.kind, content));
  refuse(checkItems(rules.quirks, content));
  if (rules.kind === "internalusers") refuse(checkPassword(name, content));
  if (rules.kind === "roles" && rules.checksMaskedFields) refuse(checkMaskedFields(content));
  if (rules.kind === "audit") refuse(checkReadable(rules, content));
  return content;
}

type Problem = { readonly reason: string; readonly details?: JsonObject } | undefined;

function refuse(problem: Problem): void {
  if (problem) throw new Refusal(invalid(problem.reason, problem.details));
}

function checkKeys(rules: Rules, content: JsonObject): Problem {
  const reason = "Invalid configuration";
  const keys = Object.keys(content);
  const allowed = allowedKeys(rules);
  const unknown = keys.filter((key) => !allowed.includes(key));
  if (unknown.length > 0) return { reason, details: { invalid_keys: { keys: unknown.join(",") } } };
  const missing = (mandatory[rules.kind] ?? []).filter((key) => !keys.includes(key));
  if (missing.length > 0) return { reason, details: { missing_mandatory_keys: { keys: missing.join(",") } } };
  const wanted = oneOf[rules.kind];
  if (!wanted || wanted.some((key) => keys.includes(key))) return undefined;
  return { reason, details: { specify_one_of: { keys: wanted.join(",") } } };
}

function allowedKeys({ kind, quirks, isAdministrator }: Rules): string[] {
  const fields = Object.entries(fieldsOf(kind));
  const names = fields.filter(([, field]) => !field["x-flag"] && field["x-dropped-since"] === undefined).map(([name]) => name);
  const hasFlags = fields.some(([, field]) => field["x-flag"]);
  if (!isAdministrator || !hasFlags) return names;
  return quirks.hiddenMaySent ? [...names, "reserved", "hidden"] : [...names, "reserved"];
}

function fieldsOf(kind: KindName): Readonly<Record<string, Shape>> {
  return (kinds[kind].schema.$defs.entity as Shape).properties ?? {};
}

/** The plugin looks at names on every level: an attribute called `description` is a description to it. */
function checkTypes(kind: KindName, content: JsonObject): Problem {
  const wrong: JsonObject = {};
  const visit = (value: Json): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (!isObject(value)) return;
    for (const [name, item] of Object.entries(value)) {
      const expected = expectedType(kind, name);
      if (expected && typeName(item) !== expected) wrong[name] = `${expected} expected`;
      visit(item);
    }
  };
  visit(content);
  return Object.keys(wrong).length > 0 ? { reason: "Wrong datatype", details: wrong } : undefined;
}

function expectedType(kind: KindName, name: string): ExpectedType | undefined {
  const fields = fieldsOf(kind);
  if (!Object.hasOwn(fields, name)) return undefined;
  const { type, $ref } = fields[name]!;
  if (type === "array") return "Array";
  if (type === "object" || $ref !== undefined) return "Object";
  return type === "string" ? "String" : undefined;
}

function typeName(value: Json): ExpectedType | undefined {
  if (Array.isArray(value)) return "Array";
  if (isObject(value)) return "Object";
  return typeof value === "string" ? "String" : undefined;
}

function checkItems(quirks: Quirks, content: JsonObject): Problem {
  if (!hasEmptyItem(content, quirks.blankItemsAreRefused)) return undefined;
  if (!quirks.blankItemsAreRefused) return { reason: "`null` is not allowed as json array element" };
  return { reason: "`null` or blank values are not allowed as json array elements" };
}

function hasEmptyItem(value: Json, countsBlank: boolean): boolean {
  if (!Array.isArray(value)) return isObject(value) && Object.values(value).some((item) => hasEmptyItem(item, countsBlank));
  return value.some((item) => {
    if (item === null) return true;
    return (countsBlank && typeof item === "string" && item.trim() === "") || hasEmptyItem(item, countsBlank);
  });
}

function checkPassword(name: string, content: JsonObject): Problem {
  if (!Object.hasOwn(content, "password")) return undefined;
  const reason = passwordProblem(name, String(content["password"]));
  return reason === undefined ? undefined : { reason };
}

/** `field`, `field::algorithm`, or `field::/expression/::replacement` with any number of such pairs. */
function checkMaskedFields(content: JsonObject): Problem {
  const permissions = Array.isArray(content["index_permissions"]) ? content["index_permissions"] : [];
  const fields = permissions.flatMap((permission) =>
    isObject(permission) && Array.isArray(permission["masked_fields"]) ? permission["masked_fields"] : [],
  );
  const wrong = fields.filter((field) => !isMaskedField(String(field)));
  if (wrong.length === 0) return undefined;
  const details = Object.fromEntries(wrong.map((field) => [`Masked field not valid: ${String(field)}`, "please check"]));
  return { reason: "Wrong datatype", details };
}

function isMaskedField(field: string): boolean {
  const [, ...parts] = field.split("::");
  return parts.length < 2 || parts.length % 2 === 0;
}

function checkReadable(rules: Rules, content: JsonObject): Problem {
  try {
    readEntity(rules.kind, rules.version, content);
    return undefined;
  } catch (error) {
    if (error instanceof Unreadable) return { reason: "Could not parse content of request." };
    throw error;
  }
}
