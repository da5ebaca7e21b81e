import { textOf, valueAt } from "./documents.ts";
import type { Domain } from "./login.ts";

/**
 * The user that a `clientcert` domain makes of a certificate: one attribute of its DN, or the whole. Undefined where
 * the name stands elsewhere in the certificate, or nowhere.
 */
export function certificateUser({ content }: Domain, dn: string): string | undefined {
  const setting = textOf(valueAt(content, "authenticator", "config", "username_attribute"))?.value ?? "";
  const attribute = setting.replace(/^dn:/i, "");
  return attribute === "" ? dn : partsOf(dn).find(([name]) => name === attribute.toLowerCase())?.[1];
}

/** Whether two texts are the same DN: blanks between its parts, and the case of their names, mean nothing. */
export function isSameDn(a: string, b: string): boolean {
  return JSON.stringify(partsOf(a)) === JSON.stringify(partsOf(b));
}

function partsOf(dn: string): [string, string][] {
  return dn.split(/(?<!\\),/).map((part) => {
    const [name = "", ...value] = part.split("=");
    return [name.trim().toLowerCase(), value.join("=").trim()];
  });
}
