import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { vocabulary } from "../../../src/schema/shape.ts";
import { allKinds } from "../../../src/kinds/index.ts";
import type { Kind } from "../../../src/kinds/kind.ts";

type Node = { readonly [keyword: string]: unknown };

function validator(kind: Kind): (file: unknown) => unknown[] {
  const validate = new Ajv2020({ strict: true, allErrors: true, keywords: [...vocabulary] }).compile(
    kind.schema,
  );
  return (file) =>
    validate(file) ? [] : validate.errors!.map(({ instancePath, keyword }) => [instancePath, keyword]);
}

function header(kind: Kind): object {
  return { _meta: { type: kind.name, config_version: 2 } };
}

/** Every schema below the given one, with the path that leads to it. */
function* listNodes(value: unknown, path = ""): Generator<[string, Node]> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield [path, value as Node];
  for (const [key, child] of Object.entries(value)) yield* listNodes(child, `${path}/${key}`);
}

describe.each(allKinds.map((kind): [string, Kind] => [kind.file, kind]))("the schema of %s", (_, kind) => {
  test("compiles in strict mode with nothing but the documented keywords", () => {
    expect(() => validator(kind)).not.toThrow();
  });

  test("takes a file that has only the header", () => {
    expect(validator(kind)(header(kind))).toEqual([]);
  });

  test("refuses another kind's header, version 1, and no header", () => {
    const listErrors = validator(kind);
    expect(listErrors({ _meta: { type: "whitelist", config_version: 2 } })).toEqual([
      ["/_meta/type", "enum"],
    ]);
    expect(listErrors({ _meta: { type: kind.name, config_version: 1 } })).toEqual([
      ["/_meta/config_version", "const"],
    ]);
    expect(listErrors({})).toEqual([["", "required"]]);
  });

  test("refuses a field that the server does not know", () => {
    const name = kind.isSingle ? "config" : "some";
    expect(validator(kind)({ ...header(kind), [name]: { descripton: "x" } })).toEqual([
      [`/${name}`, "additionalProperties"],
    ]);
  });

  test("describes every field for the editor's hover", () => {
    const fields = [...listNodes(kind.schema)].filter(([path]) => /\/properties\/[^/]+$/.test(path));
    const silent = fields.filter(
      ([, field]) => field["$ref"] === undefined && typeof field["description"] !== "string",
    );
    expect(silent.map(([path]) => path)).toEqual([]);
  });

  test("closes every object that is neither a map nor free-form", () => {
    const records = [...listNodes(kind.schema)].filter(([, node]) => node["type"] === "object");
    expect(records.filter(([, node]) => node["additionalProperties"] === undefined)).toEqual([]);
  });

  test("marks every list of texts as a set, but for those whose order counts", () => {
    const ordered = [...listNodes(kind.schema)].filter(
      ([, node]) => node["type"] === "array" && node["x-set"] !== true,
    );
    expect(ordered.map(([path]) => path)).toEqual(
      kind.name === "config" ? ["/$defs/kibana/properties/preferred_tenants"] : [],
    );
  });
});

describe("the schema of config.yml", () => {
  const kind = allKinds.find(({ name }) => name === "config")!;
  const listErrors = (dynamic: object) => validator(kind)({ ...header(kind), config: { dynamic } });

  test("finds the nested typos that the server answers with a 500", () => {
    expect(listErrors({ "opensearch-dashboards": {} })).toEqual([
      ["/config/dynamic", "additionalProperties"],
    ]);
    expect(listErrors({ kibana: { sign_in_option: [] } })).toEqual([
      ["/config/dynamic/kibana", "additionalProperties"],
    ]);
  });

  test("leaves the settings of authenticators free", () => {
    const http_authenticator = {
      type: "com.example.Own",
      config: { anything: { goes: [1, null, "x"] }, sp: null },
    };
    expect(listErrors({ authc: { own: { http_authenticator } } })).toEqual([]);
  });

  test("the schema refuses listeners that the cluster could not load", () => {
    expect(listErrors({ auth_failure_listeners: { a: { type: "host", allowed_tries: 0 } } })).toEqual([
      ["/config/dynamic/auth_failure_listeners/a/type", "enum"],
      ["/config/dynamic/auth_failure_listeners/a/allowed_tries", "minimum"],
    ]);
  });
});

test("the schema of audit.yml takes categories in either case, and no others", () => {
  const kind = allKinds.find(({ name }) => name === "audit")!;
  const disabled_rest_categories = ["failed_login", "SSL_EXCEPTION", "LOGIN"];
  expect(validator(kind)({ ...header(kind), config: { audit: { disabled_rest_categories } } })).toEqual([
    ["/config/audit/disabled_rest_categories/2", "enum"],
  ]);
});

test("the schema of allowlist.yml takes HTTP methods only", () => {
  const kind = allKinds.find(({ name }) => name === "allowlist")!;
  expect(
    validator(kind)({ ...header(kind), config: { requests: { "/_cat/nodes": ["GET", "GE"] } } }),
  ).toEqual([["/config/requests/~1_cat~1nodes/1", "enum"]]);
});
