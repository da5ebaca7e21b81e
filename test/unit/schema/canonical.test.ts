import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalize, pickTrueFlags } from "../../../src/schema/canonical.ts";
import { allKinds, kinds } from "../../../src/kinds/index.ts";
import type { Kind } from "../../../src/kinds/kind.ts";
import { parseVersion } from "../../../src/value/version.ts";
import type { KindName } from "../../../src/model/kind-name.ts";
import type { Body, Value } from "../../../src/model/value.ts";
import { Secret } from "../../../src/secrets/secret.ts";
import { bodies, reordered } from "../../support/bodies.ts";
import { entityShape } from "../../../src/schema/shape.ts";

const versions = ["2.10", "2.11.1", "2.12", "2.19.4", "3.4.0", "3.8"].map(parseVersion);

/** Secrets print alike, so that `toEqual` would take any two for equal. */
function revealed(value: Value): unknown {
  if (value instanceof Secret) return value.isKnown ? { secret: value.reveal() } : { secret: null };
  if (Array.isArray(value)) return value.map(revealed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, revealed(item)]));
}

function canonicalizeYaml(kind: KindName, body: Body, version: string = "3.4.0"): unknown {
  return revealed(canonicalize(kinds[kind], body, parseVersion(version)));
}

/** What `config.dynamic` becomes, or the part of it at a path. */
function makeDynamic(dynamic: Body, version: string = "3.4.0", ...path: string[]): unknown {
  return at(canonicalizeYaml("config", { dynamic }, version), "dynamic", ...path);
}

const defaultSignIn = (version: string): unknown => makeDynamic({}, version, "kibana", "sign_in_options");

const defaultCategories = (version: string): unknown =>
  at(canonicalizeYaml("audit", {}, version), "audit", "disabled_transport_categories");

/** What the list of categories becomes that holds one placeholder. */
function at(value: unknown, ...path: string[]): unknown {
  return path.reduce((part, name) => (part as Record<string, unknown>)[name], value);
}

describe.each(allKinds.map((kind): [string, Kind] => [kind.name, kind]))(
  "the canonical form of %s",
  (_, kind) => {
    test("is its own canonical form", () => {
      fc.assert(
        fc.property(bodies(kind), fc.constantFrom(...versions), (body, version) => {
          const once = canonicalize(kind, body, version);
          expect(revealed(canonicalize(kind, once, version))).toEqual(revealed(once));
        }),
      );
    });

    test("is blind to the order of fields, to the order of sets and to repetition", () => {
      fc.assert(
        fc.property(bodies(kind), fc.constantFrom(...versions), (body, version) => {
          const other = reordered(entityShape(kind), body) as Body;
          expect(revealed(canonicalize(kind, other, version))).toEqual(
            revealed(canonicalize(kind, body, version)),
          );
        }),
      );
    });

    test("takes null, the default and nothing for the same, but for switches and numbers", () => {
      const fields = Object.entries(entityShape(kind).properties!);
      const said = fields.filter(([, { type }]) => type !== "boolean" && type !== "integer");
      const nulls = Object.fromEntries(said.map(([name]) => [name, null]));
      for (const version of versions) {
        const defaults = canonicalize(kind, {}, version);
        expect(canonicalize(kind, nulls, version)).toEqual(defaults);
        expect(canonicalize(kind, defaults, version)).toEqual(defaults);
      }
    });

    test("leaves out flags and unknown fields", () => {
      const body = { reserved: true, hidden: true, static: true, unheard_of: 1 };
      expect(canonicalize(kind, body, versions[0]!)).toEqual(canonicalize(kind, {}, versions[0]!));
    });

    test("does not change what it is given", () => {
      fc.assert(
        fc.property(bodies(kind), (body) => {
          const before = structuredClone(body);
          canonicalize(kind, body, versions[0]!);
          expect(body).toEqual(before);
        }),
      );
    });
  },
);

