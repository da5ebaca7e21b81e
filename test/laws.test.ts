import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalize } from "../src/schema/canonical.ts";
import { isRecord } from "../src/value/record.ts";
import { allKinds, kinds } from "../src/kinds/index.ts";
import { foldPassword } from "../src/kinds/fold-password.ts";
import type { Kind } from "../src/kinds/kind.ts";
import { parseVersion } from "../src/value/version.ts";
import type { Change } from "../src/model/change.ts";
import type { Declared, LiveEntity } from "../src/model/entity.ts";
import type { KindName } from "../src/model/kind-name.ts";
import type { Plan } from "../src/model/plan.ts";
import type { Body, Json, Operation } from "../src/model/value.ts";
import { diffEntities } from "../src/plan/diff.ts";
import { makeOperations } from "../src/plan/patch.ts";
import { compare, makePlan, type PlanInput } from "../src/plan/make-plan.ts";
import { makePlanDocument } from "../src/report/plan-json.ts";
import { planMarkdown } from "../src/report/plan-markdown.ts";
import { planText } from "../src/report/plan-text.ts";
import { Secret } from "../src/secrets/secret.ts";
import { revealAll } from "../src/value/walk.ts";
import { omitDefaults, readEntity } from "../src/simulator/documents.ts";
import { applyPatch } from "../src/simulator/patch.ts";
import { bodies } from "./support/bodies.ts";

const version = "3.4.0";
const cluster = { version: parseVersion(version), isVersionGuessed: false };
const noLogins = {
  forced: new Set<string>(),
  areAllForced: false,
  verified: new Set<string>(),
  refuted: new Set<string>(),
};
const at = { file: "file.yml", line: 1, column: 1 };

/** Names with everything that a pointer has to escape; the server holds no literal `~0` or `~1`. */
const name = fc.oneof(
  fc.constantFrom("a", "b", "c", "team/a", "team~a", "%2F", "ä", "a.b", "*"),
  fc.string({ minLength: 1, maxLength: 5 }).filter((text) => !/~[01]|^_meta$|^__proto__$/.test(text)),
);

const canonicalBodies = (kind: Kind): fc.Arbitrary<Body> =>
  bodies(kind).map((body) => foldPassword(kind, canonicalize(kind, body, cluster.version)));

/**
 * What REST cannot store is left out: `NONE` among categories, which it refuses, a list that is empty where the
 * default is not, which it forgets with the next patch, and a literal `~0` or `~1` in a name, which it unescapes twice.
 */
const storableBodies = (kind: Kind): fc.Arbitrary<Body> =>
  canonicalBodies(kind).filter((body) => !/"NONE"|"sign_in_options":\[\]|~[01]/.test(JSON.stringify(body)));

const listEntities = (kind: Kind): fc.Arbitrary<Map<string, Body>> =>
  (kind.isSingle
    ? storableBodies(kind).map((body): [string, Body][] => [["config", body]])
    : fc.uniqueArray(fc.tuple(name, storableBodies(kind)), { maxLength: 4, selector: ([one]) => one })
  ).map((entries) => new Map(entries));

describe.for(allKinds.map((kind) => [kind.name, kind] as const))("changes of %s", ([, kind]) => {
  const sides = fc.record({ live: listEntities(kind), desired: listEntities(kind) });
  const listChanges = ({
    live,
    desired,
  }: {
    live: Map<string, Body>;
    desired: Map<string, Body>;
  }): Change[] => diffEntities(kind.name, new Map([...desired].map(([one, body]) => [one, { body }])), live);

  test("turn what is live into what is desired, after which there are none", () => {
    fc.assert(
      fc.property(sides, ({ live, desired }) => {
        const after = new Map(live);
        for (const change of listChanges({ live, desired })) {
          if (change.action === "delete") after.delete(change.name);
          else after.set(change.name, change.after);
        }
        expect(listChanges({ live: after, desired })).toEqual([]);
        expect([...after.keys()].toSorted()).toEqual([...desired.keys()].toSorted());
      }),
    );
  });

  test("are patches that the server's own engine turns into what is desired", () => {
    fc.assert(
      fc.property(sides, ({ live, desired }) => {
        for (const change of listChanges({ live, desired })) {
          const operations = makeOperations(kind, change);
          expect(operations.every(({ op }) => op === "add" || op === "remove")).toBe(true);
          const before = change.action === "create" ? {} : { [change.name]: held(kind, change.before) };
          const document = applyPatch(before, operations.map(sent));
          if (change.action === "delete") expect(document).toEqual({});
          else expect(shown(loaded(kind, document, change.name))).toEqual(shown(change.after));
        }
      }),
    );
  });

  test("name no entity that stays as it is", () => {
    fc.assert(
      fc.property(listEntities(kind), (entities) => {
        expect(listChanges({ live: entities, desired: new Map(entities) })).toEqual([]);
      }),
    );
  });
});

/** A body that can be compared: secrets print alike. */
function shown(body: Body): Json {
  return revealAll(body);
}

/** An operation as it goes over the wire. */
function sent(operation: Operation): Json {
  return operation.op === "add" ? { ...operation, value: revealAll(operation.value) } : { ...operation };
}

/** The entity in the document that a patch meets: without what the server leaves out of it. */
function held(kind: Kind, body: Body): Json {
  return omitDefaults(kind.name, version, readEntity(kind.name, version, revealAll(body)));
}

