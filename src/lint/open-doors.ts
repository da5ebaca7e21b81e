import { makeLintFinding } from "../errors.ts";
import { isRecord } from "../value/record.ts";
import type { Declared, Directory } from "../model/entity.ts";
import type { Body, Value } from "../model/value.ts";
import { Secret } from "../secrets/secret.ts";
import { listTexts, toStoredText, findTexts, type TextAt } from "../value/texts.ts";
import { formatPath, valueAt } from "../value/path.ts";
import type { LintFinding } from "../model/finding.ts";
import type { Rule } from "./rule.ts";

/** Finds mappings that permit everything to every caller. */
export const openMappingRule: Rule = ({ name, body }, directory) => {
  // Few mappings are open to every caller, so only those need a lookup of the role.
  const open = findOpenEntries(body);
  return open.length > 0 && allowsAll(name, directory) ? open.map(administratorFinding) : [];
};

/** Finds the mapping that servers before 3.8 have at first: everyone has an index. */
export function ownIndexFindings({ kind, name, body }: Declared): LintFinding[] {
  if (kind !== "rolesmapping" || name !== "own_index") return [];
  return findOpenEntries(body).slice(0, 1).map(ownIndexFinding);
}

/** Finds settings with which no caller can log in, or the server cannot sign tokens. */
export const unusableLoginRule: Rule = ({ body }) => [...nobodyFindings(body), ...unfilledKeyFindings(body)];

/** The name and the backend role of a caller without credentials (`AnonymousUser`). */
const anonymous = ["opendistro_security_anonymous", "opendistro_security_anonymous_backendrole"];

/** Patterns that match every caller, and callers without credentials. */
const everybody: ReadonlySet<string> = new Set(["*", "**", "?*", "*?", "/.*/", "/.+/", ...anonymous]);

/** True if an entry of a mapping is every caller, or whoever has no login. */
export function isAnybody(entry: string): boolean {
  return everybody.has(entry);
}

function allowsAll(role: string, { kinds }: Directory): boolean {
  const permissions = kinds.get("roles")?.get(role)?.body["cluster_permissions"];
  return role === "all_access" || listTexts(permissions).includes("*");
}

function findOpenEntries(body: Body): TextAt[] {
  return ["users", "backend_roles", "hosts"].flatMap((field) =>
    findTexts(body[field], `/${field}`, isAnybody),
  );
}

function administratorFinding({ pointer, shown }: TextAt): LintFinding {
  return makeLintFinding("everyone-is-administrator", {
    pointer,
    message: `${formatPath(pointer)}: ${shown} gives every caller a role that allows everything`,
    hint: "name the users or backend roles that need it",
  });
}

function ownIndexFinding({ pointer, shown }: TextAt): LintFinding {
  return makeLintFinding("own-index-for-everyone", {
    pointer,
    message: `${formatPath(pointer)}: ${shown} gives every caller all rights on the index that has the caller's name`,
    hint: "name the users or backend roles that need an index of their own",
  });
}

/** No login domain is enabled: only certificates and, if enabled, anonymous callers can log in. */
function nobodyFindings(body: Body): LintFinding[] {
  const domains = valueAt(body, "/dynamic/authc");
  if (!isRecord(domains) || Object.values(domains).some(isAsked)) return [];
  return [
    makeLintFinding("no-login-domain", {
      pointer: "/dynamic/authc",
      message: "no domain of authc is enabled, so no user can log in with a name",
      hint: "set http_enabled: true in one of them",
    }),
  ];
}

/** Reads a switch as the loader does: an absent one is on, a blank one is off. */
export function isAsked(domain: Value): boolean {
  if (!isRecord(domain)) return false;
  const { http_enabled: isEnabled = true } = domain;
  if (isEnabled instanceof Secret && !isEnabled.isKnown) return true;
  const text = toStoredText(isEnabled)?.trim().toLowerCase() ?? "";
  return text === "true" || (/^-?\d+$/.test(text) && Number(text) !== 0);
}

/** osac sends no key without a value; securityadmin.sh would upload the text of the placeholder. */
function unfilledKeyFindings(body: Body): LintFinding[] {
  const pointer = "/dynamic/on_behalf_of/signing_key";
  const key = valueAt(body, pointer);
  if (!(key instanceof Secret) || key.isKnown) return [];
  return [
    makeLintFinding("unset-key", {
      pointer,
      message: `${formatPath(pointer)} has no value here; if securityadmin.sh uploads the file like this, the server can no longer load its configuration`,
      hint: "set the variable wherever securityadmin.sh runs",
    }),
  ];
}
