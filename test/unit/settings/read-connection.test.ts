import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { Secret } from "../../../src/secrets/secret.ts";
import {
  readConnection,
  readNewPassword,
  readProxy,
  readRecovery,
  readSubjectPassword,
} from "../../../src/settings/read-connection.ts";
import type { Settings } from "../../../src/settings/settings.ts";
import { createCertificates, type Certificates } from "../../../src/simulator/certificates.ts";
import { folder } from "../../support/folder.ts";
import { listErrors } from "../../support/refusal.ts";

let certificates: Certificates;
beforeAll(async () => {
  certificates = await createCertificates();
});

const usual = {
  url: "https://a:9200",
  insecure: false,
  timeout: 2.5,
  apiPrefix: "_plugins/_security",
  typed: [],
  directory: "/",
  setBy: {},
} as unknown as Settings;

async function* stdin(...chunks: (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  yield* chunks;
}

const connect = async (given: Partial<Settings>, input = stdin()) =>
  readConnection({ ...usual, ...given }, input, {});

test("a connection has the address, the certificates, the key and the time for an answer", async () => {
  const { ca, client } = certificates;
  const path = await folder({
    "ca.pem": `${ca.cert}${client.cert}`,
    "c.pem": client.cert,
    "c.key": client.key,
  });
  const [caCert, clientCert, clientKey] = ["ca.pem", "c.pem", "c.key"].map((name) => join(path, name));
  const { clientKey: key, ...others } = await connect({ caCert, clientCert, clientKey, username: "u" });
  expect(others).toEqual({
    url: "https://a:9200",
    username: "u",
    password: undefined,
    token: undefined,
    clientCert: client.cert,
    caCert: `${ca.cert}${client.cert}`,
    insecure: false,
    timeoutMs: 2500,
    apiPrefix: "_plugins/_security",
    proxy: { http: undefined, https: undefined, none: undefined },
  });
  expect(key?.reveal()).toBe(client.key);
});

describe("a secret from a file", () => {
  test.for([
    ["pass word\n", "pass word"],
    ["pass word\r\n", "pass word"],
    ["pass word", "pass word"],
    ["two\nlines\n\n", "two\nlines\n"],
    ["\nbelow", "\nbelow"],
  ] as const)("%j is it without one line end", async ([text, value]) => {
    const path = await folder({ secret: text });
    const passwordFile = join(path, "secret");
    expect((await connect({ passwordFile })).password?.reveal()).toBe(value);
    expect((await connect({ tokenFile: passwordFile })).token?.reveal()).toBe(value);
  });

  test("comes from standard input for -, in whatever pieces", async () => {
    const input = stdin("ge", Buffer.from("hé").subarray(0, 2), Buffer.from("hé").subarray(2), "im\n");
    expect((await connect({ passwordFile: "-" }, input)).password?.reveal()).toBe("gehéim");
  });

  test("is not read where the environment has it", async () => {
    const [password, token] = [new Secret("of-the-environment"), new Secret("token")];
    const read = await connect({ password, token, passwordFile: "/none", tokenFile: "/none" });
    expect([read.password, read.token]).toEqual([password, token]);
  });

  test("may be the new password, or that of the subject", async () => {
    const path = await folder({ secret: "new-password\n" });
    const file = join(path, "secret");
    const [given, own] = [new Secret("given-password"), { ...usual }];
    expect((await readNewPassword({ ...own, newPasswordFile: file }, stdin()))?.reveal()).toBe(
      "new-password",
    );
    expect(await readNewPassword({ ...own, newPassword: given }, stdin())).toBe(given);
    expect(await readNewPassword(own, stdin())).toBeUndefined();
    expect((await readSubjectPassword({ ...own, subjectPasswordFile: file }, stdin()))?.reveal()).toBe(
      "new-password",
    );
    expect(await readSubjectPassword({ ...own, subjectPassword: given }, stdin())).toBe(given);
    expect(await readSubjectPassword(own, stdin())).toBeUndefined();
  });

  test("that is empty or not there is an error that names the flag or the variable", async () => {
    const path = await folder({ empty: "\r\n" });
    const [empty, none] = [join(path, "empty"), join(path, "none")];
    expect(await listErrors(async () => connect({ passwordFile: empty }))).toEqual([
      `[empty-secret] --password-file ${empty} is empty`,
    ]);
    expect(await listErrors(async () => connect({ tokenFile: "-" }))).toEqual([
      "[empty-secret] --token-file -: standard input is empty",
    ]);
    expect(await listErrors(async () => connect({ passwordFile: none }))).toEqual([
      `[unreadable-file] --password-file ${none}: does not exist, or is a broken link`,
    ]);
    const setBy = { passwordFile: "OSAC_PASSWORD_FILE" };
    expect(await listErrors(async () => connect({ passwordFile: none, setBy }))).toEqual([
      `[unreadable-file] OSAC_PASSWORD_FILE ${none}: does not exist, or is a broken link`,
    ]);
    expect(
      await listErrors(async () => readNewPassword({ ...usual, newPasswordFile: empty }, stdin())),
    ).toEqual([`[empty-secret] --new-password-file ${empty} is empty`]);
    expect(
      await listErrors(async () => readSubjectPassword({ ...usual, subjectPasswordFile: empty }, stdin())),
    ).toEqual([`[empty-secret] --subject-password-file ${empty} is empty`]);
  });
});

describe("a file of certificates", () => {
  const der = "openssl x509 -in FILE -inform DER, or openssl pkcs12 -in FILE -nokeys -clcerts";

  test("may hold other texts, and trusted certificates of OpenSSL", async () => {
    const { ca } = certificates;
    const text = `issued by hand\n${ca.cert.replaceAll(" CERTIFICATE", " X509 CERTIFICATE")}`;
    const path = await folder({ "ca.pem": text });
    expect((await connect({ caCert: join(path, "ca.pem") })).caCert).toBe(text);
  });

  test("is refused if one certificate in it cannot be read, or if there is none", async () => {
    const { ca, client } = certificates;
    const broken = ca.cert.replace(/\n.{20}/, "\nAAAAAAAAAAAAAAAAAAAA");
    const path = await folder({ "one.pem": client.cert + broken, "none.pem": client.key });
    const [one, none] = [join(path, "one.pem"), join(path, "none.pem")];
    expect(await listErrors(async () => connect({ caCert: one }))).toEqual([
      `[not-pem] --ca-cert ${one}: a certificate in it cannot be read | convert it, for example with ${der}`,
    ]);
    expect(await listErrors(async () => connect({ clientCert: none }))).toEqual([
      `[not-pem] --client-cert ${none}: no certificate in PEM format in it | convert it, for example with ${der}`,
    ]);
  });
});

describe("the key of a certificate", () => {
  test.for(["PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY"])("may be a %s", async (label) => {
    const text = `-----BEGIN ${label}-----\nAAAA\n-----END ${label}-----\n`;
    const path = await folder({ key: text });
    expect((await connect({ clientKey: join(path, "key") })).clientKey?.reveal()).toBe(text);
  });

  test.for([
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
    "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: X\n\nAAAA\n",
  ])("must have no passphrase: %j", async (text) => {
    const path = await folder({ key: text });
    const file = join(path, "key");
    expect(await listErrors(async () => connect({ clientKey: file }))).toEqual([
      `[encrypted-key] --client-key ${file}: the key has a passphrase, and osac cannot ask for it | openssl pkey -in FILE -out NEW writes it without; keep that where only the job can read it`,
    ]);
  });

  test("must be in the file", async () => {
    const path = await folder({ key: certificates.ca.cert });
    const file = join(path, "key");
    expect(await listErrors(async () => connect({ clientKey: file }))).toEqual([
      `[not-pem] --client-key ${file}: no private key in PEM format in it | convert it, for example with openssl pkey -in FILE -inform DER, or openssl pkcs12 -in FILE -nocerts -nodes`,
    ]);
  });
});

test("the recovery connection has the certificate alone, and no login of the run", async () => {
  const { admin } = certificates;
  const path = await folder({ cert: admin.cert, key: admin.key });
  const connection = await connect({ username: "u", password: new Secret("a-password") });
  const settings = { ...usual, recoveryCert: join(path, "cert"), recoveryKey: join(path, "key") };
  const recovery = await readRecovery(settings, connection);
  expect(recovery).toEqual({
    url: usual.url,
    clientCert: admin.cert,
    clientKey: expect.any(Secret),
    caCert: undefined,
    insecure: false,
    timeoutMs: 2500,
    apiPrefix: usual.apiPrefix,
    proxy: connection.proxy,
  });
  expect(recovery?.clientKey?.reveal()).toBe(admin.key);
  expect(await readRecovery(usual, connection)).toBeUndefined();
  const wrong = { ...settings, recoveryCert: join(path, "key") };
  expect((await listErrors(async () => readRecovery(wrong, connection))).join("\n")).toContain(
    "--recovery-cert",
  );
  const keyless = { ...settings, recoveryKey: join(path, "cert") };
  expect((await listErrors(async () => readRecovery(keyless, connection))).join("\n")).toContain(
    "--recovery-key",
  );
});

describe("the proxies of the environment", () => {
  const none = { http: undefined, https: undefined, none: undefined };

  test.for<[Record<string, string>, object]>([
    [{}, none],
    [
      { http_proxy: "http://a:1", HTTP_PROXY: "http://b:1" },
      { ...none, http: "http://a:1" },
    ],
    [{ HTTP_PROXY: "http://b:1" }, { ...none, http: "http://b:1" }],
    [
      { https_proxy: "https://a:1", HTTPS_PROXY: "http://b:1" },
      { ...none, https: "https://a:1" },
    ],
    [{ HTTPS_PROXY: "b:1" }, { ...none, https: "http://b:1" }],
    [{ http_proxy: "", HTTP_PROXY: "http://b:1" }, none],
    [
      { no_proxy: "a,b", NO_PROXY: "c" },
      { ...none, none: "a,b" },
    ],
    [{ NO_PROXY: "c" }, { ...none, none: "c" }],
    [{ https_proxy: "http://u:p%25@a:1" }, { ...none, https: "http://u:p%25@a:1" }],
  ])("%j", ([env, proxies]) => {
    expect(readProxy(env)).toEqual(proxies);
  });

  test.for([
    "socks://u:geheim@a:1",
    "http://u:gehe%im@a:1",
    "http://ge%heim:x@a:1",
    "http://geheim:port",
    "xhttp://geheim",
  ])("are urls, and a wrong one is not shown: %s", async (value) => {
    const errors = await listErrors(() => readProxy({ HTTPS_PROXY: value }));
    expect(errors).toEqual([
      "[bad-value] HTTPS_PROXY: expected the url of a proxy, http://HOST:PORT or http://USER:PASSWORD@HOST:PORT with %25 for % | its value may hold a password, and is not shown",
    ]);
  });
});
