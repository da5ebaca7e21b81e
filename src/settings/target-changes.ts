import { listOrderChanges, listSettingChanges } from "./protection.ts";
import type { SettingChange } from "../model/plan.ts";
import { options } from "./options.ts";
import type { SettingsFile, Target } from "./settings-file.ts";
import { mergeTarget } from "./targets.ts";

/** What a change is about, in the order of a reviewer: many changes of one sort must not hide another one. */
const sorts = ["order", "address", "environment", "group", "setting", "new target", "label"] as const;

interface Sorted {
  readonly sort: (typeof sorts)[number];
  readonly change: SettingChange;
}

/**
 * Lists what the files change about the targets, compared with the settings in force: which there are, their
 * addresses, order, labels and settings. No run logs in to a new address before the settings in force have it.
 *
 * The plan of a target may fail, and a new target has none: so each run shows what changes for all targets.
 *
 * @param listSettings returns what changes about the settings of the targets
 */
export function listTargetChanges(
  inForce: SettingsFile,
  own: SettingsFile | undefined,
  listSettings: typeof listTargetSettingChanges = () => [],
): SettingChange[] {
  if (!own) return [];
  const names = [...new Set([...inForce.targets.keys(), ...own.targets.keys()])];
  const added = names.filter((name) => !inForce.targets.has(name));
  const found: Sorted[] = [
    ...names.flatMap((name) => compareTargets(name, inForce.targets.get(name), own.targets.get(name))),
    ...listOrderChanges(inForce, own).map((change) => ({ sort: findSort(change, inForce), change })),
    ...listSettings(inForce, own).map((change) => ({ sort: findSettingSort(change, added), change })),
  ];
  return found.toSorted((a, b) => sorts.indexOf(a.sort) - sorts.indexOf(b.sort)).map(({ change }) => change);
}

function compareTargets(name: string, before: Target | undefined, after: Target | undefined): Sorted[] {
  const [old, now] = [before, after].map((target) => target && (readAddress(target) ?? "no address"));
  if (old === now) return [];
  const at = after?.settings.get(options.url.key!)?.at ?? after?.at;
  const change = { name: `targets.${name}`, before: old, after: now, at };
  return [{ sort: before ? "address" : "new target", change }];
}

/** Finds what a change of the order or of a label is about. One label names the environment of GitHub. */
function findSort({ name }: SettingChange, { targets }: SettingsFile): Sorted["sort"] {
  if (name === "order") return "order";
  const isAbout = (rest: string): boolean =>
    name.endsWith(rest) && targets.has(name.slice("targets.".length, -rest.length));
  if (isAbout(".labels.environment")) return "environment";
  return isAbout(".group") ? "group" : "label";
}

function findSettingSort({ name }: SettingChange, added: readonly string[]): Sorted["sort"] {
  return added.some((target) => name.startsWith(`targets.${target}.`)) ? "new target" : "setting";
}

function readAddress({ settings }: Target): string | undefined {
  return settings.get(options.url.key!)?.texts[0];
}

/** Lists what the files change about the settings of targets: a change of every target once, others with its name. */
export function listTargetSettingChanges(inForce: SettingsFile, own: SettingsFile): SettingChange[] {
  if (own.targets.size === 0) return listSettingChanges(inForce.settings, own.settings);
  const found = new Map<string, { readonly change: SettingChange; readonly names: string[] }>();
  for (const [name, target] of own.targets)
    for (const change of compareSettings(inForce, own, target)) {
      const key = makeKey(change);
      const known = found.get(key) ?? { change, names: [] };
      found.set(key, known);
      known.names.push(name);
    }
  return [...found.values()].flatMap(({ change, names }) =>
    names.length === own.targets.size
      ? [change]
      : names.map((name) => ({ ...change, name: formatSettingName(name, change) })),
  );
}

function compareSettings(inForce: SettingsFile, own: SettingsFile, target: Target): SettingChange[] {
  const before = inForce.targets.get(target.name);
  const changes = listSettingChanges(
    mergeTarget(inForce.settings, before),
    mergeTarget(own.settings, target),
  );
  // The address of a target has a line already.
  const isListed = [before, target].some((one) => one && readAddress(one) !== undefined);
  return isListed ? changes.filter(({ name }) => name !== options.url.key) : changes;
}

function formatSettingName(target: string, { name }: SettingChange): string {
  return `targets.${target}.${name}`;
}

/** Leaves out the changes of a target that another list has. */
export function withoutChanges(
  changes: readonly SettingChange[],
  others: readonly SettingChange[],
  target: string | undefined,
): SettingChange[] {
  const named = (change: SettingChange): SettingChange[] =>
    target === undefined ? [] : [{ ...change, name: formatSettingName(target, change) }];
  const known = new Set(others.flatMap((change) => [change, ...named(change)]).map(makeKey));
  return changes.filter((change) => !known.has(makeKey(change)));
}

/** Two changes with the same key are one. */
function makeKey({ name, before, after }: SettingChange): string {
  return JSON.stringify([name, before ?? null, after ?? null]);
}
