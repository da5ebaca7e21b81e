import type { LiveKind } from "../model/entity.ts";
import type { KindName } from "../model/kind-name.ts";
import type { IgnoreRule } from "../model/plan.ts";
import type { Body } from "../model/value.ts";
import { isRecord } from "../value/record.ts";
import { valueAtPath, withPath, withoutPaths } from "../value/path.ts";
import { readGlob } from "../value/glob.ts";
import { isSameValue } from "../value/equal.ts";

/** The rules that apply to one entity. */
export interface Ignored {
  /** The rule that ignores the whole entity. */
  readonly whole: IgnoreRule | undefined;
  /** The rules that ignore one field each. */
  readonly fields: readonly FieldRule[];
}

/** A rule about a field. */
export type FieldRule = IgnoreRule & { readonly field: readonly string[] };

const globs = new WeakMap<IgnoreRule, (name: string) => boolean>();

/** True if a rule applies to an entity, as a whole or to a field of it. */
export function isAbout(rule: IgnoreRule, kind: KindName, name: string): boolean {
  return rule.kind === kind && getGlob(rule)(name);
}

/** Reads the pattern of a rule once, because osac tries each rule on every entity. */
function getGlob(rule: IgnoreRule): (name: string) => boolean {
  const known = globs.get(rule) ?? readGlob(rule.name);
  globs.set(rule, known);
  return known;
}

/** Finds the rules that apply to an entity. */
export function findIgnored(rules: readonly IgnoreRule[], kind: KindName, name: string): Ignored {
  const fitting = rules.filter((rule) => isAbout(rule, kind, name));
  return {
    whole: fitting.find(({ field }) => field === undefined),
    fields: fitting.filter((rule): rule is FieldRule => rule.field !== undefined),
  };
}

/**
 * Returns the desired state with the live values of the ignored fields. Only a field whose parent exists on
 * both sides is changed: osac adds it to no part that the desired state does not have, and removes it from no
 * new part.
 */
export function withLiveFields(desired: Body, live: Body, rules: readonly FieldRule[]): Body {
  return rules.reduce((body, { field }) => withLiveField(body, live, field), desired);
}

function withLiveField(desired: Body, live: Body, path: readonly string[]): Body {
  const isParentLive = isRecord(valueAtPath(live, path.slice(0, -1)));
  return isParentLive ? withPath(desired, path, valueAtPath(live, path)) : desired;
}

/** Returns the rules whose field differs between the desired and the live state. */
export function effectiveRules(desired: Body, live: Body, rules: readonly FieldRule[]): FieldRule[] {
  return rules.filter((rule) => !isSameValue(desired, withLiveField(desired, live, rule.field)));
}

/** Removes the ignored entities and fields from the live state. */
export function dropIgnored(
  live: ReadonlyMap<KindName, LiveKind>,
  rules: readonly IgnoreRule[],
): ReadonlyMap<KindName, LiveKind> {
  if (rules.length === 0) return live;
  const kept = [...live].map(([kind, state]): [KindName, LiveKind] => {
    if (!state.readable) return [kind, state];
    const entities = [...state.entities].flatMap(([name, entity]) => {
      const { whole, fields } = findIgnored(rules, kind, name);
      const body = withoutPaths(
        entity.body,
        fields.map(({ field }) => field),
      );
      return whole ? [] : [[name, fields.length === 0 ? entity : { ...entity, body }] as const];
    });
    return [kind, { ...state, entities: new Map(entities) }];
  });
  return new Map(kept);
}
