import { makeFinding } from "../../errors.ts";
import type { Documents, Transition } from "../../access/index.ts";
import { valueAtPath, withField } from "../../value/path.ts";
import { isRecord } from "../../value/record.ts";
import { isSameValue } from "../../value/equal.ts";
import type { Change } from "../../model/change.ts";
import type { Finding } from "../../model/finding.ts";
import type { Value } from "../../model/value.ts";
import type { LockoutInput } from "./facts.ts";

/** The settings that decide how callers log in, and which backend roles they have. */
const settings = ["authc", "authz", "http", "disable_rest_auth"];

/**
 * Refuses a change of authentication if there is no admin certificate and the risk is not accepted: a mistake
 * there can lock out every caller, and then only an admin certificate can revert it.
 */
export function authenticationRiskFindings(
  { before, after, changes }: Transition,
  input: LockoutInput,
): Finding[] {
  const changed = settings.flatMap((name) =>
    listChangedBelow(name, readSetting(before, name), readSetting(after, name)),
  );
  if (changed.length === 0 || input.canRecover) return [];
  const message = `this changes how callers log in (${changed.join(", ")}); if that goes wrong, only an admin certificate can revert it`;
  const risk = judgeRisk(input, message, "check it on another cluster first");
  return changes
    .filter(({ kind }) => kind === "config")
    .map((change) => ({ ...placeOfChange(change), ...risk }));
}

/** Makes a refusal of a risk, or a notice if the risk is accepted or an admin certificate can revert it. */
export function judgeRisk(
  { canRecover, choice: { isRiskAccepted } }: LockoutInput,
  message: string,
  advice: string,
): Omit<Finding, "kind" | "name" | "at"> {
  const code = "lockout-risk";
  if (isRiskAccepted || canRecover) return makeFinding(code, { severity: "notice", message, hint: advice });
  return makeFinding(code, {
    severity: "error",
    refusedBy: "lockout",
    message: `${message}; nothing was written`,
    hint: `${advice}; or pass a recovery certificate (--recovery-cert, --recovery-key), or accept the risk with --allow-lockout-risk`,
  });
}

/** Returns the kind, the name and the place of the change that a finding is about. */
export function placeOfChange({ kind, name, at }: Change): Pick<Finding, "kind" | "name" | "at"> {
  return { kind, name, at };
}

/** Reads a setting without the parts that decide no login: disabled login domains, and descriptions. */
function readSetting(documents: Documents, name: string): Value | undefined {
  const value = valueAtPath(documents.get("config")?.get("config"), ["dynamic", name]);
  if ((name !== "authc" && name !== "authz") || !isRecord(value)) return value;
  const asked = Object.entries(value).filter(([, domain]) => valueAtPath(domain, ["http_enabled"]) !== false);
  return Object.fromEntries(
    asked.map(([domain, content]) => [
      domain,
      isRecord(content) ? withField(content, "description", undefined) : content,
    ]),
  );
}

/** Lists the paths of the fields that differ, each with the name of the setting before it. */
function listChangedBelow(path: string, before: Value | undefined, after: Value | undefined): string[] {
  if (isSameValue(before, after)) return [];
  if (!isRecord(before) || !isRecord(after)) return [path];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names]
    .filter((name) => !isSameValue(before[name], after[name]))
    .map((name) => `${path}.${name}`);
}
