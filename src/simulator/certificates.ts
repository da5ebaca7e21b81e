import { createHash, generateKeyPair, randomBytes, sign } from "node:crypto";
import { isIP } from "node:net";
import { promisify } from "node:util";
import * as der from "./der.ts";

const generate = promisify(generateKeyPair);
const dayMs = 24 * 60 * 60 * 1000;

const versionThree = Buffer.of(2);
/** `ecdsa-with-SHA256` */
const signatureAlgorithm = der.sequence(der.objectId("1.2.840.10045.4.3.2"));

/** The attributes of a distinguished name (RFC 4514, 3). */
const attributeIds: Readonly<Record<string, string>> = {
  CN: "2.5.4.3",
  C: "2.5.4.6",
  L: "2.5.4.7",
  ST: "2.5.4.8",
  O: "2.5.4.10",
  OU: "2.5.4.11",
};

/** The content of a certificate to create. */
export interface CertificateOptions {
  /** The distinguished name, most specific part first: `CN=admin,OU=security,O=example`. */
  readonly subject?: string;
  readonly validFrom?: Date;
  readonly validTo?: Date;
  /** Host names and addresses of a server. A certificate without any is a client's. */
  readonly hosts?: readonly string[];
}

/** A certificate with its key (PKCS#8), both as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  /** The distinguished name in the form of `plugins.security.authcz.admin_dn`. */
  readonly dn: string;
}

/** The certificates and keys with which a server and its callers trust each other. */
export interface Certificates {
  readonly ca: Certificate;
  readonly server: Certificate;
  readonly admin: Certificate;
  readonly client: Certificate;
}

/** Options of `createCertificates`. Each absent one has a default. */
export type CertificatesOptions = { readonly [Name in keyof Certificates]?: CertificateOptions } & {
  /** An authority that signs `ca`, which is then an intermediate one. */
  readonly root?: CertificateOptions;
};

const defaults: { readonly [Name in keyof CertificatesOptions]-?: CertificateOptions } = {
  root: { subject: "CN=top-ca,OU=simulator,O=local" },
  ca: { subject: "CN=root-ca,OU=simulator,O=local" },
  server: { subject: "CN=node-1,OU=simulator,O=local", hosts: ["localhost", "127.0.0.1", "::1"] },
  admin: { subject: "CN=admin,OU=simulator,O=local" },
  client: { subject: "CN=robot,OU=simulator,O=local" },
};

/** Creates a certificate authority, a server, an admin and an ordinary client. */
export async function createCertificates(options: CertificatesOptions = {}): Promise<Certificates> {
  const root = options.root && (await issue({ ...defaults.root, ...options.root }, authorityExtensions));
  const ca = await issue({ ...defaults.ca, ...options.ca }, authorityExtensions, root);
  const issued = (name: Exclude<keyof Certificates, "ca">): Promise<Certificate> =>
    issueLeaf({ ...defaults[name], ...options[name] }, ca);
  const [server, admin, client] = await Promise.all([issued("server"), issued("admin"), issued("client")]);
  return { ca, server, admin, client };
}

/**
 * Creates a new certificate for the server, by the same authority and for the same name, with a longer
 * validity.
 */
export async function renewServer({ ca, server: { dn: subject } }: Certificates): Promise<Certificate> {
  const validTo = new Date(Date.now() + 2 * 365 * dayMs);
  return issueLeaf({ ...defaults.server, subject, validTo }, ca);
}

function issueLeaf(options: CertificateOptions, authority: Certificate): Promise<Certificate> {
  return issue(options, leafExtensions(options.hosts ?? []), authority);
}

