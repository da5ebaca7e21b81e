import { allKinds, kinds } from "../../../src/kinds/index.ts";
import type { Kind } from "../../../src/kinds/kind.ts";
import { kindNames, type KindName } from "../../../src/model/kind-name.ts";

/** The name that the word in `kindNames` would make a `KindName`. */
export const name = "ratelimiters" as KindName;

const entity = {
  type: "object",
  additionalProperties: false,
  properties: {
    requests_per_second: { type: "integer", default: 10 },
    users: { type: "array", "x-set": true, items: { type: "string" } },
    key: { type: "string", "x-secret": true },
    reserved: { type: "boolean", default: false, "x-flag": true },
    hidden: { type: "boolean", default: false, "x-flag": true, "x-since": "2.14" },
    static: { type: "boolean", default: false, "x-flag": true },
  },
};

const rateLimiters: Kind = {
  name,
  label: "rate limiter",
  file: "rate_limiters.yml",
  path: "ratelimiters",
  schema: {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "https://opensearch-security-as-code.dev/schemas/rate_limiters.schema.json",
    type: "object",
    additionalProperties: { $ref: "#/$defs/entity" },
    $defs: { entity },
  },
  isSingle: false,
  patchDepth: "field",
  atLeastOne: { users: [] },
  needs: [],
  decides: [],
  grants: {
    list: ({ users }) => (Array.isArray(users) && users.length > 0 ? [""] : []),
    loss: "limits nobody any more",
  },
  references: () => [],
};

// The line in `src/kinds/index.ts`, and the word in `kindNames`.
Object.assign(kinds, { [name]: rateLimiters });
(kindNames as unknown as KindName[]).push(name);
(allKinds as Kind[]).push(rateLimiters);
