import { makeLintFinding } from "../errors.ts";
import { isRecord } from "../value/record.ts";
import type { Value } from "../model/value.ts";
import { findNearest } from "../value/nearest.ts";
import { escapePointer, valueAt } from "../value/path.ts";
import { formatValue, toStoredText } from "../value/texts.ts";
import type { LintFinding } from "../model/finding.ts";
import { isAsked } from "./open-doors.ts";
import type { Rule } from "./rule.ts";

/** An enabled login domain. */
interface Domain {
  readonly name: string;
  readonly pointer: string;
  readonly body: Value;
}

/**
 * Finds enabled domains that the server leaves out: a second one with the same `order` (`AuthDomain` in a
 * `TreeSet`), and one whose types the server does not know (`DynamicConfigModel`).
 */
export const leftOutDomainRule: Rule = ({ body }) => {
  const authc = listEnabled(body, "authc");
  return [
    ...sameOrderFindings(authc),
    ...[...authc, ...listEnabled(body, "authz")].flatMap(unknownTypeFindings),
  ];
};

function listEnabled(body: Value, section: string): Domain[] {
  const pointer = `/dynamic/${section}`;
  const domains = valueAt(body, pointer);
  return Object.entries(isRecord(domains) ? domains : {})
    .map(([name, domain]) => ({ name, pointer: `${pointer}/${escapePointer(name)}`, body: domain }))
    .filter((domain) => isAsked(domain.body));
}

function sameOrderFindings(domains: readonly Domain[]): LintFinding[] {
  const first = new Map<number, string>();
  return domains.flatMap(({ name, pointer, body }) => {
    const order = readOrder(valueAt(body, "/order"));
    const other = first.get(order);
    if (other === undefined) first.set(order, name);
    return other === undefined ? [] : [sameOrderFinding(pointer, { order, name, other })];
  });
}

/** Reads a number as the loader does. */
function readOrder(order: Value | undefined): number {
  const number = Math.trunc(Number(toStoredText(order) ?? 0));
  return Number.isNaN(number) ? 0 : number;
}

function sameOrderFinding(
  pointer: string,
  { order, name, other }: { readonly order: number; readonly name: string; readonly other: string },
): LintFinding {
  return makeLintFinding("same-order", {
    pointer,
    message: `the login domains ${formatValue(other)} and ${formatValue(name)} are enabled and have the same order ${order}, and the server keeps only one of them`,
    hint: "give each its own order",
  });
}

/** The types of each part of a domain. The name of a Java class has a dot. */
const types: Readonly<Record<string, readonly string[]>> = {
  http_authenticator: ["basic", "proxy", "extended-proxy", "clientcert", "kerberos", "jwt", "openid", "saml"],
  authentication_backend: ["intern", "internal", "noop", "ldap", "ldap2"],
  authorization_backend: ["intern", "internal", "noop", "ldap", "ldap2"],
};

function unknownTypeFindings({ pointer, body }: Domain): LintFinding[] {
  return Object.entries(types).flatMap(([part, known]) => {
    const type = toStoredText(valueAt(body, `/${part}/type`));
    if (type === undefined || type === "" || type.includes(".") || known.includes(type)) return [];
    const guess = findNearest(type, known);
    return [
      makeLintFinding("bad-value", {
        severity: "error",
        pointer: `${pointer}/${part}/type`,
        message: `${part}.type cannot be ${formatValue(type)}; the server then skips the whole login domain`,
        hint: guess === undefined ? `known are ${known.join(", ")}` : `did you mean "${guess}"?`,
      }),
    ];
  });
}