describe("defaults", () => {
  test("a user is shown with empty lists, without a description", () => {
    expect(canonicalizeYaml("internalusers", {})).toEqual({
      backend_roles: [],
      opendistro_security_roles: [],
      attributes: {},
    });
  });

  test("an audit log without sections has the server's defaults, not those of the shipped file", () => {
    expect(canonicalizeYaml("audit", { enabled: true })).toMatchObject({
      audit: {
        ignore_users: ["kibanaserver"],
        disabled_rest_categories: ["AUTHENTICATED", "GRANTED_PRIVILEGES"],
      },
      compliance: { enabled: true, internal_config: false, write_metadata_only: false },
    });
  });

  test("an empty list is not the default of a list that has one", () => {
    const body = { audit: { disabled_rest_categories: [], ignore_users: [] } };
    expect(canonicalizeYaml("audit", body)).toMatchObject(body);
  });

  test("an empty text and zero are values, where there is a default", () => {
    const listener = { allowed_tries: 0, time_window_seconds: 0 };
    const dynamic = { hosts_resolver_mode: "", auth_failure_listeners: { l: listener } };
    expect(makeDynamic(dynamic)).toMatchObject(dynamic);
    expect(makeDynamic({ license: "" })).not.toHaveProperty("license");
  });

  test.each<[string, Value, Value, Value]>([
    ["nothing", null, false, 0],
    ["an empty text", "", false, 0],
    ["zero", 0, false, 0],
    ["a number", 1, true, 1],
    ["a text", "true", true, NaN],
    ["a text that is a number", "5", false, 5],
    ["a fraction", 5.9, true, 5],
    ["a negative fraction", -5.9, true, -5],
  ])("%s is read as the loader reads it", (_, value, truth, number) => {
    const domain = { http_enabled: value, order: value };
    expect(makeDynamic({ authc: { a: domain } }, "3.4.0", "authc", "a")).toMatchObject({
      http_enabled: truth,
      order: number,
    });
    expect(pickTrueFlags(kinds.roles, { reserved: value })).toEqual(truth === true ? { reserved: true } : {});
  });

  test("a switch of the audit log without a value is at its default, but for the whole log's", () => {
    const body = { enabled: null, audit: { enable_rest: null }, compliance: { enabled: null } };
    expect(canonicalizeYaml("audit", body)).toMatchObject({
      enabled: false,
      audit: { enable_rest: true },
      compliance: { enabled: true },
    });
  });

  test("depend on the version", () => {
    expect(["2.13", "2.14", "3.7", "3.8"].map(defaultSignIn)).toEqual([undefined, ["BASIC"], ["BASIC"], []]);
    expect(defaultCategories("3.7")).toHaveLength(2);
    expect(defaultCategories("3.8")).toHaveLength(4);
  });

  test("fields that a version does not know, or forgets, do not count", () => {
    expect(makeDynamic({ on_behalf_of: { enabled: true } }, "2.11.1")).not.toHaveProperty("on_behalf_of");
    const domain = { transport_enabled: false };
    expect(makeDynamic({ authc: { a: domain } }, "2.11.1", "authc", "a")).toMatchObject(domain);
    expect(makeDynamic({ authc: { a: domain } }, "2.12", "authc", "a")).not.toHaveProperty(
      "transport_enabled",
    );
  });

  test("a category of the audit log that only newer servers know is left out", () => {
    const disabled_transport_categories = ["cluster_settings_changed", "AUTHENTICATED"];
    const categories = (version: string): unknown =>
      at(
        canonicalizeYaml("audit", { audit: { disabled_transport_categories } }, version),
        "audit",
        "disabled_transport_categories",
      );
    expect(categories("3.7.9")).toEqual(["AUTHENTICATED"]);
    expect(categories("3.8")).toEqual(["AUTHENTICATED", "CLUSTER_SETTINGS_CHANGED"]);
  });
});

