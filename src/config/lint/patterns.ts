import type { Body, KindName, Value } from "../../model.ts";
import { escapePointer } from "../../kinds/pointer.ts";
import { mapsOf, spoken, textsOf, valueAt, type Text } from "../pointer.ts";
import { isFields } from "../../kinds/canonical.ts";
import { isPattern, patternError } from "./java-regex.ts";
import type { Poison, Remark, Rule } from "./remark.ts";
import { isKnownVariable, replaceVariables } from "./variables.ts";

/** What the server does with a pattern that it cannot compile; of `actions`, what follows it in the role goes too. */
type Damage = Poison | "refused" | "ignored" | "actions";

/** The first version that leaves out a role with such a permission (`CompiledRoles`, seen on 3.8.0). */
const roleLeftOutSince = "3.6";

/** Seen on 2.11.1 and 2.19.4, and not on 3.4.0. */
const before3: Poison = { until: "3.0" };

interface Pattern extends Text {
  readonly damage: Damage;
}

/**
 * `/…/` is a Java regular expression wherever the server matches names. One that does not compile breaks the loading
 * of the whole configuration in mappings, action groups, `cluster_permissions` and `tenant_patterns` (seen on 2.11.1
 * and 2.19.4, in mappings also on 3.4.0), the loader refuses it in `audit`, and elsewhere the server passes over it.
 * From 3.6 on one among the permissions takes the whole role away.
 */
export const patternRule: Rule = ({ kind, body }) => patternsOf(kind, body).flatMap(check);

function check({ text, shown, pointer, damage }: Pattern): Remark[] {
  const reason = patternError(damage === "ignored" ? withoutVariables(text) : text);
  if (reason === undefined) return [];
  const message = `${spoken(pointer)}: ${shown} is no regular expression of Java: ${reason}`;
  const hint = "correct it, or leave the slashes out and use * and ?";
  const bad = { code: "bad-pattern", severity: "warning" as const, pointer, hint };
  switch (damage) {
    case "ignored":
      return [{ ...bad, message: `${message}; the server passes over it` }];
    case "actions": {
      const effect = `before ${roleLeftOutSince} the server passes over it, from ${roleLeftOutSince} on over the whole role`;
      return [{ ...bad, message: `${message}; ${effect}`, harmfulSince: roleLeftOutSince }];
    }
    case "refused":
      return [{ ...bad, severity: "error", message }];
    default:
      return [{ ...bad, code: "poisonous-pattern", severity: "error", message, poison: damage }];
  }
}

/** In index patterns the server puts the caller's names in before it compiles. */
function withoutVariables(text: string): string {
  return replaceVariables(text, (name) => (isKnownVariable(name) ? "x" : `\${${name}}`));
}

function patternsOf(kind: KindName, body: Body): Pattern[] {
  switch (kind) {
    case "rolesmapping":
      return lists(body, ["users", "hosts", "backend_roles", "and_backend_roles"], {});
    case "roles":
      return rolePatterns(body);
    case "actiongroups":
      return lists(body, ["allowed_actions"], {
        ...before3,
        onceThat: "the cluster_permissions of a role use the group",
        others: `from ${roleLeftOutSince} on it leaves out every role that uses the group`,
      });
    case "nodesdn":
      return lists(body, ["nodes_dn"], "ignored");
    case "audit":
      return auditPatterns(body);
    default:
      return [];
  }
}

function rolePatterns(body: Body): Pattern[] {
  return [
    ...lists(body, ["cluster_permissions"], {
      ...before3,
      others: `from ${roleLeftOutSince} on it leaves out the whole role`,
    }),
    ...mapsOf(body["index_permissions"], "/index_permissions").flatMap(({ fields, pointer }) => [
      ...lists(fields, ["index_patterns"], "ignored", pointer),
      ...lists(fields, ["allowed_actions"], "actions", pointer),
    ]),
    ...mapsOf(body["tenant_permissions"], "/tenant_permissions").flatMap(({ fields, pointer }) => [
      ...lists(fields, ["tenant_patterns"], before3, pointer),
      ...lists(fields, ["allowed_actions"], "ignored", pointer),
    ]),
  ];
}

function auditPatterns(body: Body): Pattern[] {
  const watched = valueAt(body, "/compliance/read_watched_fields");
  const names = isFields(watched) ? Object.keys(watched) : [];
  return [
    ...lists(
      body["audit"],
      ["ignore_users", "ignore_requests", "ignore_headers", "body_logging_exclusions"],
      "refused",
      "/audit",
    ),
    ...lists(
      body["compliance"],
      ["read_ignore_users", "write_ignore_users", "write_watched_indices"],
      "refused",
      "/compliance",
    ),
    ...names.map((name): Pattern => {
      const pointer = `/compliance/read_watched_fields/${escapePointer(name)}`;
      return { pointer, text: name, shown: JSON.stringify(name), isSecret: false, damage: "refused" };
    }),
  ];
}

function lists(fields: Value | undefined, names: readonly string[], damage: Damage, below = ""): Pattern[] {
  if (!isFields(fields)) return [];
  return names.flatMap((name) =>
    textsOf(fields[name], `${below}/${name}`, isPattern).map((text): Pattern => ({ ...text, damage })),
  );
}
