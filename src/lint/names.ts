import { makeLintFinding } from "../errors.ts";
import { isRecord } from "../value/record.ts";
import { kinds } from "../kinds/index.ts";
import { escapePointer } from "../value/path.ts";
import type { Value } from "../model/value.ts";
import { formatValue } from "../value/texts.ts";
import type { LintFinding } from "../model/finding.ts";
import type { Rule } from "./rule.ts";

const longest = 256;

/** The fast path for nearly every name. */
const wellFormed = /^[A-Za-z][\w.-]{0,255}$/;

/**
 * Finds names that a server cannot store, or stores under another name. The patch library of 2.10 to 3.6
 * decodes a name with `~0` or `~1` twice, and the server stores it as another name, unchecked; 3.7 and later
 * also decode `~2`.
 */
export const nameRule: Rule = ({ kind, name, body }) => {
  // Patches of these go down to the changed key, so the key must be a valid name, too.
  if (kinds[kind].isSingle) return impossibleKeyFindings(body, "");
  if (wellFormed.test(name)) return [];
  const isUser = kinds[kind].login !== undefined;
  return [
    ...impossibleNameFindings(isUser, name),
    ...(isUser ? undecodableNameFindings(name) : []),
    ...doubtfulNameFindings(name),
  ];
};

function impossibleNameFindings(isUser: boolean, name: string): LintFinding[] {
  if (name === "") return [nameFinding("error", "the name is empty", "give it a name")];
  // The server checks the name again after it decodes it as a part of a URL.
  if (isUser && /:|%3A/i.test(name)) {
    return [
      nameFinding(
        "error",
        `a user's name cannot contain ":", found ${formatValue(name)}`,
        "choose another name",
      ),
    ];
  }
  return unpatchableNameFindings(name);
}

function impossibleKeyFindings(value: Value, pointer: string): LintFinding[] {
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const at = `${pointer}/${escapePointer(key)}`;
    return [
      ...unpatchableNameFindings(key).map((found) => ({ ...found, pointer: at })),
      ...impossibleKeyFindings(item, at),
    ];
  });
}

function unpatchableNameFindings(name: string): LintFinding[] {
  if (name === "__proto__") {
    return [nameFinding("error", `no JSON patch can name ${formatValue(name)}`, "choose another name")];
  }
  if (/~[01]/.test(name)) {
    return [
      nameFinding(
        "error",
        `the server stores ${formatValue(name)} under another name`,
        'choose a name without "~0" and "~1"',
      ),
    ];
  }
  return [];
}

/** Servers from 2.12 on decode the name of a user as a part of a URL on every write. */
function undecodableNameFindings(name: string): LintFinding[] {
  if (!/%(?![0-9a-f]{2})/i.test(name)) return [];
  const message = `the server takes the "%" in the user's name ${formatValue(name)} for the start of an encoded character, and refuses it`;
  return [
    { ...nameFinding("warning", message, 'choose a name without "%"'), refusedByServer: true, since: "2.12" },
  ];
}

function doubtfulNameFindings(name: string): LintFinding[] {
  const remarks: LintFinding[] = [];
  if (name.includes("~2")) {
    remarks.push(
      nameFinding(
        "warning",
        `servers from 3.7 on store ${formatValue(name)} under another name`,
        'choose a name without "~2"',
      ),
    );
  }
  if (name.length > longest) {
    const message = `the name has ${name.length} characters; servers from 3.8 on take no more than ${longest} from others than osac (PUT, DELETE)`;
    remarks.push({ ...nameFinding("warning", message, "choose a shorter name"), servers: { since: "3.8" } });
  }
  if (isTemplate(name)) {
    const message = `the name ${formatValue(name)} looks like an unrendered template`;
    remarks.push({
      ...nameFinding("warning", message, "render the file first"),
      code: "unrendered-template",
    });
  }
  return remarks;
}

function nameFinding(severity: "error" | "warning", message: string, hint: string): LintFinding {
  return makeLintFinding("bad-name", { severity, pointer: "", message, hint });
}

function isTemplate(name: string): boolean {
  return isEnclosed(name, "{{", "}}") || isEnclosed(name, "<%", "%>");
}

function isEnclosed(name: string, open: string, close: string): boolean {
  const begin = name.indexOf(open);
  return begin >= 0 && name.includes(close, begin + 2);
}