/** Issues a certificate (RFC 5280), signed by the given authority, or by itself. */
async function issue(
  options: CertificateOptions,
  extensions: readonly Buffer[],
  authority?: Certificate,
): Promise<Certificate> {
  // An RSA key takes a thousand times as long to generate, and a set of certificates has four keys.
  const keys = await generate("ec", {
    namedCurve: "P-256",
    publicKeyEncoding: { type: "spki", format: "der" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const subject = options.subject ?? "CN=unnamed";
  const validFrom = options.validFrom ?? new Date(Date.now() - dayMs);
  const validTo = options.validTo ?? new Date(Date.now() + 365 * dayMs);
  const content = der.sequence(
    der.explicit(0, der.integer(versionThree)),
    der.integer(Buffer.concat([Buffer.of(1), randomBytes(15)])),
    signatureAlgorithm,
    encodeName(authority?.dn ?? subject),
    der.sequence(der.time(validFrom), der.time(validTo)),
    encodeName(subject),
    keys.publicKey,
    der.explicit(3, der.sequence(...extensions, subjectKeyId(keys.publicKey))),
  );
  const signature = sign("sha256", content, authority?.key ?? keys.privateKey);
  const certificate = der.sequence(content, signatureAlgorithm, der.bits(signature));
  return { cert: toPem(certificate), key: keys.privateKey, dn: subject };
}

const digitalSignature = 0x80;
const certificateSigning = 0x04;
const revocationListSigning = 0x02;

const serverAuthentication = "1.3.6.1.5.5.7.3.1";
const clientAuthentication = "1.3.6.1.5.5.7.3.2";

const authorityExtensions: readonly Buffer[] = [
  basicConstraints({ isAuthority: true }),
  keyUsage(certificateSigning | revocationListSigning),
];

/** Makes the extensions of a leaf. A node is also a client of the other nodes. */
function leafExtensions(hosts: readonly string[]): Buffer[] {
  const usages = hosts.length > 0 ? [serverAuthentication, clientAuthentication] : [clientAuthentication];
  return [
    basicConstraints({ isAuthority: false }),
    keyUsage(digitalSignature),
    extension("2.5.29.37", der.sequence(...usages.map(der.objectId))),
    ...(hosts.length > 0 ? [extension("2.5.29.17", der.sequence(...hosts.map(alternativeName)))] : []),
  ];
}

function basicConstraints({ isAuthority }: { readonly isAuthority: boolean }): Buffer {
  return isAuthority
    ? criticalExtension("2.5.29.19", der.sequence(der.boolean(true)))
    : extension("2.5.29.19", der.sequence());
}

function keyUsage(usages: number): Buffer {
  const unusedBits = Math.log2(usages & -usages);
  return criticalExtension("2.5.29.15", der.bits(Buffer.of(usages), unusedBits));
}

/** RFC 5280 suggests a digest of the key's bits alone (4.2.1.2). Any other unique one works too. */
function subjectKeyId(publicKey: Buffer): Buffer {
  return extension("2.5.29.14", der.octets(createHash("sha1").update(publicKey).digest()));
}

function extension(id: string, value: Buffer): Buffer {
  return der.sequence(der.objectId(id), der.octets(value));
}

function criticalExtension(id: string, value: Buffer): Buffer {
  return der.sequence(der.objectId(id), der.boolean(true), der.octets(value));
}

/** Makes a subject alternative name. X.509 gives a DNS name the number 2, and an IP address 7. */
function alternativeName(host: string): Buffer {
  return isIP(host) === 0 ? der.implicit(2, Buffer.from(host)) : der.implicit(7, der.addressBytes(host));
}

/** Encodes a name. A certificate holds its parts in the opposite order of the text. */
function encodeName(dn: string): Buffer {
  const parts = dn.split(",").map((part) => {
    const [attribute = "", value = ""] = part.split("=").map((text) => text.trim());
    const id = attributeIds[attribute];
    if (id === undefined)
      throw new Error(`${dn}: ${attribute} is none of ${Object.keys(attributeIds).join(", ")}`);
    return der.set(der.sequence(der.objectId(id), der.utf8Text(value)));
  });
  return der.sequence(...parts.toReversed());
}

function toPem(certificate: Buffer): string {
  const lines = certificate.toString("base64").replaceAll(/.{64}(?=.)/g, "$&\n");
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}
