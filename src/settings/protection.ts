import { isRecord } from "../value/record.ts";
import { escapePointer } from "../value/path.ts";
import type { Place } from "../model/finding.ts";
import type { PlanSettings, ProtectiveSetting, SettingChange } from "../model/plan.ts";
import type { Json } from "../model/value.ts";
import { options, type Option, type OptionName } from "./options.ts";
import type { GivenSetting } from "./given-setting.ts";
import type { FileSetting, SettingsFile } from "./settings-file.ts";

type FileSettings = ReadonlyMap<string, FileSetting>;

/** One value of a setting; for a list of maps, one item. */
interface Leaf {
  readonly name: string;
  readonly value: Json;
  readonly at?: Place | undefined;
  readonly from?: string | undefined;
}

const all = Object.entries(options) as [OptionName, Option<unknown>][];
const protective = all.filter(([, { protects }]) => protects);

/**
 * Reads the protective settings in force, and the changes that the files make to them.
 *
 * @param typed settings from flags and variables, which win
 * @param filed the settings file that is in force
 * @param own the settings file among the files, if it is another one
 */
export function readProtection(
  typed: ReadonlyMap<OptionName, GivenSetting>,
  filed: FileSettings,
  own: FileSettings = filed,
): PlanSettings {
  return {
    protective: protective.flatMap(([name, option]) => listSettingsInForce(option, typed.get(name), filed)),
    bound: Object.fromEntries(
      all.flatMap(([, { key, protects, binds, isContent }]) => {
        if (!protects && !binds) return [];
        const found = key === undefined ? undefined : (isContent ? own : filed).get(key);
        return found ? [[key!, found.value]] : [];
      }),
    ),
    changes: listSettingChanges(filed, own),
  };
}

/** Lists the settings that a reviewer must see, and that differ between two settings files. */
export function listSettingChanges(filed: FileSettings, own: FileSettings): SettingChange[] {
  return all.flatMap(([, option]) => (isReviewed(option) ? listChangesBetween(option, filed, own) : []));
}

/** True for a setting whose change a reviewer must see. Changes of the files show in the plan itself. */
function isReviewed({ protects, risk, binds, isContent }: Option<unknown>): boolean {
  return !isContent && (protects ?? binds ?? risk) !== undefined;
}

function listSettingsInForce(
  option: Option<unknown>,
  typed: GivenSetting | undefined,
  filed: FileSettings,
): ProtectiveSetting[] {
  const { key, type } = option;
  const ofFile = key === undefined || (typed && !type.combine) ? [] : readFileLeaves(key, filed);
  const usual = new Set(readDefaultLeaves(option).map(leafKey));
  return [...ofFile, ...(typed ? readTypedLeaves(option, typed) : [])].filter(
    (leaf) => !usual.has(leafKey(leaf)),
  );
}

/** Reads the values of a flag or variable; one leaf each if the type combines them with osac.yml. */
function readTypedLeaves(
  { key, flag, type, default: usual }: Option<unknown>,
  { texts, source }: GivenSetting,
): Leaf[] {
  const [name, from] = [key ?? flag!, source.name];
  if (type.combine)
    return texts.map((text) => {
      const [, field, value = text] = /^(\w+)=(.*)$/s.exec(text) ?? [];
      return { name: field === undefined ? name : `${name}.${field}`, value, from };
    });
  const value = type.read(texts, source) as Json;
  if (value === usual) return [];
  // A path is shown as the user typed it, because the absolute path depends on the machine.
  return [{ name, value: typeof value === "string" ? texts[0]! : value, from }];
}

/** Lists the values that the files add to the settings in force or remove from them. */
function listChangesBetween(
  option: Option<unknown>,
  filed: FileSettings,
  own: FileSettings,
): SettingChange[] {
  const { key } = option;
  if (key === undefined || filed === own) return [];
  const [before, after] = [filed, own].map((file) => {
    const leaves = readFileLeaves(key, file);
    return leaves.length > 0 ? leaves : readDefaultLeaves(option);
  }) as [Leaf[], Leaf[]];
  return compareLeaves(before, after);
}

/** Lists what the files change about when, and with whose approval, each target is written. */
export function listOrderChanges(filed: SettingsFile, own: SettingsFile): SettingChange[] {
  const [before, after] = [filed, own].map(readOrderLeaves) as [Leaf[], Leaf[]];
  return compareLeaves(before, after);
}

/** The groups, their order, and the labels, of which one names the environment of GitHub. */
function readOrderLeaves({ targets, order }: SettingsFile): Leaf[] {
  return [
    ...(order.length === 0 ? [] : [{ name: "order", value: [...order] }]),
    ...[...targets.values()].flatMap(({ name, at, group, labels }): Leaf[] => [
      ...(group === undefined ? [] : [{ name: `targets.${name}.group`, value: group, at }]),
      ...Object.entries(labels).map(([label, value]) => ({
        name: `targets.${name}.labels.${label}`,
        value,
        at,
      })),
    ]),
  ];
}

function compareLeaves(before: readonly Leaf[], after: readonly Leaf[]): SettingChange[] {
  const gone = leavesWithout(before, after).map(({ name, value }): SettingChange => ({
    name,
    before: value,
  }));
  const come = leavesWithout(after, before).map(({ name, value, at }): SettingChange => ({
    name,
    after: value,
    at,
  }));
  return pairChanges(gone, come);
}

function leavesWithout(leaves: readonly Leaf[], others: readonly Leaf[]): Leaf[] {
  const known = new Set(others.map(leafKey));
  return leaves.filter((leaf) => !known.has(leafKey(leaf)));
}

/** Pairs a removed and an added value of the same name into one change. */
function pairChanges(gone: readonly SettingChange[], come: readonly SettingChange[]): SettingChange[] {
  const isAlone = (name: string): boolean =>
    [gone, come].every((side) => side.filter((one) => one.name === name).length === 1);
  const both = come.map((one) =>
    isAlone(one.name) ? { ...gone.find(({ name }) => name === one.name), ...one } : one,
  );
  return [...both, ...gone.filter(({ name }) => !isAlone(name))];
}

function readFileLeaves(key: string, file: FileSettings): Leaf[] {
  const setting = file.get(key);
  return setting ? readLeaves(key, setting.value, setting.locate, "") : [];
}

/** Reads the values that apply if a file does not have the setting. */
function readDefaultLeaves({ key, default: usual }: Option<unknown>): Leaf[] {
  return usual === undefined ? [] : readLeaves(key ?? "", usual as Json);
}

function readLeaves(name: string, value: Json, locate?: FileSetting["locate"], pointer = ""): Leaf[] {
  const below = (step: string | number): string => `${pointer}/${escapePointer(String(step))}`;
  if (Array.isArray(value) && value.some(isRecord))
    return value.flatMap((item, index) => makeLeaf(name, item, locate, below(index)));
  if (!Array.isArray(value) && isRecord(value))
    return Object.entries(value).flatMap(([field, one]) =>
      readLeaves(`${name}.${field}`, one, locate, below(field)),
    );
  return Array.isArray(value) && value.length === 0 ? [] : makeLeaf(name, value, locate, pointer);
}

function makeLeaf(
  name: string,
  value: Json,
  locate: FileSetting["locate"] | undefined,
  pointer: string,
): Leaf[] {
  return [{ name, value, at: locate?.(pointer) }];
}

function leafKey({ name, value }: Leaf): string {
  return JSON.stringify([name, value]);
}
