import type { LiveKind, LiveState } from "../model/entity.ts";
import type { KindName } from "../model/kind-name.ts";
import type { IgnoreRule } from "../model/plan.ts";
import type { Body } from "../model/value.ts";
import { formatAddress } from "./address.ts";
import { isRecord } from "../value/record.ts";
import { valueAtPath, withPath, withoutPaths } from "../value/path.ts";
import { readGlob, readLiteral } from "../value/glob.ts";
import { isSameValue } from "../value/equal.ts";
import { memoize } from "../value/memoize.ts";

/** The rules that apply to one entity. */
export interface Ignored {
  /** The rule that ignores the whole entity. */
  readonly whole: IgnoreRule | undefined;
  /** The rules that ignore one field each. */
  readonly fields: readonly FieldRule[];
}

/** A rule about a field. */
export type FieldRule = IgnoreRule & { readonly field: readonly string[] };

/** Returns the names that a rule is about. */
export function listNames(rule: IgnoreRule, names: ReadonlyMap<string, unknown>): string[] {
  const name = readLiteral(rule.name);
  if (name !== undefined) return names.has(name) ? [name] : [];
  return [...names.keys()].filter((one) => getGlob(rule)(one));
}

/** True if a rule applies to an entity, as a whole or to a field of it. */
function isAbout(rule: IgnoreRule, kind: KindName, name: string): boolean {
  return rule.kind === kind && getGlob(rule)(name);
}

/** Reads the pattern of a rule once, because osac tries each rule on every entity. */
const getGlob = memoize(({ name }: IgnoreRule) => readGlob(name));

/** The rules of one list, so that those of an entity are found without a look at each. */
interface RuleIndex {
  /** The rules that name one entity, by its address. */
  readonly byAddress: ReadonlyMap<string, readonly IgnoreRule[]>;
  /** The rules with wildcards. */
  readonly patterns: readonly IgnoreRule[];
  readonly positions: ReadonlyMap<IgnoreRule, number>;
}

/** An error in a file makes a rule, so a file with many errors makes many rules. */
const getIndex = memoize(indexRules);

function indexRules(rules: readonly IgnoreRule[]): RuleIndex {
  const byAddress = new Map<string, IgnoreRule[]>();
  const patterns: IgnoreRule[] = [];
  for (const rule of rules) {
    const name = readLiteral(rule.name);
    const key = name === undefined ? undefined : formatAddress({ kind: rule.kind, name });
    if (key === undefined) patterns.push(rule);
    else if (!byAddress.get(key)?.push(rule)) byAddress.set(key, [rule]);
  }
  return { byAddress, patterns, positions: new Map(rules.map((rule, position) => [rule, position])) };
}

/** Finds the rules that apply to an entity, in their order. */
function findFitting(rules: readonly IgnoreRule[], kind: KindName, name: string): IgnoreRule[] {
  const { byAddress, patterns, positions } = getIndex(rules);
  const named = byAddress.get(formatAddress({ kind, name })) ?? [];
  return [...named, ...patterns.filter((rule) => isAbout(rule, kind, name))].toSorted(
    (a, b) => positions.get(a)! - positions.get(b)!,
  );
}

/** Finds the rules that apply to an entity. */
export function findIgnored(rules: readonly IgnoreRule[], kind: KindName, name: string): Ignored {
  const fitting = findFitting(rules, kind, name);
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
export function dropIgnored(live: LiveState, rules: readonly IgnoreRule[]): LiveState {
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
