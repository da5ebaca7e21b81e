import { makeLintFinding } from "../errors.ts";
import { isRecord } from "../value/record.ts";
import { escapePointer, formatPath, valueAt } from "../value/path.ts";
import { formatValue, toStoredText } from "../value/texts.ts";
import type { LintFinding } from "../model/finding.ts";
import type { Rule } from "./rule.ts";

/** Maps of `config.dynamic` whose entries have numbers, and which. */
const numbers: Readonly<Record<string, readonly string[]>> = {
  authc: ["order"],
  authz: ["order"],
  auth_failure_listeners: [
    "allowed_tries",
    "time_window_seconds",
    "block_expiry_seconds",
    "max_blocked_clients",
    "max_tracked_clients",
  ],
};

/** Numbers beyond the 32 bits of Java's `int`, which the loader and REST refuse (seen on 3.4.0). */
export const numberRule: Rule = ({ body }) => {
  return Object.entries(numbers).flatMap(([map, fields]) => {
    const entries = valueAt(body, `/dynamic/${map}`);
    return Object.keys(isRecord(entries) ? entries : {}).flatMap((name) =>
      fields.flatMap((field) => {
        const pointer = `/dynamic/${map}/${escapePointer(name)}/${field}`;
        const value = valueAt(body, pointer);
        return Math.abs(Math.trunc(Number(toStoredText(value))) + 0.5) > 2 ** 31
          ? [numberFinding(pointer, `${formatPath(pointer)} cannot be ${formatValue(value)}`)]
          : [];
      }),
    );
  });
};

function numberFinding(pointer: string, message: string): LintFinding {
  const hint = "the server holds whole numbers from -2147483648 to 2147483647";
  return makeLintFinding("number-out-of-range", { pointer, message, hint });
}
