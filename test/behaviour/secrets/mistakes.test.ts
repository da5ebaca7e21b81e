import { describe, expect, test } from "vitest";
import { folder } from "../../support/folder.ts";
import type { Ran } from "../../support/osac.ts";
import { sung } from "./canaries.ts";
import { freshOsac } from "./fresh.ts";

const users = (field: string) =>
  `_meta: {type: internalusers, config_version: 2}\nit:\n  backend_roles: []\n${indented(field, 2)}\n`;

const ldap = (settings: string) =>
  "_meta: {type: config, config_version: 2}\nconfig:\n  dynamic:\n    authc:\n      ldap:\n        authentication_backend:\n" +
  `          type: ldap\n${indented(settings, 10)}\n`;

const makeOnBehalf = (field: string) =>
  `_meta: {type: config, config_version: 2}\nconfig:\n  dynamic:\n    on_behalf_of:\n      encryption_key: YQ==\n${indented(field, 6)}\n`;

function indented(text: string, width: number): string {
  return text.replaceAll(/^/gm, " ".repeat(width));
}

/** Mistakes in how a secret is declared. osac reports each of them. */
const written: readonly (readonly [file: string, text: string])[] = [
  ...[
    "hash: zzCanaryBroken",
    "hash: [zzCanaryBroken]",
    "hash: {zzCanaryBroken: 1}",
    "hash: {a: zzCanaryBroken}",
    "hash: *zzCanaryBroken",
    "hash: !zzCanaryBroken x",
    "hash: !zzCanary^Broken",
    "hash: !zzCanaryBroken!x y",
    "hash: &zzCanaryBroken *zzCanaryBroken",
    "hash: zzCanaryBroken: more",
    'hash: "zzCanaryBroken \\q"',
    'hash: "zzCanaryBroken',
    "hash: 'zzCanaryBroken",
    "hash: %zzCanaryBroken",
    "hash: @zzCanaryBroken",
    "hash: zzCanaryBroken\nhash: zzCanaryBroken",
    "hash: zzCanaryBroken${env.A B}",
    "hash: ${envbc.A}zzCanaryBroken",
    "password: zzCanaryBroken",
    "password: zzCanaryBroken\nhash: zzCanaryBroken",
    "password: [zzCanaryBroken, 0777]",
    "password: |\n  zzCanaryBroken\n zzCanaryBroken",
    "attributes: zzCanaryBroken",
    "attributes: {password: [zzCanaryBroken]}",
    "attributes: {password: {a: zzCanaryBroken}}",
  ].map((field) => ["internal_users.yml", users(field)] as const),
  ...[
    "config: zzCanaryBroken",
    "config: [{password: zzCanaryBroken}]",
    "config: {password: *zzCanaryBroken}",
    "config: {password: [!zzCanaryBroken x]}",
    "config: {client_secret: zzCanaryBroken, client_secret: zzCanaryBroken}",
    "config: {own: {token: *zzCanaryBroken}}",
    "config: {sp.signature_private_key: *zzCanaryBroken}",
    `config: {pemkey_content: "${"zzCanaryBroken".repeat(30)}"}`,
    "config:\n  pemkey_content: |\n    -----BEGIN PRIVATE KEY-----\n zzCanaryBroken==",
    "confg: {password: zzCanaryBroken}",
  ].map((settings) => ["config.yml", ldap(settings)] as const),
  ...[
    "signing_key: zzCanaryBroken",
    `signing_key: "${"zzCanaryBroken!".repeat(8)}"`,
    "signing_key: [zzCanaryBroken]",
    "signing_key: 1_zzCanaryBroken:30.5",
  ].map((field) => ["config.yml", makeOnBehalf(field)] as const),
  ["internal_users.yml", "_meta: {type: internalusers, config_version: 2}\nit: zzCanaryBroken\n"],
  ["internal_users.yml", "_meta: {type: internalusers, config_version: 2}\nit: [hash, zzCanaryBroken]\n"],
  ["osac.yml", "cluster: {password: zzCanaryBroken}\n"],
  ["osac.yml", "cluster: {token: [zzCanaryBroken]}\n"],
  ["osac.yml", 'cluster: {url: "https://admin:zzCanaryBroken@localhost:9200"}\n'],
];

test.for(written)("a secret badly written is not quoted: %s %j", async ([file, text]) => {
  const cwd = await folder({ "roles.yml": "_meta: {type: roles, config_version: 2}\n", [file]: text });
  for (const output of ["text", "json", "github"])
    expectNothingTold(await freshOsac(["validate", "--output", output, "-v"], { cwd }));
});

test.for(["0777", "1.10", "yes", "1_000"])(
  "that the plugin reads %s otherwise is said without it",
  async (text) => {
    const cwd = await folder({ "internal_users.yml": users(`attributes: {password: ${text}}`) });
    const { out } = await freshOsac(["validate"], { cwd });
    expect(out).toMatch(/:4:\d+: warning: internalusers: the plugin reads this secret as .* \[yaml-scalar\]/);
    expect(out).not.toContain(text);
  },
);

describe("a secret badly given is not quoted", () => {
  const files = { "roles.yml": "_meta: {type: roles, config_version: 2}\n", "key.txt": "zzCanaryBroken" };
  const url = "https://admin:zzCanaryBroken@localhost:9200";

  test.for<string[]>([
    ["--password", "zzCanaryBroken"],
    ["--password=zzCanaryBroken"],
    ["--token=zzCanaryBroken"],
    ["--url", url],
    ["--username", "u", "--password-file", "key.txt"],
    ["--token-file", "key.txt"],
    ["--client-cert", "key.txt", "--client-key", "key.txt"],
  ])("osac plan %s %s", async (flags) => {
    expectNothingTold(await freshOsac(["plan", ...flags], { cwd: await folder(files), env: nowhere }));
  });

  test.for<Record<string, string>>([
    { OSAC_URL: url },
    { OSAC_PASSWORD: "zzCanaryBroken" },
    { OSAC_TOKEN: "zzCanary\nBroken" },
    { OSAC_USERNAME: "u", OSAC_PASSWORD: "zzCanaryBroken", OSAC_TOKEN: "zzCanaryBroken" },
    { https_proxy: "http://u:zzCanaryBroken@127.0.0.1:1" },
    { https_proxy: "zzCanaryBroken" },
  ])("with %j", async (env) => {
    expectNothingTold(await freshOsac(["plan"], { cwd: await folder(files), env: { ...nowhere, ...env } }));
  });
});

const nowhere = { OSAC_URL: "https://127.0.0.1:1", OSAC_TIMEOUT: "2" };

function expectNothingTold({ out, err }: Ran): void {
  expect(sung(out + err)).toEqual([]);
}
