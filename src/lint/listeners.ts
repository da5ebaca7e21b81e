import { makeLintFinding } from "../errors.ts";
import { isRecord } from "../value/record.ts";
import type { Value, Body } from "../model/value.ts";
import { escapePointer, valueAt } from "../value/path.ts";
import { formatValue, toStoredText, findTexts } from "../value/texts.ts";
import { patternError } from "./java-regex/java-regex.ts";
import type { LintFinding } from "../model/finding.ts";
import type { Rule } from "./rule.ts";

/** The smallest numbers with which the server can build a listener. */
const least: Readonly<Record<string, number>> = {
  allowed_tries: 1,
  time_window_seconds: 0,
  block_expiry_seconds: 0,
  max_blocked_clients: 0,
  max_tracked_clients: 0,
};

const listenersAt = "/dynamic/auth_failure_listeners";

/**
 * Finds listeners that the server stores but cannot build: from then on it loads no configuration. With a
 * broken pattern in `ignore_hosts`, the server even answers no HTTP request, not even the administrator's
 * (seen on 2.19.4 and 3.4.0).
 */
export const listenerRule: Rule = ({ body }) => {
  const listeners = valueAt(body, listenersAt);
  if (!isRecord(listeners)) return [];
  return Object.entries(listeners).flatMap(([name, listener]) => {
    const pointer = `${listenersAt}/${escapePointer(name)}`;
    return isRecord(listener)
      ? [
          ...missingTypeFindings(pointer, listener),
          ...numberFindings(pointer, listener),
          ...hostFindings(pointer, listener),
        ]
      : [];
  });
};

function missingTypeFindings(pointer: string, listener: Body): LintFinding[] {
  // The schema check already reports an unknown type.
  if (toStoredText(listener["type"]) !== undefined || isUndefinedSecret(listener["type"])) return [];
  return [unloadableFinding(pointer, "the listener has no type", "add type: ip or type: username")];
}

/**
 * A type with the wrong name. The schema check reports it in files, but the entities of a cluster pass no
 * schema check.
 */
export const listenerTypeRule: Rule = ({ body }) => {
  const listeners = valueAt(body, listenersAt);
  if (!isRecord(listeners)) return [];
  return Object.entries(listeners).flatMap(([name, listener]) => {
    const type = isRecord(listener) ? toStoredText(listener["type"]) : undefined;
    if (type === undefined || ["ip", "username"].includes(type)) return [];
    const pointer = `${listenersAt}/${escapePointer(name)}`;
    return [
      unloadableFinding(
        pointer,
        `the listener's type is ${formatValue(type)}`,
        "write type: ip or type: username",
      ),
    ];
  });
};

function isUndefinedSecret(value: Value | undefined): boolean {
  return typeof value === "object" && value !== null;
}

function numberFindings(pointer: string, listener: Body): LintFinding[] {
  return Object.entries(least).flatMap(([field, minimum]) => {
    const text = toStoredText(listener[field]);
    if (text === undefined || text.trim() === "" || !(Number(text) < minimum)) return [];
    const message = `${field} must be at least ${minimum}, found ${formatValue(listener[field])}`;
    return [unloadableFinding(`${pointer}/${field}`, message, "choose a greater number")];
  });
}

function hostFindings(pointer: string, listener: Body): LintFinding[] {
  return findTexts(listener["ignore_hosts"], `${pointer}/ignore_hosts`).flatMap((host) => {
    const reason = patternError(host.text);
    if (reason === undefined) return [];
    const message = `ignore_hosts: ${host.shown} is not a valid Java regular expression: ${reason}`;
    return [
      unloadableFinding(
        host.pointer,
        message,
        "correct it; with this the server answers no requests any more, including yours",
      ),
    ];
  });
}

function unloadableFinding(pointer: string, message: string, hint: string): LintFinding {
  return makeLintFinding("unloadable-listener", {
    severity: "error",
    pointer,
    message,
    hint,
    unloadable: {},
  });
}