/** The entity as the server would show it, in canonical form. */
function loaded(kind: Kind, document: Json, one: string): Body {
  const patched = (document as { [key: string]: Json })[one]!;
  return canonicalize(kind, readEntity(kind.name, version, patched), cluster.version);
}

/** Entities of the named kinds in all their standings: built-in or not, declared or not. */
const standings = (kind: Kind) =>
  fc.uniqueArray(
    fc.record({
      name,
      live: fc.option(canonicalBodies(kind), { nil: undefined }),
      declared: fc.option(bodies(kind), { nil: undefined }),
      builtIn: fc.constantFrom(undefined, undefined, "static", "hidden", "reserved", "restapi:admin"),
    }),
    { maxLength: 6, selector: (one) => one.name },
  );

describe.for(allKinds.filter(({ isSingle }) => !isSingle).map((kind) => [kind.name, kind] as const))(
  "a plan of %s",
  ([, kind]) => {
    test("names nothing that is built-in, unmanaged or unchanged", () => {
      fc.assert(
        fc.property(standings(kind), (entities) => {
          const live = entities.flatMap(({ name: one, live: body, builtIn }): [string, LiveEntity][] =>
            body ? [[one, { name: one, body, raw: {}, ...(builtIn ? { builtIn } : {}) }]] : [],
          );
          const declared = entities.flatMap(({ name: one, declared: body }): [string, Declared][] =>
            body ? [[one, { kind: kind.name, name: one, body, at }]] : [],
          );
          const { changes, requests } = makePlanned(kind.name, new Map(declared), new Map(live));
          const named = new Set(
            requests.flatMap(({ operations }) => operations.flat().map(({ path }) => nameIn(path))),
          );
          expect(named).toEqual(new Set(changes.map((change) => change.name)));
          for (const { name: one, builtIn, live: body, declared: wanted } of entities) {
            if (body && (builtIn || !wanted)) expect(named).not.toContain(one);
          }
        }),
      );
    });
  },
);

describe("secrets", () => {
  /** Long enough never to stand in a report by accident. */
  const canary = fc.uuid().map((text) => `canary-${text}`);

  test("stand in no report, wherever they are in files and cluster", () => {
    const kind = fc.constantFrom(...allKinds);
    fc.assert(
      fc.property(
        kind.chain((one) => fc.tuple(fc.constant(one), bodies(one), bodies(one))),
        fc.array(canary, { minLength: 1, maxLength: 3 }),
        fc.infiniteStream(fc.nat()),
        fc.boolean(),
        ([one, old, wanted], canaries, dice, isKnown) => {
          const pick = (): number => dice.next().value;
          const secret = (): Secret => {
            const value = canaries[pick() % canaries.length]!;
            return new Secret(value, pick() % 2 === 0 ? "${env.CANARY}" : undefined);
          };
          const planted = plant(wanted, () => (pick() % 3 === 0 ? secret() : undefined));
          const leaked = plant(old, () => (isKnown && pick() % 3 === 0 ? secret() : undefined));
          const entity = one.isSingle ? "config" : "entity";
          const body = canonicalize(one, leaked, cluster.version);
          const plan = makePlanned(
            one.name,
            new Map([[entity, { kind: one.name, name: entity, body: planted, at }]]),
            new Map([[entity, { name: entity, body, raw: {} }]]),
          );
          const all = reports(plan).join("\n");
          for (const value of canaries) expect(all).not.toContain(value);
        },
      ),
    );
  });
});

/** Puts secrets in the place of some of the texts within a body. */
function plant(body: Body, next: () => Secret | undefined): Body {
  const planted = (value: Body[string]): Body[string] => {
    if (typeof value === "string") return next() ?? value;
    if (Array.isArray(value)) return value.map(planted);
    return isRecord(value) ? plant(value, next) : value;
  };
  return Object.fromEntries(Object.entries(body).map(([field, value]) => [field, planted(value)]));
}

function reports(plan: Plan): string[] {
  const heading = { command: "plan", seconds: 0, isVerbose: true };
  const run = { command: "plan", exitCode: 0, findings: plan.findings, requests: {} };
  return [
    planText(plan, heading, { isColoured: false, width: 110 }),
    planMarkdown(plan, heading, plan.findings),
    JSON.stringify(makePlanDocument(plan, run)),
    JSON.stringify(plan),
  ];
}

function makePlanned(
  kind: KindName,
  declared: ReadonlyMap<string, Declared>,
  live: ReadonlyMap<string, LiveEntity>,
): Plan {
  const directory = { path: ".", kinds: new Map([[kind, declared]]), ignored: [], findings: [] };
  const choice = { ...noLogins, prune: {}, proved: new Map(), ignore: [], secretPaths: [] };
  const input: PlanInput = {
    directory,
    cluster,
    live: new Map([[kind, { readable: true, entities: live }]]),
    choice,
  };
  return makePlan(compare(input));
}

/** The entity that a path of a patch is about. */
function nameIn(path: string): string {
  return path.split("/")[1]!.replaceAll("~1", "/").replaceAll("~0", "~");
}

test("every kind is in the order of creation once", () => {
  expect(new Set(allKinds.map((kind) => kinds[kind.name])).size).toBe(allKinds.length);
});
