import { generateKeyPair, randomBytes } from "node:crypto";
import { isIP } from "node:net";
import { promisify } from "node:util";
import forge from "node-forge";

const generate = promisify(generateKeyPair);
const dayMs = 24 * 60 * 60 * 1000;

/** What stands in a certificate. */
export interface CertificateOptions {
  /** The distinguished name, most specific part first: `CN=admin,OU=security,O=example`. */
  readonly subject?: string;
  readonly validFrom?: Date;
  readonly validTo?: Date;
  /** Host names and addresses of a server; a certificate without any is a client's. */
  readonly hosts?: readonly string[];
}

/** A certificate with its key (PKCS#8), both as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  /** The distinguished name as `plugins.security.authcz.admin_dn` wants it. */
  readonly dn: string;
}

/** Everything that a server and its callers need to trust each other. */
export interface Certificates {
  readonly ca: Certificate;
  readonly server: Certificate;
  readonly admin: Certificate;
  readonly client: Certificate;
}

/** What `createCertificates` may be told; what is left out is made up. */
export type CertificatesOptions = { readonly [Name in keyof Certificates]?: CertificateOptions } & {
  /** An authority that signs `ca`, which is an intermediate one then. */
  readonly root?: CertificateOptions;
};

const defaults: { readonly [Name in keyof CertificatesOptions]-?: CertificateOptions } = {
  root: { subject: "CN=top-ca,OU=simulator,O=local" },
  ca: { subject: "CN=root-ca,OU=simulator,O=local" },
  server: { subject: "CN=node-1,OU=simulator,O=local", hosts: ["localhost", "127.0.0.1", "::1"] },
  admin: { subject: "CN=admin,OU=simulator,O=local" },
  client: { subject: "CN=robot,OU=simulator,O=local" },
};

/** A certificate authority, a server, an admin and an ordinary client, all made anew. */
export async function createCertificates(options: CertificatesOptions = {}): Promise<Certificates> {
  const root = options.root && (await issue({ ...defaults.root, ...options.root }, authorityExtensions));
  const ca = await issue({ ...defaults.ca, ...options.ca }, authorityExtensions, root);
  const issued = (name: Exclude<keyof Certificates, "ca">): Promise<Certificate> =>
    issueLeaf({ ...defaults[name], ...options[name] }, ca);
  const [server, admin, client] = await Promise.all([issued("server"), issued("admin"), issued("client")]);
  return { ca, server, admin, client };
}

/** A new certificate for the server, by the same authority and for the same name, that is valid longer. */
export async function renewServer({ ca, server: { dn: subject } }: Certificates): Promise<Certificate> {
  const validTo = new Date(Date.now() + 2 * 365 * dayMs);
  return issueLeaf({ ...defaults.server, subject, validTo }, ca);
}

function issueLeaf(options: CertificateOptions, authority: Certificate): Promise<Certificate> {
  return issue(options, leafExtensions(options.hosts ?? []), authority);
}

/** One certificate, signed by the authority given, or by itself. */
async function issue(
  options: CertificateOptions,
  extensions: readonly object[],
  authority?: Certificate,
): Promise<Certificate> {
  const keys = await generate("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const subject = options.subject ?? "CN=unnamed";
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(keys.publicKey);
  // This first octet keeps the number positive and its encoding the shortest: OpenSSL reads no other.
  certificate.serialNumber = `01${randomBytes(15).toString("hex")}`;
  certificate.validity.notBefore = options.validFrom ?? new Date(Date.now() - dayMs);
  certificate.validity.notAfter = options.validTo ?? new Date(Date.now() + 365 * dayMs);
  certificate.setSubject(attributes(subject));
  certificate.setIssuer(attributes(authority?.dn ?? subject));
  certificate.setExtensions([...extensions]);
  certificate.sign(forge.pki.privateKeyFromPem(authority?.key ?? keys.privateKey), forge.md.sha256.create());
  return { cert: forge.pki.certificateToPem(certificate), key: keys.privateKey, dn: subject };
}

const authorityExtensions: readonly object[] = [
  { name: "basicConstraints", critical: true, cA: true },
  { name: "keyUsage", critical: true, keyCertSign: true, cRLSign: true },
  { name: "subjectKeyIdentifier" },
];

/** A node is also a client, of the other nodes. */
function leafExtensions(hosts: readonly string[]): object[] {
  const usage = { name: "extKeyUsage", serverAuth: hosts.length > 0, clientAuth: true };
  const extensions = [
    { name: "basicConstraints", cA: false },
    { name: "keyUsage", critical: true, digitalSignature: true, keyEncipherment: true },
    usage,
    { name: "subjectKeyIdentifier" },
  ];
  return hosts.length === 0
    ? extensions
    : [...extensions, { name: "subjectAltName", altNames: hosts.map(altName) }];
}

/** Types 2 and 7 are what X.509 calls a DNS name and an IP address. */
function altName(host: string): object {
  return isIP(host) === 0 ? { type: 2, value: host } : { type: 7, ip: host };
}

/** A certificate holds the parts of a name in the opposite order of the text. */
function attributes(dn: string): forge.pki.CertificateField[] {
  return dn
    .split(",")
    .map((part) => {
      const [shortName = "", value = ""] = part.split("=");
      return { shortName: shortName.trim(), value: value.trim() };
    })
    .toReversed();
}
