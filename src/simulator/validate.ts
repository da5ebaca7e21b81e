import { type Shape, entityShape } from "../schema/shape.ts";
import { kinds } from "../kinds/index.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Json, Value, JsonObject } from "../model/value.ts";
import { Refusal, exception, invalid } from "./answers.ts";
import { Unreadable, isFuture, isObject, readEntity, asText, asTexts } from "./documents.ts";
import { passwordProblem } from "./passwords.ts";
import { isBrokenPattern } from "./unloadable.ts";
import type { Quirks } from "./quirks.ts";
import { isRecord } from "../value/record.ts";
import { forEachPart, somePart } from "../value/walk.ts";

/** The rules for accepted content. */
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
  if (rules.kind === "roles" && Array.isArray(content) && content.length > 0)
    throw new Refusal(cannotReplace);
  if (!isObject(content) || Object.keys(content).length === 0) {
    throw new Refusal(invalid("Request body required for this action."));
  }
  refuse(checkKeys(rules, content));
  refuse(checkTypes(rules.kind, content));
  refuse(checkItems(rules.quirks, content));
  refuse(checkLength(rules.quirks, content));
  if (rules.kind === "internalusers") refuse(checkPassword(name, content));
  if (rules.kind === "roles" && rules.checksMaskedFields) refuse(checkMaskedFields(content));
  if (rules.kind === "audit") refuse(checkAudit(rules, content));
  return content;
}

const cannotReplace = exception(
  500,
  "unsupported_operation_exception",
  "Cannot replace context node using `withArray()`",
);

type Problem = { readonly reason: string; readonly details?: JsonObject } | undefined;

function refuse(problem: Problem): void {
  if (problem) throw new Refusal(invalid(problem.reason, problem.details));
}

function checkKeys(rules: Rules, content: JsonObject): Problem {
  const reason = "Invalid configuration";
  const keys = Object.keys(content);
  const allowed = allowedKeys(rules);
  const wanted = oneOf[rules.kind] ?? [];
  const wrong = {
    invalid_keys: keys.filter((key) => !allowed.includes(key) && !isFuture(key)),
    missing_mandatory_keys: (mandatory[rules.kind] ?? []).filter((key) => !keys.includes(key)),
    specify_one_of: wanted.some((key) => keys.includes(key)) ? [] : wanted,
  };
  const found = Object.entries(wrong).filter(([, names]) => names.length > 0);
  if (found.length === 0) return undefined;
  return {
    reason,
    details: Object.fromEntries(found.map(([what, names]) => [what, { keys: names.join(",") }])),
  };
}

function allowedKeys({ kind, quirks, isAdministrator }: Rules): string[] {
  const fields = Object.entries(listFields(kind));
  const names = fields
    .filter(([, field]) => !field["x-flag"] && field["x-dropped-since"] === undefined)
    .map(([name]) => name);
  const hasFlags = fields.some(([, field]) => field["x-flag"]);
  if (!isAdministrator || !hasFlags) return names;
  return quirks.hiddenMaySent ? [...names, "reserved", "hidden"] : [...names, "reserved"];
}

function listFields(kind: KindName): Readonly<Record<string, Shape>> {
  return entityShape(kinds[kind]).properties ?? {};
}

/**
 * The plugin checks names on every level: it validates an attribute with the name `description` as a
 * description.
 */
function checkTypes(kind: KindName, content: JsonObject): Problem {
  const wrong: JsonObject = {};
  forEachPart(content, (part) => {
    for (const [name, item] of Object.entries(isRecord(part) ? part : {})) {
      const expected = expectedType(kind, name);
      if (expected && typeName(item) !== expected) wrong[name] = `${expected} expected`;
    }
  });
  return Object.keys(wrong).length > 0 ? { reason: "Wrong datatype", details: wrong } : undefined;
}

function expectedType(kind: KindName, name: string): ExpectedType | undefined {
  const fields = listFields(kind);
  if (!Object.hasOwn(fields, name)) return undefined;
  const { type } = fields[name]!;
  if (type === "array") return "Array";
  if (type === "object") return "Object";
  return type === "string" ? "String" : undefined;
}

function typeName(value: Value): ExpectedType | undefined {
  if (Array.isArray(value)) return "Array";
  if (isRecord(value)) return "Object";
  return typeof value === "string" ? "String" : undefined;
}

