import { makeFinding } from "../errors.ts";
import { effectiveRules, findIgnored, listNames, withLiveFields } from "../kinds/ignore-rules.ts";
import { valueAtPath } from "../value/path.ts";
import type { Kind } from "../kinds/kind.ts";
import type { Declared, LiveEntity } from "../model/entity.ts";
import type { Finding } from "../model/finding.ts";
import type { IgnoreRule, EntityNote } from "../model/plan.ts";
import type { Body } from "../model/value.ts";
import type { Comparison } from "./resolve-logins.ts";

type DeclaredEntities = ReadonlyMap<string, Declared>;
type LiveEntities = ReadonlyMap<string, LiveEntity>;

interface Considered {
  readonly declared: DeclaredEntities;
  readonly live: LiveEntities;
  readonly ignored: readonly EntityNote[];
}

/** Removes ignored entities from both sides, before osac decides which entities are managed. */
export function excludeIgnored(
  kind: Kind,
  rules: readonly IgnoreRule[],
  declared: DeclaredEntities,
  live: LiveEntities,
): Considered {
  if (!rules.some((rule) => rule.kind === kind.name)) return { declared, live, ignored: [] };
  const findRule = (name: string): IgnoreRule | undefined => findIgnored(rules, kind.name, name).whole;
  const isConsidered = ([name]: readonly [string, unknown]): boolean => findRule(name) === undefined;
  const names = [...declared.keys(), ...[...live.keys()].filter((name) => !declared.has(name))];
  return {
    declared: new Map([...declared].filter(isConsidered)),
    live: new Map([...live].filter(isConsidered)),
    ignored: names.flatMap((name) => {
      const at = declared.get(name)?.at;
      const rule = findRule(name);
      return rule ? [{ kind: kind.name, name, reason: rule.reason, at }] : [];
    }),
  };
}

/** Gives ignored fields their live values, so that they do not differ. A new entity is sent as declared. */
export function keepIgnoredFields<Some extends Comparison>(
  kind: Kind,
  rules: readonly IgnoreRule[],
  sides: Some,
): { readonly sides: Some; readonly ignored: readonly EntityNote[] } {
  const ignored: EntityNote[] = [];
  if (!rules.some((rule) => rule.kind === kind.name)) return { sides, ignored };
  const desired = new Map(
    [...sides.desired].map(([name, wanted]) => {
      const live = sides.live.get(name);
      const { fields } = findIgnored(rules, kind.name, name);
      if (!live) return [name, wanted];
      const { body, at } = wanted;
      for (const { field, reason } of effectiveRules(body, live, fields)) {
        const said = `${field.join("/")}: ${reason}`;
        ignored.push({ kind: kind.name, name, reason: said, at });
      }
      return [name, { ...wanted, body: withLiveFields(body, live, fields) }];
    }),
  );
  return { sides: { ...sides, desired }, ignored };
}

/** Rules that exclude nothing: their names are wrong, or their entities no longer exist. */
export function unusedRuleFindings(
  kind: Kind,
  rules: readonly IgnoreRule[],
  declared: DeclaredEntities,
  live: LiveEntities,
): Finding[] {
  return rules
    .filter((rule) => rule.kind === kind.name)
    .filter((rule) => {
      const bodies = [declared, live].flatMap((side) =>
        listNames(rule, side).map((name) => side.get(name)!.body),
      );
      return !bodies.some((body) => isThere(body, rule.field ?? []));
    })
    .map(({ name, field, setBy }) =>
      makeFinding("unused-ignore", {
        message: `the ignore rule of ${setBy} matches nothing: there is no ${[kind.name, name, ...(field ?? [])].join("/")}`,
        hint: "remove or correct it",
      }),
    );
}

/**
 * True if the entity has the field. A field of the first level always counts, because it may be at its
 * default.
 */
function isThere(body: Body, path: readonly string[]): boolean {
  return path.length < 2 || valueAtPath(body, path) !== undefined;
}
