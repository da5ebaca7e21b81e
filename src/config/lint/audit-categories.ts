import { spoken, textsOf, valueAt, type Text } from "../pointer.ts";
import type { Remark, Rule } from "./remark.ts";

const lists = ["disabled_rest_categories", "disabled_transport_categories", "disabled_categories"] as const;

/**
 * Categories that the loader takes and REST refuses: those about compliance everywhere, those about indices on the REST
 * layer; and NONE beside others, which the loader refuses too (seen on 2.11.1, 2.19.4 and 3.4.0).
 */
export const auditCategoryRule: Rule = ({ kind, body }) => {
  if (kind !== "audit") return [];
  return lists.flatMap((list) => {
    const categories = textsOf(valueAt(body, `/audit/${list}`), `/audit/${list}`);
    return categories.flatMap((category) => remarksOn(category, list, categories.length > 1));
  });
};

function remarksOn(
  { text, pointer, shown }: Text,
  list: (typeof lists)[number],
  isAmongOthers: boolean,
): Remark[] {
  const category = text.toUpperCase();
  if (category === "NONE") {
    const message = `${spoken(pointer)}: NONE cannot stand beside other categories`;
    return isAmongOthers
      ? [{ code: "bad-value", severity: "error", pointer, message, hint: "remove it" }]
      : [];
  }
  const isRefused =
    category.startsWith("COMPLIANCE_") || (list === "disabled_rest_categories" && isOfTransport(category));
  if (!isRefused) return [];
  const message = `${spoken(pointer)}: REST does not take ${shown} in this list`;
  return [
    { code: "bad-value", severity: "warning", pointer, message, hint: "remove it", refusedByServer: true },
  ];
}

function isOfTransport(category: string): boolean {
  return /^(?:INDEX_EVENT|OPENDISTRO_SECURITY_INDEX_ATTEMPT|\w+_SETTINGS_CHANGED)$/.test(category);
}
