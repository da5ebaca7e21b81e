import type { Body, KindName, Value } from "../../model.ts";
import { escapePointer } from "../../kinds/pointer.ts";
import { mapsOf, spoken, textsOf, valueAt, type Text } from "../pointer.ts";
import { isFields } from "../../kinds/canonical.ts";
import { isPattern, patternError } from "./java-regex.ts";
import type { Poison, Remark, Rule } from "./remark.ts";

/** What the server does with a pattern that it cannot compile. */
type Damage = Poison | "refused" | "ignored";

/** Seen on 2.11.1 and 2.19.4, and not on 3.4.0. */
const before3: Poison = { until: "3.0" };

interface Pattern extends Text {
  readonly damage: Damage;
}

/**
 * `/…/` is a Java regular expression wherever the server matches names. One that does not compile breaks the loading
 * of the whole configuration in mappings, action groups, `cluster_permissions` and `tenant_patterns` (seen on 2.11.1
 * and 2.19.4, in mappings also on 3.4.0), the loader refuses it in `audit`, and elsewhere the server passes over it.
 */
export const patternRule: Rule = ({ kind, body }) => patternsOf(kind, body).flatMap(check);

function check({ text, shown, pointer, damage }: Pattern): Remark[] {
  const reason = patternError(damage === "ignored" ? withoutVariables(text) : text);
  if (reason === undefined) return [];
  const message = `${spoken(pointer)}: ${shown} is no regular expression of Java: ${reason}`;
  const hint = "correct it, or leave the slashes out and use * and ?";
  if (damage === "ignored")
    return [
      {
        code: "bad-pattern",
        severity: "warning",
        pointer,
        message: `${message}; the server passes over it`,
        hint,
      },
    ];
  return damage === "refused"
    ? [{ code: "bad-pattern", severity: "error", pointer, message, hint }]
    : [{ code: "poisonous-pattern", severity: "error", pointer, message, hint, poison: damage }];
}

/** In index patterns the server puts the caller's names in before it compiles. */
function withoutVariables(text: string): string {
  return text.replaceAll(/\$\{(?:user|attr)[^}]*\}/g, "x");
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
    ...lists(body, ["cluster_permissions"], before3),
    ...mapsOf(body["index_permissions"], "/index_permissions").flatMap(({ fields, pointer }) =>
      lists(fields, ["index_patterns", "allowed_actions"], "ignored", pointer),
    ),
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
    ...lists(body["audit"], ["ignore_users", "ignore_requests", "ignore_headers"], "refused", "/audit"),
    ...lists(
      body["compliance"],
      ["read_ignore_users", "write_ignore_users", "write_watched_indices"],
      "refused",
      "/compliance",
    ),
    ...names.map((name): Pattern => {
      const pointer = `/compliance/read_watched_fields/${escapePointer(name)}`;
      return { pointer, text: name, shown: JSON.stringify(name), damage: "refused" };
    }),
  ];
}

function lists(fields: Value | undefined, names: readonly string[], damage: Damage, below = ""): Pattern[] {
  if (!isFields(fields)) return [];
  return names.flatMap((name) =>
    textsOf(fields[name], `${below}/${name}`, isPattern).map((text): Pattern => ({ ...text, damage })),
  );
}
