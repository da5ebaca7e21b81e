import { expect, test } from "vitest";
import { type Shape, entityShape } from "../../../src/schema/shape.ts";
import { isRecord } from "../../../src/value/record.ts";
import { valueAtPath } from "../../../src/value/path.ts";
import { allKinds } from "../../../src/kinds/index.ts";
import type { Kind } from "../../../src/kinds/kind.ts";
import { canonicalizeFully } from "../../../src/schema/left-out.ts";
import { isSameValue } from "../../../src/value/equal.ts";
import { parseVersion } from "../../../src/value/version.ts";
import type { Version } from "../../../src/model/finding.ts";
import type { Body, Value } from "../../../src/model/value.ts";
import { Secret } from "../../../src/secrets/secret.ts";

/** One thing that a file can say, and nothing else. */
interface Saying {
  readonly kind: Kind;
  readonly path: readonly string[];
  readonly value: Value;
  readonly shape: Shape;
}

const versions = [
  "2.10.0",
  "2.11.1",
  "2.13.0",
  "2.19.4",
  "3.4.0",
  "3.6.0",
  "3.7.0",
  "3.8.0",
  "3.9.0",
  "4.0.0",
];

/** Every field of every kind with a value that is not its default, and every value that a schema names. */
const sayings = allKinds.flatMap((kind) => listSayings(kind, entityShape(kind), []));

function listSayings(kind: Kind, shape: Shape, path: readonly string[]): Saying[] {
  const { additionalProperties: entry, properties } = shape;
  if (entry === true) return [{ kind, path, shape, value: { other: "a" } }];
  if (typeof entry === "object") return listSayings(kind, entry, [...path, "some"]);
  if (properties)
    return Object.entries(properties).flatMap(([name, field]) => listSayings(kind, field, [...path, name]));
  if (shape.type === "array") return itemSayings(kind, shape, path);
  return [{ kind, path, shape, value: otherThan(shape) }];
}

function itemSayings(kind: Kind, shape: Shape, path: readonly string[]): Saying[] {
  const item = shape.items ?? {};
  const values = Object.keys(item["x-values-since"] ?? {});
  return [
    { kind, path, shape, value: [item.properties ? {} : "BAD_HEADERS"] },
    ...values.flatMap((value) => [
      { kind, path: [...path, "0"], shape: item, value: [value] },
      { kind, path: [...path, "0"], shape: item, value: [value.toLowerCase()] },
    ]),
  ];
}

function otherThan(shape: Shape): Value {
  if (shape["x-secret"]) return new Secret("a", "${env.A}");
  if (shape.type === "boolean") return shape.default !== true;
  return shape.type === "integer" ? Number(shape.default ?? 0) + 1 : "a";
}

function makeBody({ path, value }: Saying): Body {
  const steps = Array.isArray(value) && path.at(-1) === "0" ? path.slice(0, -1) : path;
  return steps.reduceRight<Value>((inner, step) => ({ [step]: inner }), value) as Body;
}

test.for(versions)(
  "on %s whatever a file says is either compared and sent, or told as left out",
  (version) => {
    const silent = sayings.filter((saying) => {
      const { kind, path, shape } = saying;
      const said = canonicalizeFully(kind, makeBody(saying), parseVersion(version));
      const unsaid = canonicalizeFully(kind, {}, parseVersion(version));
      const isTold = said.leftOut.some(
        (left) => path.join("/") === left.path.join("/") || isAbove(left.path, path),
      );
      // Flags that the server knows are no part of the canonical form: ownership looks at them.
      return isSameValue(said.body, unsaid.body) && !isTold && !shape["x-flag"] && !shape["x-no-effect"];
    });
    expect(silent.map(({ kind, path }) => `${kind.name}/${path.join("/")}`)).toEqual([]);
  },
);

function isAbove(outer: readonly string[], inner: readonly string[]): boolean {
  return outer.every((step, index) => step === inner[index]);
}

const bounded = sayings.flatMap((saying) => {
  if (saying.shape["x-no-effect"]) return [];
  const {
    "x-since": since,
    "x-until": until,
    "x-dropped-since": dropped,
    "x-values-since": firsts,
  } = saying.shape;
  const value = Array.isArray(saying.value) ? String(saying.value[0]).toUpperCase() : "";
  const first = saying.path.at(-1) === "0" ? firsts?.[value] : since;
  return [
    ...(first === undefined ? [] : [{ ...saying, version: first, isFrom: true }]),
    ...[until, dropped].flatMap((end) =>
      end === undefined ? [] : [{ ...saying, version: end, isFrom: false }],
    ),
  ];
});

test("each bound of the schemas is told on its one side, with the version", () => {
  expect(bounded.length).toBeGreaterThan(30);
  for (const { isFrom, version, ...saying } of bounded) {
    const told = (at: Version): (string | undefined)[] =>
      canonicalizeFully(saying.kind, makeBody(saying), at)
        .leftOut.filter(({ path }) => isSameValue([...path], [...saying.path]))
        .map(({ since, until, forgottenSince }) => since ?? until ?? forgottenSince);
    const [older, newer] = [told(before(version)), told(parseVersion(version))];
    const isWithinNewer = sayings.some(
      ({ path, shape }) => path.length < saying.path.length && isAbove(path, saying.path) && shape["x-since"],
    );
    if (!isWithinNewer) expect(isFrom ? older : newer).toEqual([version]);
    if (isFrom && !saying.shape["x-dropped-since"]) expect(newer).toEqual([]);
  }
});

function before(version: string): Version {
  const { major, minor } = parseVersion(version);
  return minor === 0 ? { major: major - 1, minor: 99, patch: 0 } : { major, minor: minor - 1, patch: 99 };
}

test("what is empty or says the default is no loss", () => {
  const audit = allKinds.find(({ name }) => name === "audit")!;
  const config = allKinds.find(({ name }) => name === "config")!;
  const old = parseVersion("2.11.1");
  expect(
    canonicalizeFully(audit, { audit: { disabled_categories: [], ignore_headers: null } }, old).leftOut,
  ).toEqual([]);
  const dynamic = {
    kibana: { sign_in_options: ["BASIC"] },
    on_behalf_of: { enabled: false },
    api_tokens: {},
  };
  expect(canonicalizeFully(config, { dynamic }, old).leftOut).toEqual([]);
});

test("a part of a part that the server does not know is told as a whole", () => {
  const config = allKinds.find(({ name }) => name === "config")!;
  const dynamic = { on_behalf_of: { enabled: true, signing_key: new Secret(undefined, "${env.KEY}") } };
  const { leftOut, body } = canonicalizeFully(config, { dynamic }, parseVersion("2.11.1"));
  expect(leftOut).toEqual([{ path: ["dynamic", "on_behalf_of"], since: "2.12" }]);
  expect(isRecord(body["dynamic"])).toBe(true);
  expect(valueAtPath(body, ["dynamic", "on_behalf_of"])).toBeUndefined();
});
