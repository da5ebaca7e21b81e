import { isFields } from "../../kinds/canonical.ts";
import { escapePointer } from "../../kinds/pointer.ts";
import { shown, spoken, textOf, valueAt } from "../pointer.ts";
import type { Remark, Rule } from "./remark.ts";

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
export const numberRule: Rule = ({ kind, body }) => {
  if (kind !== "config") return [];
  return Object.entries(numbers).flatMap(([map, fields]) => {
    const entries = valueAt(body, `/dynamic/${map}`);
    return Object.keys(isFields(entries) ? entries : {}).flatMap((name) =>
      fields.flatMap((field) => {
        const pointer = `/dynamic/${map}/${escapePointer(name)}/${field}`;
        const value = valueAt(body, pointer);
        return Math.abs(Math.trunc(Number(textOf(value))) + 0.5) > 2 ** 31
          ? [remark(pointer, `${spoken(pointer)} cannot be ${shown(value)}`)]
          : [];
      }),
    );
  });
};

function remark(pointer: string, message: string): Remark {
  const hint = "the server holds whole numbers from -2147483648 to 2147483647";
  return { code: "number-out-of-range", severity: "error", pointer, message, hint };
}
