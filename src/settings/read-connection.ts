import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { failure } from "../errors.ts";
import type { Connection } from "../model/cluster.ts";
import { Secret } from "../secrets/secret.ts";
import { explainReadError } from "../files/read-file.ts";
import { readReviewed } from "./reviewed-files.ts";
import { options } from "./options.ts";
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
    password: settings.password ?? (await readSecret("passwordFile", settings, stdin)),
    token: settings.token ?? (await readSecret("tokenFile", settings, stdin)),
    clientCert: await readCertificates("clientCert", settings),
    clientKey: await readKey("clientKey", settings),
    caCert: await readCertificates(
      "caCert",
      settings,
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
  return settings.newPassword ?? readSecret("newPasswordFile", settings, stdin);
}

/** Reads the password of the subject of a question; undefined without one. */
export async function readSubjectPassword(settings: Settings, stdin: Input): Promise<Secret | undefined> {
  return settings.subjectPassword ?? readSecret("subjectPasswordFile", settings, stdin);
}

/** Makes a connection to the same cluster with the recovery certificate; undefined without one. */
export async function readRecovery(
  settings: Settings,
  { url, caCert, insecure, timeoutMs, apiPrefix, proxy }: Connection,
): Promise<Connection | undefined> {
  const [clientCert, clientKey] = await Promise.all([
    readCertificates("recoveryCert", settings),
    readKey("recoveryKey", settings),
  ]);
  if (clientCert === undefined) return undefined;
  return { url, clientCert, clientKey, caCert, insecure, timeoutMs, apiPrefix, proxy };
}

/** The settings that name a file with a certificate, a key or a secret. */
type FileOption =
  | "passwordFile"
  | "tokenFile"
  | "newPasswordFile"
  | "subjectPasswordFile"
  | "clientCert"
  | "clientKey"
  | "caCert"
  | "recoveryCert"
  | "recoveryKey";

/** Names the flag, the variable or the line of osac.yml that a user has to correct. */
function nameSource(name: FileOption, { setBy }: Settings): string {
  return setBy[name] ?? `--${options[name].flag}`;
}

/** Reads a secret without the line end that editors and `echo` append. */
async function readSecret(name: FileOption, settings: Settings, stdin: Input): Promise<Secret | undefined> {
  const path = settings[name];
  if (path === undefined) return undefined;
  const source = nameSource(name, settings);
  const text = path === "-" ? await readAll(stdin) : await readText(source, path);
  const value = text.replace(/\r?\n$/, "");
  if (value === "") {
    throw failure("input", "empty-secret", `${source} ${path === "-" ? "-: standard input" : path} is empty`);
  }
  return new Secret(value);
}

/**
 * Reads certificates and checks each one: OpenSSL skips certificates that it cannot read, and would trust
 * fewer than the file lists.
 */
async function readCertificates(
  name: FileOption,
  settings: Settings,
  reviewed?: string,
): Promise<string | undefined> {
  const path = settings[name];
  if (path === undefined) return undefined;
  const source = nameSource(name, settings);
  const text = reviewed ?? (await readText(source, path));
  const blocks = text.match(/-----BEGIN (?:[A-Z0-9]+ )?CERTIFICATE-----.*?-----END [A-Z0-9 ]+-----/gs);
  if (blocks?.every(isCertificate)) return text;
  const what = blocks ? "a certificate in it cannot be read" : "no certificate in PEM format in it";
  throw failure("input", "not-pem", `${source} ${path}: ${what}`, {
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

async function readKey(name: FileOption, settings: Settings): Promise<Secret | undefined> {
  const path = settings[name];
  if (path === undefined) return undefined;
  const source = nameSource(name, settings);
  const text = await readText(source, path);
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text)) {
    throw failure(
      "input",
      "encrypted-key",
      `${source} ${path}: the key has a passphrase, and osac cannot ask for it`,
      {
        hint: "openssl pkey -in FILE -out NEW writes it without; keep that where only the job can read it",
      },
    );
  }
  if (/-----BEGIN (?:[A-Z0-9]+ )?PRIVATE KEY-----/.test(text)) return new Secret(text);
  throw failure("input", "not-pem", `${source} ${path}: no private key in PEM format in it`, {
    hint: "convert it, for example with openssl pkey -in FILE -inform DER, or openssl pkcs12 -in FILE -nocerts -nodes",
  });
}

async function readText(source: string, path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw failure("input", "unreadable-file", `${source} ${path}: ${explainReadError(error)}`, {
      cause: error,
    });
  }
}

async function readAll(stdin: Input): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}
