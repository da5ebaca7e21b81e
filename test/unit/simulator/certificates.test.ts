import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { createCertificates } from "../../../src/simulator/certificates.ts";

test("certificates hold the names, the hosts, the days and the issuer that were asked for", async () => {
  const validTo = new Date("2055-03-04T05:06:07Z");
  const subject = "CN=nœud,OU=security,O=example,L=Bern,ST=BE,C=CH";
  const hosts = ["localhost", "127.0.0.1", "::1", "2001:db8::ff00:42:8329", "fe80::"];
  const { ca, server } = await createCertificates({ server: { subject, hosts, validTo } });
  const certificate = new X509Certificate(server.cert);
  const authority = new X509Certificate(ca.cert);
  expect(certificate.subject.split("\n")).toEqual([
    "C=CH",
    "ST=BE",
    "L=Bern",
    "O=example",
    "OU=security",
    "CN=nœud",
  ]);
  expect(new Date(certificate.validTo)).toEqual(validTo);
  for (const host of hosts.slice(1)) expect(certificate.checkIP(host)).toBeDefined();
  expect(certificate.checkHost("localhost")).toBe("localhost");
  expect(certificate.checkHost("example.org")).toBeUndefined();
  expect(certificate.checkIssued(authority) && certificate.verify(authority.publicKey)).toBe(true);
  expect([authority.ca, certificate.ca]).toEqual([true, false]);
});

test("a name with an attribute that is not known is refused", async () => {
  await expect(createCertificates({ admin: { subject: "CN=admin,X=1" } })).rejects.toThrow(
    "CN=admin,X=1: X is none of CN, C, L, ST, O, OU",
  );
});
