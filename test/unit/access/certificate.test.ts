import { expect, test } from "vitest";
import { findCertificateUser, isSameDn } from "../../../src/access/certificate.ts";
import type { Domain } from "../../../src/access/login-domains.ts";

const dn = "CN=robot, OU=ops,O=example\\, inc";

const domain = (attribute?: string): Domain => ({
  name: "certificates",
  order: 0,
  authenticator: "clientcert",
  isInternal: false,
  isChallenging: false,
  content: {
    authenticator: {
      type: "clientcert",
      config: attribute === undefined ? {} : { username_attribute: attribute },
    },
  },
});

test("a certificate's user is an attribute of its DN, or the whole", () => {
  expect(findCertificateUser(domain("cn"), dn)).toBe("robot");
  expect(findCertificateUser(domain("dn:OU"), dn)).toBe("ops");
  expect(findCertificateUser(domain(), dn)).toBe(dn);
});

test("what stands elsewhere in the certificate is not known", () => {
  expect(findCertificateUser(domain("san:EMAIL"), dn)).toBeUndefined();
  expect(findCertificateUser(domain("uid"), dn)).toBeUndefined();
});

test("blanks and the case of names do not tell DNs apart, values and order do", () => {
  expect(isSameDn(dn, "cn=robot,ou=ops, o=example\\, inc")).toBe(true);
  expect(isSameDn(dn, "CN=Robot,OU=ops,O=example\\, inc")).toBe(false);
  expect(isSameDn(dn, "OU=ops,CN=robot,O=example\\, inc")).toBe(false);
});