function checkItems(quirks: Quirks, content: JsonObject): Problem {
  const isEmpty = (item: Value): boolean =>
    item === null || (quirks.blankItemsAreRefused && typeof item === "string" && item.trim() === "");
  if (!somePart(content, (part) => Array.isArray(part) && part.some(isEmpty))) return undefined;
  if (!quirks.blankItemsAreRefused) return { reason: "`null` is not allowed as json array element" };
  return { reason: "`null` or blank values are not allowed as json array elements" };
}

function checkLength({ textLengthMax: most }: Quirks, content: JsonObject): Problem {
  if (!somePart(content, (part) => typeof part === "string" && part.length > most)) return undefined;
  return { reason: `String value exceeds the maximum allowed length of ${most} characters` };
}

function checkPassword(name: string, content: JsonObject): Problem {
  if (!Object.hasOwn(content, "password")) return undefined;
  const reason = passwordProblem(name, asText(content["password"]));
  return reason === undefined ? undefined : { reason };
}

function checkMaskedFields(content: JsonObject): Problem {
  const permissions = Array.isArray(content["index_permissions"]) ? content["index_permissions"] : [];
  const fields = permissions.flatMap((permission) =>
    isObject(permission) ? asTexts(permission["masked_fields"]) : [],
  );
  const wrong = fields.flatMap((field): [string, string][] => {
    const problem = maskedFieldProblem(field);
    return problem === undefined ? [] : [[`Masked field not valid: ${field}`, problem]];
  });
  return wrong.length === 0 ? undefined : { reason: "Wrong datatype", details: Object.fromEntries(wrong) };
}

const digests =
  /^(?:MD2|MD5|SHA(?:-?1)?|SHA-(?:224|256|384|512)|SHA-512\/(?:224|256)|SHA3-(?:224|256|384|512))$/i;

/**
 * Checks `field`, `field::algorithm`, or `field::/expression/::replacement` with any number of such pairs.
 */
function maskedFieldProblem(field: string): string | undefined {
  const [, ...parts] = field.split("::");
  if (parts.length === 1) return digests.test(parts[0]!) ? undefined : `Invalid algorithm ${parts[0]}`;
  if (parts.length % 2 === 1) {
    return (
      "A field masking expression must have the form 'field_name', 'field_name::algorithm', " +
      "'field_name::regex::replacement' or 'field_name::(regex::replacement)+'"
    );
  }
  const expressions = parts.filter((_, index) => index % 2 === 0);
  if (expressions.some((expression) => !/^\/.*\/$/s.test(expression)))
    return "A regular expression needs to be wrapped in /.../";
  const broken = expressions.find(isBrokenPattern);
  return broken === undefined ? undefined : `not a regular expression: ${broken}`;
}

/** The categories of events that the REST API accepts. A file may hold more. */
const restCategories =
  "BAD_HEADERS SSL_EXCEPTION AUTHENTICATED FAILED_LOGIN GRANTED_PRIVILEGES MISSING_PRIVILEGES".split(" ");
const transportCategories = [...restCategories, "INDEX_EVENT", "OPENDISTRO_SECURITY_INDEX_ATTEMPT"];
const settingsCategories = ["CLUSTER_SETTINGS_CHANGED", "INDEX_SETTINGS_CHANGED"];
const resourceCategories = ["RESOURCE_ACCESS_GRANTED", "RESOURCE_ACCESS_DENIED", "RESOURCE_SHARING_CHANGED"];

/** Lists the categories that the two layers accept. `disabled_categories` accepts every category. */
function listCategories(quirks: Quirks): Readonly<Record<string, readonly string[]>> {
  const none = quirks.noneEmptiesAuditLists ? ["NONE"] : [];
  const resources = quirks.resourceSharingIsAudited ? resourceCategories : [];
  const settings = quirks.settingsChangesAreAudited ? settingsCategories : [];
  return {
    disabled_rest_categories: [...restCategories, ...none, ...resources],
    disabled_transport_categories: [...transportCategories, ...none, ...resources, ...settings],
  };
}

function checkAudit(rules: Rules, content: JsonObject): Problem {
  const reason = "Could not parse content of request.";
  try {
    readEntity(rules.kind, rules.version, content);
    const audit = isObject(content["audit"]) ? content["audit"] : {};
    const isKnown = Object.entries(listCategories(rules.quirks)).every(([list, known]) =>
      asTexts(audit[list]).every((name) => known.includes(name.toUpperCase())),
    );
    const isReadable = !asTexts(audit["body_logging_exclusions"]).some(isBrokenPattern);
    return isKnown && isReadable ? undefined : { reason };
  } catch (error) {
    if (error instanceof Unreadable) return { reason };
    throw error;
  }
}
