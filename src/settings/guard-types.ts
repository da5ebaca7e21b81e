import { kindNames } from "../model/kind-name.ts";
import type { Approval } from "../model/plan.ts";
import { readAddress } from "../kinds/address.ts";
import { requireChoice, refuse, scalar, type Source, type ValueType } from "./value-types.ts";

/** A percentage as a person writes it. */
export type Percentage = `${number}%`;

/** A percentage with its sign: a bare 20 or 0.2 could mean either. */
export const percentage: ValueType<Percentage> = scalar<Percentage>("PERCENT", (value, source) => {
  const amount = /^\d{1,3}(?:\.\d{1,3})?%$/.test(value) ? Number.parseFloat(value) : Number.NaN;
  return amount <= 100 ? `${amount}%` : refuse(source, "a share from 0% to 100%, such as 20%", value);
});

/** Addresses of approved deletions, from flags and from osac.yml together. */
export const approvals: ValueType<readonly Approval[]> = {
  placeholder: "KIND/NAME",
  isRepeatable: true,
  schema: {
    type: "array",
    items: {
      // JSON Schema applies the rules for objects only to objects; a text is an address alone.
      type: ["string", "object"],
      required: ["name", "reason"],
      additionalProperties: false,
      properties: {
        name: { description: "kind and name, for example roles/old_reader", type: "string" },
        reason: { description: "why it may go, for whoever reads this later", type: "string" },
      },
    },
  },
  read: (texts, source) =>
    texts.map((text) => ({ address: readEntityAddress(text, source), setBy: source.name, isFlag: true })),
  readFile: (value, { name, base, locate }) =>
    (value as readonly (string | { name: string; reason: string })[]).map((item, index) => {
      const at = locate(`/${index}`);
      const { name: text, ...reason } = typeof item === "string" ? { name: item } : item;
      const address = readEntityAddress(text, { name, base, at });
      return { address, ...reason, setBy: `${at.file}:${at.line}`, isFlag: false };
    }),
  combine: (file, flag) => [...file, ...flag],
};

/** Reads the address of one entity as `readAddress` does, and refuses any other text. */
export function readEntityAddress(text: string, source: Source): string {
  const [, kind, name] = /^([^/]*)\/(.+)$/s.exec(text) ?? [];
  if (kind === undefined || name === undefined) refuse(source, "KIND/NAME, such as roles/old_reader", text);
  else requireChoice(kindNames, kind, source);
  return (
    readAddress(text) ??
    refuse(
      source,
      "one name, and no pattern",
      text,
      "name each; a * or ? that is part of a name has a \\ before it",
    )
  );
}
