import type { Json } from "../../../src/model/value.ts";

/**
 * Unique secrets, each with the word that reveals it. The old ones are in the cluster, the new ones in the
 * files. They have the form of real secrets.
 */
const canaries = {
  oldHash: "$2y$12$zzCanaryOldHash.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
  newHash: "$2y$12$zzCanaryNewHash.BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB",
  password: "zzCanary-Password 1, “quoted” & 2/3",
  fileSecret: "zzCanary.FileSecret/5+5",
  oldBindPassword: "zzCanaryOldBind=Password/99",
  newBindPassword: "zzCanaryNewBind=Password/99",
  oldClientSecret: "zzCanaryOldClient+Secret 77",
  newClientSecret: "zzCanaryNewClient+Secret 77",
  oldSigningKey: `zzCanaryOldSigning${"A".repeat(78)}`,
  newSigningKey: `zzCanaryNewSigning${"B".repeat(78)}`,
  oldPem: pem("zzCanaryOldPem"),
  newPem: pem("zzCanaryNewPem"),
  oldExchangeKey: "zzCanaryOldExchangeKey.0123456789abcdef",
  newExchangeKey: "zzCanaryNewExchangeKey.0123456789abcdef",
  vaultToken: "hvs.zzCanaryVaultToken0123456789",
} as const;

function pem(word: string): string {
  const line = `MIIEvQIBADANBgkqhkiG9w0BAQEFAASC${word}KcwggSjAgEAAoIBAQC7`;
  return `-----BEGIN PRIVATE KEY-----\n${line}\n${line.toLowerCase()}==\n-----END PRIVATE KEY-----\n`;
}

export const all: readonly string[] = Object.values(canaries);

/** The secrets of the files. */
export const declared = Object.entries(canaries).flatMap(([name, value]) =>
  name.startsWith("old") ? [] : [value],
);

const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** The forms in which a text reveals a canary: as it is, in every usual encoding, or only its word. */
export function sung(text: string): string[] {
  const spellings = all.flatMap((canary) => [canary, encodeURIComponent(canary), ...withinBase64(canary)]);
  const found = spellings.filter((spelling) => text.includes(spelling));
  const words = text.match(/.{0,20}zzcanary.{0,20}/gi) ?? [];
  return [...found, ...words];
}

/** The parts of a canary in Base64, for each of its possible positions in a longer text. */
function withinBase64(canary: string): string[] {
  const word = /zzCanary.{4}/.exec(canary)![0];
  return [0, 1, 2].map((shift) => base64("x".repeat(shift) + word).slice(shift + 1, -4));
}

const hashed = (hash: string, attributes: { [name: string]: string }) => ({ hash, attributes });

function configWith(side: "old" | "new", version = "3.4.0"): Json {
  const { [`${side}BindPassword`]: bind, [`${side}ClientSecret`]: client } = canaries as Readonly<
    Record<string, string>
  >;
  const {
    [`${side}SigningKey`]: signing,
    [`${side}Pem`]: key,
    [`${side}ExchangeKey`]: exchange,
  } = canaries as Readonly<Record<string, string>>;
  return {
    dynamic: {
      authc: {
        basic: {
          order: 0,
          http_authenticator: { type: "basic", challenge: true },
          authentication_backend: { type: "intern" },
        },
        openid: {
          order: 1,
          http_authenticator: {
            type: "openid",
            config: {
              client_secret: client!,
              exchange_key: exchange!,
              openid_connect_idp: { pemkey_content: key! },
              own: { vault_token: canaries.vaultToken },
            },
          },
          authentication_backend: { type: "noop" },
        },
        ldap: {
          order: 2,
          http_authenticator: { type: "basic", challenge: false },
          authentication_backend: {
            type: "ldap",
            config: {
              hosts: [`ldap-${side}:636`],
              bind_dn: `cn=${side}`,
              password: bind!,
            },
          },
        },
      },
      ...(version < "2.12" ? {} : { on_behalf_of: { enabled: false, signing_key: signing! } }),
    },
  };
}

/** The live documents. Their secrets occur in other fields as well, as they are and in other encodings. */
export const documents = (version: string) => ({
  internalusers: {
    admin: {
      reserved: true,
      backend_roles: ["admin"],
      hash: "$2a$04$GQKtIVnVnYbBgSmMQm.duu6xIHFYfridC6T4ndofowdDv.VSFt11m",
    },
    rotated: hashed(canaries.oldHash, {
      plain: canaries.oldExchangeKey,
      told: base64(canaries.oldClientSecret),
      password: canaries.oldSigningKey,
    }),
    kept: { hash: canaries.oldHash, description: `see ${encodeURIComponent(canaries.oldClientSecret)}` },
  },
  config: { config: configWith("old", version) },
});

const header = (type: string) => ({ _meta: { type, config_version: 2 } });

/** Other files of the directory, which are no YAML. */
export const secretFiles: Readonly<Record<string, string>> = { "secrets/plain": `${canaries.fileSecret}\n` };

/** The directory: every secret in its own place. JSON is YAML. */
export const files: Readonly<Record<string, string>> = {
  "internal_users.yml": yaml({
    ...header("internalusers"),
    rotated: hashed(canaries.newHash, { password: canaries.newClientSecret, team: "logs" }),
    kept: { hash: canaries.oldHash, description: "says nothing" },
    fresh: { password: "${env.CANARY_PASSWORD}", attributes: { password: "with ${file:secrets/plain}" } },
    hashed: { hash: "${envbc.CANARY_PASSWORD}", backend_roles: ["ops"] },
  }),
  "config.yml": yaml({ ...header("config"), config: configWith("new") }),
  "roles.yml": yaml({
    ...header("roles"),
    reader: {
      cluster_permissions: ["unknown_group"],
      index_permissions: [{ index_patterns: ["logs-*"], allowed_actions: ["read"] }],
    },
  }),
};

function yaml(content: object): string {
  return JSON.stringify(content, undefined, 2);
}

export const environment = { CANARY_PASSWORD: canaries.password, OSAC_PASSWORD_COST: "4" };
