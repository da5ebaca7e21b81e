import { toShownText } from "./documents.ts";
import { valueAtPath } from "../value/path.ts";
import type { Domain } from "./login-domains.ts";

/**
 * Returns the name that a `clientcert` domain gives the user of a certificate: one attribute of its DN, or
 * the whole DN. Undefined if the name comes from another part of the certificate.
 */
export function findCertificateUser({ content }: Domain, dn: string): string | undefined {
  const setting =
    toShownText(valueAtPath(content, ["authenticator", "config", "username_attribute"]))?.value ?? "";
  const attribute = setting.replace(/^dn:/i, "");
  return attribute === "" ? dn : parseDn(dn).find(([name]) => name === attribute.toLowerCase())?.[1];
}

/**
 * True if two texts are the same DN. Blanks between its parts, and the case of the attribute names, do not
 * count.
 */
export function isSameDn(a: string, b: string): boolean {
  return JSON.stringify(parseDn(a)) === JSON.stringify(parseDn(b));
}

function parseDn(dn: string): [string, string][] {
  return dn.split(/(?<!\\),/).map((part) => {
    const [name = "", ...value] = part.split("=");
    return [name.trim().toLowerCase(), value.join("=").trim()];
  });
}
