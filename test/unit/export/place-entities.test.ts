import fc from "fast-check";
import { expect, test } from "vitest";
import { placeEntities, type TargetBodies } from "../../../src/export/place-entities.ts";
import type { Body } from "../../../src/model/value.ts";
import { Secret } from "../../../src/secrets/secret.ts";

const target = (layers: readonly string[], roles: Readonly<Record<string, Body>>): TargetBodies => ({
  layers,
  kinds: [{ kind: "roles", bodies: Object.entries(roles) }],
});

/** The names in each layer. */
const names = (targets: readonly TargetBodies[]): Record<string, string[]> =>
  Object.fromEntries(
    placeEntities(targets).map(({ folder, kinds }) => [
      folder,
      kinds.flatMap(({ bodies }) => bodies.map(([name]) => name)),
    ]),
  );

test("an entity goes into the first layer whose targets all have it alike", () => {
  const shared = { all: { a: 1 } };
  const prod = { ...shared, prod: { a: 1 }, mixed: { a: 1 } };
  expect(
    names([
      target(["base", "canary"], { ...shared, mixed: { a: 2 } }),
      target(["base", "prod", "eu"], { ...prod, eu: {} }),
      target(["base", "prod", "us"], prod),
    ]),
  ).toEqual({ base: ["all"], canary: ["mixed"], prod: ["mixed", "prod"], eu: ["eu"], us: [] });
});

const user = (secret: Secret): TargetBodies["kinds"] => [
  { kind: "internalusers", bodies: [["anna", { hash: secret }]] },
];

const placeUsers = (a: Secret, b: Secret) =>
  names([
    { layers: ["base", "a"], kinds: user(a) },
    { layers: ["base", "b"], kinds: user(b) },
  ]);

test("users with different known secrets are different; a secret that nobody sees is alike", () => {
  expect(placeUsers(new Secret("x"), new Secret("y"))).toEqual({ base: [], a: ["anna"], b: ["anna"] });
  expect(placeUsers(new Secret(undefined), new Secret(undefined))).toEqual({ base: ["anna"], a: [], b: [] });
});

test("the layers of a target, merged, are the entities of its cluster", () => {
  const bodies = fc.dictionary(fc.constantFrom("a", "b", "c", "d"), fc.constantFrom({ v: 1 }, { v: 2 }));
  fc.assert(
    fc.property(fc.array(fc.tuple(bodies, fc.boolean()), { minLength: 1, maxLength: 4 }), (clusters) => {
      const targets = clusters.map(([roles, isProd], index) =>
        target(["base", ...(isProd ? ["prod"] : []), `own${index}`], roles),
      );
      const placed = new Map(placeEntities(targets).map(({ folder, kinds }) => [folder, kinds]));
      for (const { layers, kinds } of targets) {
        const merged = new Map(
          layers.flatMap((folder) => placed.get(folder)!.flatMap((one) => [...one.bodies])),
        );
        expect(merged).toEqual(new Map(kinds[0]!.bodies));
      }
    }),
  );
});
