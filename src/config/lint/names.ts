import { isFields } from "../../kinds/canonical.ts";
import { kinds } from "../../kinds/index.ts";
import { escapePointer } from "../../kinds/pointer.ts";
import type { Value } from "../../model.ts";
import { shown } from "../pointer.ts";
import type { Remark, Rule } from "./remark.ts";

const longest = 256;

/**
 * Names that a server cannot hold, or not under that name. A name with `~0` or `~1` in it is decoded twice by the
 * patch library of 2.10 to 3.6, and stored as another one, unchecked; 3.7 and later read `~2` as well.
 */
export const nameRule: Rule = ({ kind, name, body }) => {
  // Patches of these go down to the key that changes, so that it is named like an entity.
  if (kinds[kind].isSingle) return impossibleKeys(body, "");
  const isUser = kind === "internalusers";
  return [...impossibleName(isUser, name), ...(isUser ? undecodableName(name) : []), ...doubtfulName(name)];
};

function impossibleName(isUser: boolean, name: string): Remark[] {
  if (name === "") return [remark("error", "the name is empty", "give it a name")];
  // The server looks at the name once more after decoding it as a part of a URL.
  if (isUser && /:|%3A/i.test(name)) {
    return [remark("error", `a user's name cannot contain ":", found ${shown(name)}`, "choose another name")];
  }
  return unpatchableName(name);
}

function impossibleKeys(value: Value, pointer: string): Remark[] {
  if (!isFields(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const at = `${pointer}/${escapePointer(key)}`;
    return [...unpatchableName(key).map((found) => ({ ...found, pointer: at })), ...impossibleKeys(item, at)];
  });
}

function unpatchableName(name: string): Remark[] {
  if (name === "__proto__") {
    return [remark("error", `no JSON patch can name ${shown(name)}`, "choose another name")];
  }
  if (/~[01]/.test(name)) {
    return [
      remark(
        "error",
        `the server stores ${shown(name)} under another name`,
        'choose a name without "~0" and "~1"',
      ),
    ];
  }
  return [];
}

/** Servers from 2.12 on decode a user's name as a part of a URL whenever it is written. */
function undecodableName(name: string): Remark[] {
  if (!/%(?![0-9a-f]{2})/i.test(name)) return [];
  const message = `the server takes the "%" in the user's name ${shown(name)} for the beginning of a code, and refuses it`;
  return [
    { ...remark("warning", message, 'choose a name without "%"'), refusedByServer: true, since: "2.12" },
  ];
}

function doubtfulName(name: string): Remark[] {
  const remarks: Remark[] = [];
  if (name.includes("~2")) {
    remarks.push(
      remark(
        "warning",
        `servers from 3.7 on store ${shown(name)} under another name`,
        'choose a name without "~2"',
      ),
    );
  }
  if (name.length > longest) {
    const message = `the name has ${name.length} characters; servers from 3.8 on take no more than ${longest} from others than osac (PUT, DELETE)`;
    remarks.push({ ...remark("warning", message, "choose a shorter name"), servers: { since: "3.8" } });
  }
  if (isTemplate(name)) {
    const message = `the name ${shown(name)} looks like an unrendered template`;
    remarks.push({ ...remark("warning", message, "render the file first"), code: "unrendered-template" });
  }
  return remarks;
}

function remark(severity: "error" | "warning", message: string, hint: string): Remark {
  return { code: "bad-name", severity, pointer: "", message, hint };
}

function isTemplate(name: string): boolean {
  return isEnclosed(name, "{{", "}}") || isEnclosed(name, "<%", "%>");
}

function isEnclosed(name: string, open: string, close: string): boolean {
  const begin = name.indexOf(open);
  return begin >= 0 && name.includes(close, begin + 2);
}
