import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalize } from "../../../src/schema/canonical.ts";
import { allKinds, kinds } from "../../../src/kinds/index.ts";
import { getSecretNames } from "../../../src/schema/secret-names.ts";
import { createSecretWrapper, isSecretPath } from "../../../src/schema/secret-paths.ts";
import { parseVersion } from "../../../src/value/version.ts";
import type { Body, Value } from "../../../src/model/value.ts";
import { findSecrets } from "../../../src/value/walk.ts";
import { bodies } from "../../support/bodies.ts";

const version = parseVersion("3.4.0");
const isSecretName = getSecretNames(kinds.config);

describe("of the settings of an authenticator", () => {
  test.each([
    "password",
    "bind_password",
    "bindPassword",
    "keystore_password",
    "key_passphrase",
    "client_secret",
    "CLIENT_SECRET",
    "signing_key",
    "signingKey",
    "exchange_key",
    "encryption_key",
    "hmac-key",
    "apikey",
    "key",
    "sp.signature_private_key",
    "private_pem",
    "pemkey_content",
    "access_token",
    "ldap_credentials",
  ])("%s is secret", (name) => {
    expect(isSecretName(name, false)).toBe(true);
  });

  test.each([
    "roles_key",
    "subject_key",
    "jwt_header",
    "jwt_url_parameter",
    "token_header",
    "token_endpoint",
    "secret_uri",
    "pemkey_filepath",
    "sp.signature_private_key_filepath",
    "key_alias",
    "max_tokens",
    "max_jwks_keys",
    "jwks_uri",
    "keystore_type",
    "bind_dn",
    "userbase",
    "pemcert_content",
    "pemtrustedcas_content",
  ])("%s is none", (name) => {
    expect(isSecretName(name, false)).toBe(false);
  });

  test("what stands below a secret is secret, but for what is known to be public", () => {
    const body = { private: { inner: ["zz1", { more: "zz2" }], token_header: "X-Token" } };

    const { private: wrapped } = makeSettings(createSecretWrapper(kinds.config)(withSettings(body)));

    expect(findSecrets(wrapped!).map((secret) => secret.reveal())).toEqual(["zz1", "zz2"]);
  });

  test("the list agrees with what the schema says of each that it describes", () => {
    const described = [...listProperties(kinds.config.schema.$defs)].filter(([, { free }]) => free);
    expect(described.length).toBeGreaterThan(100);
    for (const [name, { isSecret }] of described)
      expect([name, isSecretName(name, false)]).toEqual([name, isSecret]);
  });
});

test("the settings of on_behalf_of and logins are secret by their schema", () => {
  expect(isSecretPath(kinds.config, ["config", "dynamic", "on_behalf_of", "signing_key"])).toBe(true);
  expect(isSecretPath(kinds.config, ["config", "dynamic", "on_behalf_of", "enabled"])).toBe(false);
  expect(isSecretPath(kinds.internalusers, ["grafana", "hash"])).toBe(true);
  expect(isSecretPath(kinds.internalusers, ["grafana", "attributes", "password"])).toBe(true);
  expect(isSecretPath(kinds.internalusers, ["grafana", "backend_roles", "0"])).toBe(false);
  expect(isSecretPath(kinds.internalusers, ["_meta", "type"])).toBe(false);
});

describe.each(allKinds.map((kind) => [kind.name, kind] as const))("wrapping %s", (_, kind) => {
  test("leaves nothing in the clear that the canonical form hides", () => {
    fc.assert(
      fc.property(bodies(kind), (body) => {
        const hidden = revealedIn(canonicalize(kind, body, version));
        const wrapped = revealedIn(createSecretWrapper(kind)(body));
        expect(hidden.filter((text) => !wrapped.includes(text))).toEqual([]);
      }),
    );
  });

  test("changes nothing of the canonical form", () => {
    fc.assert(
      fc.property(bodies(kind), (body) => {
        const plain = canonicalize(kind, body, version);
        const wrapped = canonicalize(kind, createSecretWrapper(kind)(body), version);
        expect(JSON.stringify(wrapped)).toBe(JSON.stringify(plain));
        expect(revealedIn(wrapped)).toEqual(revealedIn(plain));
      }),
    );
  });
});

function revealedIn(value: Value): string[] {
  return findSecrets(value).flatMap((secret) => (secret.isKnown ? [secret.reveal()] : []));
}

function withSettings(config: Body): Body {
  return { dynamic: { authc: { own: { http_authenticator: { type: "own", config } } } } };
}

function makeSettings(body: Value | undefined): Body {
  const path = ["dynamic", "authc", "own", "http_authenticator", "config"];
  return path.reduce((at, step) => (at as Body)[step]!, body!) as Body;
}

interface Property {
  readonly isSecret: boolean;
  /** Whether it stands in a free-form object. */
  readonly free: boolean;
}

/** Every described property below a schema that has no properties of its own. */
function* listProperties(schema: object): Generator<[string, Property]> {
  const { properties = {}, additionalProperties } = schema as {
    properties?: Readonly<Record<string, object>>;
    additionalProperties?: unknown;
  };
  for (const [name, property] of Object.entries(properties)) {
    const isSecret = (property as { "x-secret"?: boolean })["x-secret"] === true;
    if (!("properties" in property)) yield [name, { isSecret, free: additionalProperties === true }];
  }
  for (const child of Object.values(schema))
    if (typeof child === "object" && child !== null) yield* listProperties(child);
}
