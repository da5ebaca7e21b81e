import type { BreakGlass } from "../model/plan.ts";
import { refuse, type ValueType } from "./value-types.ts";

const text = { type: "string", minLength: 1 };

/** The forms of a break-glass access, with their descriptions. */
const forms = {
  user: "a user name, of an internal user or of one that a directory or a token brings",
  backend_role: "a backend role: whoever has it",
  dn: "the DN of a client certificate, for example CN=emergency,O=example",
};

/** The break-glass access, which only osac.yml can declare. */
export const breakGlass: ValueType<readonly BreakGlass[]> = {
  schema: {
    type: "array",
    items: {
      type: "object",
      minProperties: 1,
      maxProperties: 1,
      additionalProperties: false,
      properties: Object.fromEntries(
        Object.entries(forms).map(([name, description]) => [name, { description, ...text }]),
      ),
    },
  },
  read: (_, source) => refuse(source, "a list in osac.yml", ""),
  readFile: (value) => value as unknown as readonly BreakGlass[],
};
