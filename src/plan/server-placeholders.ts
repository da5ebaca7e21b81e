import { makeFinding } from "../errors.ts";
import { listNames } from "../value/list-names.ts";
import { compareByCodeUnit } from "../value/record.ts";
import type { Finding } from "../model/finding.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Json, JsonObject } from "../model/value.ts";

/** A placeholder in the syntax of the plugin. Messages show it without its default, which may be a secret. */
const placeholder = /\$\{((?:env|envbc|envbase64)\.\w+)(?::-[\w=():\-_]*)?\}/g;

/** Entities that a warning names. */
const namesMax = 5;

const message =
  "this write replaces placeholders of securityadmin.sh with the values that one node has for them";

/**
 * Placeholders that a write would store with their values. The server writes a kind as a whole, with the
 * values that the serving node has for its placeholders, also in entities that do not change.
 */
export function placeholderFindings(documents: ReadonlyMap<KindName, JsonObject>): Finding[] {
  return [...documents].flatMap(([kind, document]) => {
    const found = Object.entries(document).flatMap(([name, entity]) => describePlaceholders(name, entity));
    if (found.length === 0) return [];
    return [
      makeFinding("server-placeholders", {
        message: `${message}: ${listNames(found, namesMax)}`,
        hint: "afterwards the cluster stores the values, secrets included; to keep the placeholders, change this resource type only with securityadmin.sh",
        kind,
      }),
    ];
  });
}

function describePlaceholders(name: string, entity: Json): string[] {
  const found = [...JSON.stringify([name, entity]).matchAll(placeholder)].map(([, inner]) => `\${${inner}}`);
  const distinct = [...new Set(found)].toSorted(compareByCodeUnit);
  return distinct.length === 0 ? [] : [`${distinct.join(" and ")} of ${name}`];
}

/** Reported once before a write, if the caller cannot see the stored documents. */
export const placeholdersUnseenFinding: Finding = makeFinding("server-placeholders-not-checked", {
  message:
    "osac cannot see whether securityadmin.sh stored placeholders (${env.…}) in the cluster. If it did, the server replaces them with their values in each resource type that osac writes",
  hint: "to check, log in with the admin certificate",
});