describe("what the server does to values", () => {
  test("categories of the audit log come back in upper case, NONE alone as nothing", () => {
    const body = {
      audit: { disabled_rest_categories: ["none"], disabled_transport_categories: ["index_event"] },
    };
    expect(canonicalizeYaml("audit", body)).toMatchObject({
      audit: { disabled_rest_categories: [], disabled_transport_categories: ["INDEX_EVENT"] },
    });
  });

  test("attributes become texts, and empty ones vanish", () => {
    const attributes = { zip: 1234, flag: true, empty: "", gone: null };
    expect(canonicalizeYaml("internalusers", { attributes })).toMatchObject({
      attributes: { zip: "1234", flag: "true" },
    });
  });

  test("entries of a map that are empty lists vanish, as the server forgets them", () => {
    const requests = { "/_cat/nodes": ["PUT", "GET", "GET"], "/_cat/indices": [], "/_cat/shards": null };
    expect(canonicalizeYaml("allowlist", { requests })).toEqual({
      enabled: false,
      requests: { "/_cat/nodes": ["GET", "PUT"] },
    });
  });

  test("a domain that is null vanishes, one that is empty gets its defaults", () => {
    expect(makeDynamic({ authz: { gone: null, kept: {} } }, "3.4.0", "authz")).toEqual({
      kept: { http_enabled: true, authorization_backend: { type: "noop", config: {} } },
    });
  });

  test("free-form settings stay as written, but for nulls", () => {
    const config = { zero: 0, no: false, empty: "", none: null, list: [], map: { none: null, one: 1 } };
    const path = ["authz", "a", "authorization_backend", "config"];
    expect(makeDynamic({ authz: { a: { authorization_backend: { config } } } }, "3.4.0", ...path)).toEqual({
      zero: 0,
      no: false,
      empty: "",
      list: [],
      map: { one: 1 },
    });
  });

  test("magic names are names", () => {
    const attributes = JSON.parse('{"__proto__": "a", "constructor": "b"}') as Body;
    const user = canonicalize(kinds.internalusers, { attributes }, versions[0]!);
    expect(Object.entries(user["attributes"]!)).toEqual([
      ["__proto__", "a"],
      ["constructor", "b"],
    ]);
  });
});

describe("secrets", () => {
  test("a hash is one; redacted or empty it is one that cannot be seen", () => {
    expect(canonicalizeYaml("internalusers", { hash: "$2y$12$x" })).toMatchObject({
      hash: { secret: "$2y$12$x" },
    });
    expect(canonicalizeYaml("internalusers", { hash: "" })).toMatchObject({ hash: { secret: null } });
    expect(canonicalizeYaml("internalusers", {})).not.toHaveProperty("hash");
  });

  test("the keys of tokens are secrets, an empty one is none", () => {
    const on_behalf_of = { signing_key: "k", encryption_key: "" };
    expect(makeDynamic({ on_behalf_of }, "3.4.0", "on_behalf_of")).toEqual({
      enabled: false,
      signing_key: { secret: "k" },
    });
  });

  test("documented names are secret at every depth of free-form settings, also in lists", () => {
    const config = {
      password: "******",
      signing_key: ["one", "two"],
      client_secret: 5,
      sp: { signature_private_key: "pem", entity_id: "open" },
      own: [{ pemkey_password: "deep" }],
      "openid_connect_idp.pemkey_content": "flat",
    };
    const path = ["authc", "a", "http_authenticator", "config"];
    expect(makeDynamic({ authc: { a: { http_authenticator: { config } } } }, "3.4.0", ...path)).toEqual({
      password: { secret: null },
      signing_key: [{ secret: "one" }, { secret: "two" }],
      client_secret: { secret: "5" },
      sp: { signature_private_key: { secret: "pem" }, entity_id: "open" },
      own: [{ pemkey_password: { secret: "deep" } }],
      "openid_connect_idp.pemkey_content": { secret: "flat" },
    });
  });

  test("an attribute called password is a secret, as the server redacts it", () => {
    const attributes = { password: "******", city: "Rome" };
    expect(canonicalizeYaml("internalusers", { attributes })).toMatchObject({
      attributes: { password: { secret: null }, city: "Rome" },
    });
  });
});
