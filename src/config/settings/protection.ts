import { isFields } from "../../kinds/canonical.ts";
import { escapePointer } from "../../kinds/pointer.ts";
import type { Json, Place, PlanSettings, ProtectiveSetting, SettingChange } from "../../model.ts";
import { options, type Option, type OptionName } from "./options.ts";
import type { Given } from "./read-settings.ts";
import type { FileSetting } from "./settings-file.ts";

type FileSettings = ReadonlyMap<string, FileSetting>;

/** A setting of one value; of a list of maps, one item. */
interface Leaf {
  readonly name: string;
  readonly value: Json;
  readonly at?: Place;
}

const all = Object.entries(options) as [OptionName, Option<unknown>][];
const protective = all.filter(([, { protects }]) => protects);

/**
 * What decides what the run may do.
 *
 * @param typed what flags and variables say, which wins
 * @param filed the settings file that is in force
 * @param own the settings file among the files, where that is another one
 */
export function readProtection(
  typed: ReadonlyMap<OptionName, Given>,
  filed: FileSettings,
  own: FileSettings = filed,
): PlanSettings {
  return {
    protective: protective.flatMap(([name, option]) => settingsInForce(option, typed.get(name), filed)),
    bound: Object.fromEntries(
      all.flatMap(([, { key, protects, binds }]) => {
        if (!protects && !binds) return [];
        const found = key === undefined ? undefined : filed.get(key);
        return found ? [[key!, found.value]] : [];
      }),
    ),
    changes: all.flatMap(([, option]) =>
      option.protects || option.risk ? changesBetween(option, filed, own) : [],
    ),
  };
}

function settingsInForce(
  option: Option<unknown>,
  typed: Given | undefined,
  filed: FileSettings,
): ProtectiveSetting[] {
  const { key, type } = option;
  const ofFile = key === undefined || (typed && !type.combine) ? [] : leavesOfFile(key, filed);
  const usual = new Set(usualLeaves(option).map(textOf));
  return ofFile.flatMap(({ name, value, at }) =>
    usual.has(textOf({ name, value })) ? [] : [{ name, value, at: at! }],
  );
}

/** What a list, a map or a value has more, or less, in the files than in the settings that are in force. */
function changesBetween(option: Option<unknown>, filed: FileSettings, own: FileSettings): SettingChange[] {
  const { key } = option;
  if (key === undefined || filed === own) return [];
  const [before, after] = [filed, own].map((file) => {
    const leaves = leavesOfFile(key, file);
    return leaves.length > 0 ? leaves : usualLeaves(option);
  }) as [Leaf[], Leaf[]];
  const gone = without(before, after).map(({ name, value }): SettingChange => ({ name, before: value }));
  const come = without(after, before).map(({ name, value, at }): SettingChange => ({
    name,
    after: value,
    ...(at ? { at } : {}),
  }));
  return paired(gone, come);
}

function without(leaves: readonly Leaf[], others: readonly Leaf[]): Leaf[] {
  const known = new Set(others.map(textOf));
  return leaves.filter((leaf) => !known.has(textOf(leaf)));
}

/** A value that took the place of another is one change. */
function paired(gone: readonly SettingChange[], come: readonly SettingChange[]): SettingChange[] {
  const isAlone = (name: string): boolean =>
    [gone, come].every((side) => side.filter((one) => one.name === name).length === 1);
  const both = come.map((one) =>
    isAlone(one.name) ? { ...gone.find(({ name }) => name === one.name), ...one } : one,
  );
  return [...both, ...gone.filter(({ name }) => !isAlone(name))];
}

function leavesOfFile(key: string, file: FileSettings): Leaf[] {
  const setting = file.get(key);
  return setting ? readLeaves(key, setting.value, setting.locate, "") : [];
}

/** What holds where a file says nothing. */
function usualLeaves({ key, default: usual }: Option<unknown>): Leaf[] {
  return usual === undefined ? [] : readLeaves(key ?? "", usual as Json);
}

function readLeaves(name: string, value: Json, locate?: FileSetting["locate"], pointer = ""): Leaf[] {
  const below = (step: string | number): string => `${pointer}/${escapePointer(String(step))}`;
  if (Array.isArray(value) && value.some(isFields))
    return value.flatMap((item, index) => leaf(name, item, locate, below(index)));
  if (!Array.isArray(value) && isFields(value))
    return Object.entries(value).flatMap(([field, one]) =>
      readLeaves(`${name}.${field}`, one, locate, below(field)),
    );
  return Array.isArray(value) && value.length === 0 ? [] : leaf(name, value, locate, pointer);
}

function leaf(name: string, value: Json, locate: FileSetting["locate"] | undefined, pointer: string): Leaf[] {
  return [{ name, value, ...(locate ? { at: locate(pointer) } : {}) }];
}

function textOf({ name, value }: Leaf): string {
  return JSON.stringify([name, value]);
}
