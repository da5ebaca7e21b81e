import { readTexts } from "../documents.ts";
import type { Access } from "../effective/access.ts";
import { identifyCaller } from "../effective/subject.ts";
import { isExpression } from "../match-pattern.ts";
import type { Actions } from "./actions.ts";
import type { Effect } from "./effects.ts";
import { listOpenPowers } from "./escalation.ts";
import { makeAddresses, makeSamples } from "./samples.ts";
import type { View, ViewMaker } from "./view.ts";

interface Stranger {
  readonly name: string;
  readonly role: string;
  readonly address: string;
}

/**
 * Callers without anything in common, by name, backend role and address. What most of them may do, nearly everyone
 * may, even if a mapping says so by many patterns.
 */
const callers: readonly Stranger[] = [
  { name: "ann", role: "sales", address: "10.1.2.3" },
  { name: "b.jones", role: "CN=ops,DC=example", address: "172.16.4.5" },
  { name: "7of9", role: "/team/eu", address: "192.168.0.7" },
  { name: "kim", role: "x1", address: "203.0.113.9" },
  { name: "zoe@example.org", role: "developers", address: "8.8.4.4" },
  { name: "svc-logs", role: "9to5", address: "2001:db8::1" },
  { name: "Ülkü", role: "Admins", address: "100.64.3.2" },
  { name: "\u{e000}\u{e001}", role: "\u{e002}\u{e003}", address: "46.5.6.7" },
];

/** What most callers may do on one side, and one of them that may. */
interface Opening {
  readonly powers: readonly string[];
  readonly views: readonly View[];
}

/** A gain of nearly everyone, with the views of a caller that has it. */
export interface WideGain {
  readonly effect: Effect;
  readonly views: readonly [View, View];
}

/** Finds what nearly everyone may do after the changes, and could not before. Undefined if it is nothing. */
export function findWideGain(
  [before, after]: readonly [Access, Access],
  [viewBefore, viewAfter]: readonly [ViewMaker, ViewMaker],
  actions: Actions,
): WideGain | undefined {
  const groups = [callers, makeCallers([before, after])];
  const [old, now] = [
    readOpening(groups, before, viewBefore, actions),
    readOpening(groups, after, viewAfter, actions),
  ];
  const more = now.powers.filter((power) => !old.powers.includes(power));
  const place = now.views.findIndex((view) =>
    more.some((power) => listOpenPowers(view, actions).includes(power)),
  );
  if (more.length === 0) return undefined;
  const effect: Effect = {
    direction: "gain",
    effect: `gains ${more.join(", ")}, or nearly everyone by patterns that together match most callers`,
    before: old.powers.join(", ") || "none",
    after: now.powers.join(", "),
    escalation: "open-to-everyone",
  };
  return { effect, views: [old.views[place]!, now.views[place]!] };
}

function readOpening(
  groups: readonly (readonly Stranger[])[],
  access: Access,
  makeView: ViewMaker,
  actions: Actions,
): Opening {
  const viewed = groups.map((group) =>
    group.map(({ name, role, address }) =>
      makeView(identifyCaller(access, { kind: "external", name, backendRoles: [role], address })),
    ),
  );
  const powers = viewed.flatMap((views) => listPowersOfMost(views, actions));
  return { powers: [...new Set(powers)], views: viewed.flat() };
}

function listPowersOfMost(views: readonly View[], actions: Actions): string[] {
  const all = views.map((view) => listOpenPowers(view, actions));
  const counted = (power: string): number => all.filter((powers) => powers.includes(power)).length;
  return [...new Set(all.flat())].filter((power) => counted(power) > views.length / 2);
}

/** Each costs as much as a caller of the cluster. */
const madeCallers = 24;

/** Makes callers that the authors of the expressions in the mappings could not foresee. */
function makeCallers(sides: readonly Access[]): Stranger[] {
  const mappings = sides.flatMap(({ documents }) => [...(documents.get("rolesmapping")?.values() ?? [])]);
  const expressions = mappings
    .flatMap((mapping) => ["users", "backend_roles", "hosts"].flatMap((field) => readTexts(mapping, field)))
    .map(({ value }) => value)
    .filter(isExpression);
  if (expressions.length === 0) return [];
  const text = expressions.join("\n");
  const [names, roles, addresses] = [makeSamples(text), makeSamples(`${text} `), makeAddresses(text)];
  return names
    .slice(0, madeCallers)
    .map((name, place) => ({ name, role: roles[place]!, address: addresses[place]! }));
}
