import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { failure } from "../errors.ts";
import type { Connection } from "../model/cluster.ts";
import { Secret } from "../secrets/secret.ts";
import { explainReadError } from "../files/read-file.ts";
import { readReviewed } from "./reviewed-files.ts";
import type { Settings } from "./settings.ts";
import type { Environment } from "../model/environment.ts";

type Input = AsyncIterable<string | Uint8Array>;

/** Reads the files of the connection settings: certificates, passwords and tokens, or standard input. */
export async function readConnection(
  settings: Settings,
  stdin: Input,
  env: Environment,
): Promise<Connection> {
  const { url, username, insecure, timeout, apiPrefix } = settings;
  return {
    url,
    username,
    password: settings.password ?? (await readSecret("--password-file", settings.passwordFile, stdin)),
    token: settings.token ?? (await readSecret("--token-file", settings.tokenFile, stdin)),
    clientCert: await readCertificates("--client-cert", settings.clientCert),
    clientKey: await readKey("--client-key", settings.clientKey),
    caCert: await readCertificates(
      "--ca-cert",
      settings.caCert,
      await readReviewed("caCert", settings.caCert, settings),
    ),
    insecure,
    timeoutMs: timeout * 1000,
    apiPrefix,
    proxy: readProxy(env),
  };
}

/** Reads the proxies from the environment. */
export function readProxy(env: Environment): Connection["proxy"] {
  return {
    http: readProxyUrl(env, "http_proxy", "HTTP_PROXY"),
    https: readProxyUrl(env, "https_proxy", "HTTPS_PROXY"),
    none: env["no_proxy"] ?? env["NO_PROXY"],
  };
}

/**
 * Reads the first variable that is set; a value without a scheme means `http://`, as in other tools. Errors
 * do not quote the value, which may contain a password.
 */
function readProxyUrl(env: Environment, ...names: readonly string[]): string | undefined {
  const name = names.find((one) => env[one] !== undefined);
  const value = name && env[name];
  if (!value) return undefined;
  const url = value.includes("://") ? value : `http://${value}`;
  if (URL.canParse(url) && isUsable(new URL(url))) return url;
  const message = `${name}: expected the url of a proxy, http://HOST:PORT or http://USER:PASSWORD@HOST:PORT with %25 for %`;
  throw failure("input", "bad-value", message, { hint: "its value may hold a password, and is not shown" });
}

function isUsable({ protocol, username, password }: URL): boolean {
  try {
    [username, password].forEach(decodeURIComponent);
  } catch {
    return false;
  }
  return /^https?:$/.test(protocol);
}

/** Reads the new password of `osac account password`; undefined without one. */
export async function readNewPassword(settings: Settings, stdin: Input): Promise<Secret | undefined> {
  return settings.newPassword ?? readSecret("--new-password-file", settings.newPasswordFile, stdin);
}

/** Reads the password of the subject of a question; undefined without one. */
export async function readSubjectPassword(settings: Settings, stdin: Input): Promise<Secret | undefined> {
  return (
    settings.subjectPassword ?? readSecret("--subject-password-file", settings.subjectPasswordFile, stdin)
  );
}

/** Makes a connection to the same cluster with the recovery certificate; undefined without one. */
export async function readRecovery(
  { recoveryCert, recoveryKey }: Settings,
  { url, caCert, insecure, timeoutMs, apiPrefix, proxy }: Connection,
): Promise<Connection | undefined> {
  const [clientCert, clientKey] = await Promise.all([
    readCertificates("--recovery-cert", recoveryCert),
    readKey("--recovery-key", recoveryKey),
  ]);
  if (clientCert === undefined) return undefined;
  return { url, clientCert, clientKey, caCert, insecure, timeoutMs, apiPrefix, proxy };
}

/** Reads a secret without the line end that editors and `echo` append. */
async function readSecret(flag: string, path: string | undefined, stdin: Input): Promise<Secret | undefined> {
  if (path === undefined) return undefined;
  const text = path === "-" ? await readAll(stdin) : await readText(flag, path);
  const value = text.replace(/\r?\n$/, "");
  if (value === "") {
    throw failure("input", "empty-secret", `${flag} ${path === "-" ? "-: standard input" : path} is empty`);
  }
  return new Secret(value);
}

/**
 * Reads certificates and checks each one: OpenSSL skips certificates that it cannot read, and would trust
 * fewer than the file lists.
 */
async function readCertificates(
  flag: string,
  path: string | undefined,
  reviewed?: string,
): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const text = reviewed ?? (await readText(flag, path));
  const blocks = text.match(/-----BEGIN (?:[A-Z0-9]+ )?CERTIFICATE-----.*?-----END [A-Z0-9 ]+-----/gs);
  if (blocks?.every(isCertificate)) return text;
  const what = blocks ? "a certificate in it cannot be read" : "no certificate in PEM format in it";
  throw failure("input", "not-pem", `${flag} ${path}: ${what}`, {
    hint: "convert it, for example with openssl x509 -in FILE -inform DER, or openssl pkcs12 -in FILE -nokeys -clcerts",
  });
}

function isCertificate(block: string): boolean {
  try {
    return new X509Certificate(block).serialNumber !== "";
  } catch {
    return false;
  }
}

async function readKey(flag: string, path: string | undefined): Promise<Secret | undefined> {
  if (path === undefined) return undefined;
  const text = await readText(flag, path);
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text)) {
    throw failure(
      "input",
      "encrypted-key",
      `${flag} ${path}: the key has a passphrase, and osac cannot ask for it`,
      {
        hint: "openssl pkey -in FILE -out NEW writes it without; keep that where only the job can read it",
      },
    );
  }
  if (/-----BEGIN (?:[A-Z0-9]+ )?PRIVATE KEY-----/.test(text)) return new Secret(text);
  throw failure("input", "not-pem", `${flag} ${path}: no private key in PEM format in it`, {
    hint: "convert it, for example with openssl pkey -in FILE -inform DER, or openssl pkcs12 -in FILE -nocerts -nodes",
  });
}

async function readText(flag: string, path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw failure("input", "unreadable-file", `${flag} ${path}: ${explainReadError(error)}`, {
      cause: error,
    });
  }
}

async function readAll(stdin: Input): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}
