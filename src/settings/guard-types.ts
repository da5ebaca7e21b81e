import { kindNames } from "../model/kind-name.ts";
import { escalationWords } from "../model/escalation-word.ts";
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
export const approvals = approvalType({
  placeholder: "KIND/NAME",
  // JSON Schema applies the rules for objects only to objects; a text is an address alone.
  itemType: ["string", "object"],
  name: "kind and name, for example roles/old_reader",
  reason: "why it may go, for whoever reads this later",
  readName: readEntityAddress,
});

/** Escalations that are approved by name. In osac.yml each needs a reason. */
export const escalationApprovals = approvalType({
  placeholder: "WORD/WHO",
  itemType: ["object"],
  name: "word and principal or entity, for example security-administration/user:anna",
  reason: "why it is meant, for whoever reads this later",
  readName: readEscalationName,
});

interface ApprovalForm {
  readonly placeholder: string;
  /** The forms of an item in osac.yml: an object with name and reason, or a text too. */
  readonly itemType: readonly ("string" | "object")[];
  /** The descriptions of both fields. */
  readonly name: string;
  readonly reason: string;
  readonly readName: (text: string, source: Source) => string;
}

function approvalType({
  placeholder,
  itemType,
  readName,
  ...form
}: ApprovalForm): ValueType<readonly Approval[]> {
  return {
    placeholder,
    isRepeatable: true,
    schema: {
      type: "array",
      items: {
        type: [...itemType],
        required: ["name", "reason"],
        additionalProperties: false,
        properties: {
          name: { description: form.name, type: "string" },
          reason: { description: form.reason, type: "string" },
        },
      },
    },
    read: (texts, source) =>
      texts.map((text) => ({ address: readName(text, source), setBy: source.name, isFlag: true })),
    readFile: (value, { name, base, locate }) =>
      (value as readonly (string | { name: string; reason: string })[]).map((item, index) => {
        const at = locate(`/${index}`);
        const { name: text, ...reason } = typeof item === "string" ? { name: item } : item;
        const address = readName(text, { name, base, at });
        return { address, ...reason, setBy: `${at.file}:${at.line}`, isFlag: false };
      }),
    combine: (file, flag) => [...file, ...flag],
  };
}

function readEscalationName(text: string, source: Source): string {
  const [, word, subject] = /^([^/]*)\/(.+)$/s.exec(text) ?? [];
  if (word === undefined || subject === undefined)
    refuse(source, "WORD/WHO, such as security-administration/user:anna", text);
  else requireChoice(Object.keys(escalationWords), word, source);
  return text;
}

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
